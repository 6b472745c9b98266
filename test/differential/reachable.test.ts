/**
 * What was explored beside the naive reference, by brute force: whatever the reference comes to was foreseen,
 * and the runs that show an end come to it in the reference too.
 */
import { readFileSync } from "node:fs";
import { parse, Report } from "@fbp/dsl";
import { type Graph, outcomeOf, prove, type Trace, traceTo } from "@fbp/dsl/proof";
import { SIGNAL } from "@fbp/runtime/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Contract } from "../../packages/dsl/src/contract/document.ts";
import { aPolicy, type DrawnPolicy } from "../generators/policy.ts";
import { PARAMETERS, RUNS, TIMEOUT_MS } from "../properties/property.ts";
import { ReferencePolicy } from "../reference/policy.ts";
import { type Meeting, refer, type Told } from "../reference/run.ts";
import { compileProgram } from "../support/compile.ts";

const contract = JSON.parse(
  readFileSync(new URL("../../policies/contracts/local.contract.json", import.meta.url), "utf8"),
) as Contract;

const GOOD = { choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }] };
const REFUSED = {
  choices: [{ index: 0, message: { role: "assistant", content: "no" }, finish_reason: "content_filter" }],
};

const status = (code: number, error: unknown = null, headers: Readonly<Record<string, string>> = {}): Meeting => ({
  kind: "status",
  afterMs: 7,
  status: code,
  headers,
  error,
});

/** One of each kind, as far as the policies drawn can tell them apart. */
const MENU: readonly Meeting[] = [
  { kind: "answer", afterMs: 7, body: GOOD, usage: null },
  { kind: "hang" },
  { kind: "fault", afterMs: 7, fault: "connect", sent: false },
  { kind: "fault", afterMs: 7, fault: "reset", sent: true },
  status(500),
  status(503),
  status(503, { message: "x", code: "overloaded" }),
  status(429),
  status(429, null, { "retry-after": "3" }),
  status(401),
  { kind: "answer", afterMs: 7, body: {}, usage: null },
];

/** An answer is usable here when it is the good one. */
const fits = (body: unknown): boolean => body === GOOD;

function play(
  reference: ReferencePolicy,
  meetings: readonly Meeting[],
  world: Graph["worlds"][number],
  dice: number[],
): Told {
  return refer(reference, {
    at: 0,
    request: world.request,
    context: world.context,
    promptTokens: 0,
    outputLimit: 1,
    meetings,
    dice,
    fits,
  });
}

interface End {
  readonly result: string;
  readonly source: string | null;
  readonly reason: string | null;
  readonly attempts: readonly unknown[];
  readonly retries: number;
  readonly fallbacks: number;
}

function endText({ result, source, reason, attempts, retries, fallbacks }: End): string {
  return JSON.stringify([result, source, reason, attempts.length, retries, fallbacks]);
}

/** Every order of so many meetings. */
function* scripts(length: number): Generator<readonly Meeting[]> {
  if (length === 0) yield [];
  else for (const rest of scripts(length - 1)) for (const meeting of MENU) yield [...rest, meeting];
}

