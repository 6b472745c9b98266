/** Requests to a gateway whose rules are played, without a world: what each call comes to is said by a test. */
import { Report } from "../../diagnostics/index.ts";
import type { Ask, BesideRules, Reply } from "../../simulate/beside/rules.ts";
import { span } from "../../source.ts";
import { besideRules } from "../beside/index.ts";
import { type ImportedPolicy, importGateway } from "../index.ts";

export const returned = (status: number, text = "", headers: Readonly<Record<string, string>> = {}): Reply => {
  return { kind: "returned", status, text, headers };
};

export const ANSWER: Reply = { kind: "answered" };
export const DOWN = returned(500);

export interface Came {
  readonly isAnswered: boolean;
  readonly calls: readonly string[];
  /** Waits between calls, without their jitter. */
  readonly waits: readonly number[];
  readonly ms: number;
}

export type Requests = (provider: (path: string, nth: number) => Reply, atMs?: number) => Came;

const place = span({ name: "config", text: "" }, 0, 0);

/** As a file has it: what is left out is not there. */
function documentOf(config: unknown) {
  return { value: JSON.parse(JSON.stringify(config)) as unknown, spanOf: () => place };
}

/** @throws Error with what was reported where there are none */
export function rulesOf(config: unknown, start: string): BesideRules {
  const report = new Report();
  const rules = besideRules(documentOf(config), { from: null, start }, report);
  if (rules === null || typeof rules === "string") throw new Error(rules ?? report.diagnostics[0]?.text);
  return rules;
}

/** The first policy that a configuration is imported to: where it starts, and the most that was told before. */
export function importedFrom(config: unknown): {
  readonly start: string;
  readonly before: ImportedPolicy["worst"][number]["before"];
} {
  const made = importGateway(documentOf(config), { from: null, source: "config" }, new Report());
  const [worst] = made?.worst ?? [];
  if (made === null || worst === undefined) throw new Error("nothing was imported");
  return { start: /^\s*start (\w+)$/m.exec(made.text)?.[1] ?? "", before: worst.before };
}

/** Requests to one gateway, one after the other. A call takes a second, a timeout as long as it may. */
export function requestsTo(rules: BesideRules, dice: () => number = () => 0): Requests {
  const play = rules.start();
  let now = 0;
  return (provider, atMs = now) => {
    now = atMs;
    const calls: string[] = [];
    const waits: number[] = [];
    let isCalling = false;
    const ask: Ask = {
      now: () => now,
      dice,
      stream: false,
      *call(path, limitMs) {
        const reply = provider(path, calls.length);
        calls.push(path);
        isCalling = true;
        yield reply.kind === "timed_out" ? limitMs : Math.min(1000, limitMs);
        isCalling = false;
        return reply;
      },
    };
    const running = play(ask);
    for (;;) {
      const { done, value } = running.next();
      if (done) return { isAnswered: value, calls, waits, ms: now - atMs };
      if (!isCalling) waits.push(value);
      now += value;
    }
  };
}
