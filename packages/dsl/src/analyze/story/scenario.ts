/**
 * A run as a scenario that can be put into the policy's file. It is played first: what does not come to the
 * same end is not offered, since a scenario cannot say all that can happen to a request.
 */
import { type Failure, nth, type Outcome, SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PolicyModel } from "../../check/model.ts";
import { Report } from "../../diagnostics/index.ts";
import { duration } from "../../scenario/amounts.ts";
import { runScenario } from "../../scenario/run.ts";
import type { Source } from "../../source.ts";
import { parse } from "../../syntax/index.ts";
import type { Graph } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";
import { answerText } from "../failure-words.ts";
import { asksNoWait, type Happening, timelineOf } from "./timeline.ts";

/** The text of a scenario; null where no scenario comes to this end. */
export function scenarioOf(graph: Graph, trace: Trace, title: string): string | null {
  const { model, policy } = graph.ground;
  const steps = stepsOf(graph, trace);
  if (steps === null) return null;
  const lines = [...givenOf(model, trace), ...steps, expectationOf(model, trace.outcome)];
  const text = `scenario ${JSON.stringify(title)} for ${policy.name} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
  const played = playedOutcome(text, model, graph);
  return played !== null && isSameEnd(played, trace.outcome) ? text : null;
}

function givenOf(model: PolicyModel, { world }: Trace): readonly string[] {
  const given = !world.text.includes("request.") ? [] : [`request ${JSON.stringify(world.request)}`];
  const differs = model.context.some((field) => world.context[field.name] !== field.default);
  return differs ? [...given, `context ${JSON.stringify(world.context)}`] : given;
}

/** null: something happens that a scenario cannot say. */
function stepsOf(graph: Graph, trace: Trace): readonly string[] | null {
  const lines: string[] = [];
  const called = new Set<string>();
  for (const happening of timelineOf(graph, trace)) {
    const { stimulus, path } = happening;
    if (stimulus.kind === "refused") {
      // A scenario says how a path stands at the beginning, and of all requests nothing.
      if (stimulus.by === "retry_budget" || called.has(path)) return null;
      lines.push(stimulus.by === "breaker" ? `breaker ${path} is open` : `slo ${path} is breached`);
    } else if (stimulus.kind === "answered") lines.push(`${path} answers${afterText(happening)}`);
    else if (stimulus.kind === "failed") {
      const line = failureText(graph, happening);
      if (line === null) return null;
      lines.push(line);
    }
    if (stimulus.kind !== "refused") called.add(path);
  }
  // What is given comes before what happens.
  return [...lines.filter(isGiven), ...lines.filter((line) => !isGiven(line))];
}

function isGiven(line: string): boolean {
  return line.startsWith("breaker ") || line.startsWith("slo ");
}

function failureText(graph: Graph, happening: Happening): string | null {
  const { stimulus, path, pathIndex } = happening;
  if (stimulus.kind !== "failed") return null;
  const { facts, check, signal } = stimulus.situation;
  if (signal === SIGNAL.stream_interrupted) {
    const after = stimulus.committed ? `after ${seenTokens(graph.ground.model)} tokens` : "before first_token";
    return `${path} breaks ${after}${afterText(happening)}`;
  }
  if (stimulus.committed) return null;
  if (facts.transport === "attempt_timeout") return `${path} times out`;
  if (facts.transport !== null) return `${path} fails ${facts.transport}${afterText(happening)}`;
  // An answer without a body is no JSON, whichever check it is to fail.
  if (check !== null) return `${path} returns 200${afterText(happening)}`;
  const { model } = graph.ground;
  const contract = nth(model.contracts, nth(model.paths, pathIndex).contract);
  const waitMs = happening.serverWaitMs ?? (asksNoWait(happening, contract) ? 0 : null);
  const failure: Failure = { ...facts, headers: { ...facts.headers, ...waitHeader(contract, waitMs) } };
  return `${path} returns ${answerText(failure, contract)}${afterText(happening)}`;
}

/** So many that some of them were seen. */
function seenTokens({ stream }: PolicyModel): number {
  return Math.max(A_FEW_TOKENS, stream.heldTokens ?? 0);
}

const A_FEW_TOKENS = 12;

/** How a server asks for a wait of whole seconds, where the contract says how it does. */
function waitHeader({ contract }: ContractModel, ms: number | null): Readonly<Record<string, string>> {
  if (ms === null) return {};
  const found = Object.entries(contract.limits.headers).find(([, { retryHint }]) => retryHint === "seconds_or_date");
  return found === undefined ? {} : { [found[0]]: String(Math.ceil(ms / 1000)) };
}

function afterText({ tookMs }: Happening): string {
  return tookMs < 1 ? "" : ` after ${duration(Math.floor(tookMs))}`;
}

function expectationOf(model: PolicyModel, outcome: Outcome): string {
  const { result, source, reason, attempts } = outcome;
  const ending = result === "answer" ? `answer from ${source}` : outcome.partial ? "partial" : result;
  const under = reason === null ? "no reason" : `reason ${reason}`;
  return `expect ${ending}, ${under}, attempts ${attempts.length}, within ${duration(model.budget.deadlineMs)}`;
}

function playedOutcome(text: string, model: PolicyModel, { ground }: Graph): Outcome | null {
  const source: Source = { name: "scenario.fbp", text };
  const report = new Report();
  const tree = parse(source, report).items.find((item) => item.kind === "scenario");
  if (report.failed || tree === undefined) return null;
  const result = runScenario(ground.policy, model, { title: tree.title.value, policy: ground.policy.name, tree });
  return result.kind === "played" ? result.outcome : null;
}

function isSameEnd(a: Outcome, b: Outcome): boolean {
  const what = ({ result, source, reason, attempts, retries, fallbacks }: Outcome): string =>
    JSON.stringify([result, source, reason, attempts.map(({ path, signal }) => [path, signal]), retries, fallbacks]);
  return what(a) === what(b);
}
