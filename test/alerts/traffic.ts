/** A service whose policy is the runbook's, days of its traffic in a moment, and what its metrics were each minute. */
import { readFileSync } from "node:fs";
import { createFallback, type Policy } from "@fbp/runtime";
import { prometheusSink } from "@fbp/runtime/prometheus";
import { ScriptedTransport, seededRandom, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { compilation } from "../support/compile.ts";
import type { Scrapes } from "./promtool.ts";

const TEXT = readFileSync(new URL("../../policies/chat-completions.fbp", import.meta.url), "utf8");

/** What a path does with its `nth` call of an incident. */
export type Provider = (path: string, nth: number) => WorldEvent;

const EACH_MINUTE = 8;
const APART_MS = 60_000 / EACH_MINUTE;

export class Service {
  /** Since it began. */
  minute = 0;
  readonly #clock = new VirtualClock();
  readonly #scrapes: Scrapes;
  readonly #metrics: ReturnType<typeof prometheusSink>;
  readonly #chat: ReturnType<typeof createFallback>;
  #provider: Provider = wellBut(0);
  #calls = new Map<string, number>();

  constructor(scrapes: Scrapes) {
    const [policy] = compilation(TEXT).policies() as readonly Policy[];
    if (policy === undefined) throw new Error("the policy does not compile");
    this.#scrapes = scrapes;
    this.#metrics = prometheusSink(policy);
    const transport = new ScriptedTransport(this.#clock, ({ path }) => {
      const nth = this.#calls.get(path) ?? 0;
      this.#calls.set(path, nth + 1);
      return this.#provider(path, nth);
    });
    this.#chat = createFallback(policy, {
      transport,
      clock: this.#clock,
      random: seededRandom(1),
      sink: this.#metrics,
      env: { COMETAPI_KEY: "a-key-for-nobody" },
    });
    this.#metrics.watch(this.#chat);
    this.#scrape();
  }

  /** Requests come evenly, and the metrics are looked at once a minute. */
  async passes(minutes: number, provider: Provider, options: { readonly streaming?: boolean } = {}): Promise<void> {
    this.#provider = provider;
    this.#calls = new Map();
    for (const end = this.minute + minutes; this.minute < end; ) {
      for (let nth = 0; nth < EACH_MINUTE; nth++) {
        if (options.streaming === true) await this.#stream();
        else {
          void this.#chat.complete(A_REQUEST);
          this.#clock.advance(APART_MS);
        }
      }
      // Whoever waits for an answer gets it.
      await new Promise(setImmediate);
      this.minute += 1;
      this.#scrape();
    }
  }

  async #stream(): Promise<void> {
    const reading = readAll(this.#chat.stream({ ...A_REQUEST, stream: true }));
    for (let passed = 0; passed < APART_MS; passed += STEP_MS) {
      this.#clock.advance(STEP_MS);
      await new Promise(setImmediate);
    }
    await reading;
  }

  #scrape(): void {
    this.#scrapes.add(this.#metrics.text());
  }
}

const STEP_MS = 2500;
const A_REQUEST = { messages: [{ role: "user" as const, content: "hello" }] };

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // Of what became of it the outcome tells.
  }
}

export interface AnswerSpec {
  readonly afterMs?: number;
  /** Of the answer; 200 if left out. */
  readonly tokens?: number;
}

export function answers({ afterMs = 800, tokens = 200 }: AnswerSpec = {}): WorldEvent {
  const body = {
    id: "answer-1",
    object: "chat.completion",
    created: 1,
    model: "model-a",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: tokens, total_tokens: 100 + tokens },
  };
  return { kind: "returns", status: 200, body, afterMs };
}

export function refuses(status: number, code: string): WorldEvent {
  return { kind: "returns", status, body: { error: { code, message: "no" } }, afterMs: 100 };
}

/** Every so many calls over the primary (0: none) it does something else; all others are answered. */
export function wellBut(every: number, fault: WorldEvent = refuses(503, "model_overloaded")): Provider {
  return (path, nth) => (path === "primary" && every > 0 && nth % every === every - 1 ? fault : answers());
}

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: "answer-1", object: "chat.completion.chunk", created: 1, model: "model-a", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const BEGINNING = [
  { data: chunk({ role: "assistant", content: "he" }), afterMs: 200 },
  { data: chunk({ content: "llo" }) },
];

export const streams: WorldEvent = {
  kind: "streams",
  pieces: [...BEGINNING, { data: chunk({}, "stop") }, { data: "data: [DONE]\n\n" }],
};

export const breaks: WorldEvent = { kind: "streams", pieces: BEGINNING, ends: "reset" };