/** What the calls of a run meet; null where the reference has no word for it. */
function meetingsOf(
  trace: Trace,
  { ground }: Graph,
): { readonly meetings: readonly Meeting[]; readonly dice: number[] } | null {
  const meetings: Meeting[] = [];
  const dice: number[] = [];
  let since = 0;
  for (const [index, { stimulus, atMs, path, serverWaitMs }] of trace.steps.entries()) {
    if (stimulus.kind === "refused") return null;
    if (stimulus.kind === "admitted" || stimulus.kind === "woke") since = atMs;
    const { paths, budget } = ground.policy;
    const { mostMs = 0, headersMs, connectMs = null } = paths[path] ?? {};
    const isUnsent = stimulus.kind === "failed" && !stimulus.situation.facts.sent;
    // The reference's answers come as a whole, so that the limit for the status line is one for all of it.
    const partMs = Math.min(headersMs ?? Infinity, isUnsent ? (connectMs ?? Infinity) : Infinity);
    const limitMs = Math.min(mostMs, budget.deadlineMs - since, partMs);
    const isAtLimit = stimulus.kind === "failed" && stimulus.situation.ends === "at_limit";
    // What comes in the very moment in which the time is over may be taken for either.
    if ((stimulus.kind === "answered" || stimulus.kind === "failed") && !isAtLimit && atMs - since >= limitMs)
      return null;
    if (stimulus.kind === "answered") meetings.push({ kind: "answer", afterMs: atMs - since, body: GOOD, usage: null });
    if (stimulus.kind !== "failed") continue;
    const { facts, check, signal } = stimulus.situation;
    // The reference knows whole answers alone.
    if (stimulus.committed || signal === SIGNAL.stream_interrupted) return null;
    const afterMs = atMs - since;
    const woken = trace.steps[index + 2];
    const waitMs = woken?.stimulus.kind === "woke" ? woken.atMs - atMs : 0;
    dice.push(
      stimulus.wait.kind === "back_off"
        ? ((stimulus.wait.fits ? waitMs : stimulus.wait.longestMs) + 0.5) / (stimulus.wait.longestMs + 1)
        : 0,
    );
    if (serverWaitMs !== null && serverWaitMs % 1000 !== 0) return null;
    // A header that is there and asks for nothing: the reference reads each as what it says.
    if (serverWaitMs === null && facts.headers["retry-after"] !== undefined) return null;
    const headers: Record<string, string> = serverWaitMs === null ? {} : { "retry-after": String(serverWaitMs / 1000) };
    if (facts.transport === "attempt_timeout" && facts.status > 0) return null;
    if (facts.transport === "attempt_timeout" && facts.sent) meetings.push({ kind: "hang" });
    else if (facts.transport === "attempt_timeout") return null;
    else if (facts.transport !== null)
      meetings.push({ kind: "fault", afterMs, fault: facts.transport, sent: facts.sent });
    else if (check !== null) meetings.push({ kind: "answer", afterMs, body: {}, usage: null });
    else if (facts.status === 200 && facts.error === null)
      meetings.push({ kind: "answer", afterMs, body: REFUSED, usage: null });
    else
      meetings.push({
        kind: "status",
        afterMs,
        status: facts.status,
        headers: { ...facts.headers, ...headers },
        error: facts.error,
      });
  }
  return { meetings, dice };
}

/** Without what other requests, or the request itself, would move: then only what a call meets decides. */
function withoutHealth(text: string): string {
  return text.replace(/ {2}(?:breaker|slo) \w+ \{[^}]*\}\n/gu, "").replace(/ {2}retry_budget [^\n]*\n/gu, "");
}

test("the reference comes to no end that was not explored, and to those that were", { timeout: TIMEOUT_MS }, () => {
  let foreseen = 0;
  let played = 0;
  let unsaid = 0;
  fc.assert(
    fc.property(aPolicy, ({ text: whole, attempts }) => {
      const text = withoutHealth(whole);
      const { program } = compileProgram(text);
      const [model] = program.policies;
      if (model === undefined) throw new Error("no policy");
      const proved = prove(model);
      if (proved.kind !== "proved") throw new Error(proved.why);
      const { graph } = proved.proof;
      const file = parse({ name: "policy.fbp", text }, new Report());
      const ends = new Set(graph.ends.map((end) => endText(outcomeOf(end))));
      for (const world of graph.worlds) {
        for (const script of scripts(Math.min(attempts, graph.worlds.length > 2 ? 2 : 3))) {
          for (const dice of [0, 0.999]) {
            const told = play(new ReferencePolicy(file, contract), script, world, [dice, dice, dice, dice, dice, dice]);
            if (told.attempts.length > script.length) continue;
            foreseen++;
            // `expect` itself would take most of the time.
            if (!ends.has(endText(told)))
              expect.fail(`${endText(told)} was not foreseen for ${JSON.stringify(script)}`);
          }
        }
      }
      for (const end of graph.ends) {
        const trace = traceTo(graph, end, end.sizes === null ? {} : { size: end.sizes.least });
        const script = trace === null || trace.size?.prompt ? null : meetingsOf(trace, graph);
        if (trace === null || script === null) {
          unsaid++;
          continue;
        }
        played++;
        const told = play(new ReferencePolicy(file, contract), script.meetings, trace.world, script.dice);
        expect(endText(told)).toBe(endText(outcomeOf(end)));
      }
    }),
    { ...(PARAMETERS as fc.Parameters<[DrawnPolicy]>), numRuns: Math.ceil(RUNS / 50), endOnFailure: true },
  );
  expect(foreseen).toBeGreaterThan(1000);
  expect(played).toBeGreaterThan(unsaid / 4);
  console.info(
    `reachable: ${foreseen} runs of the reference were foreseen, ${played} ends played, ${unsaid} not said by it`,
  );
});
