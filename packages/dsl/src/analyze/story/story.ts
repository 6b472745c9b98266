/** A run as a numbered story in the operator's words, with the line of each rule that was taken. */
import { type DecisionRecord, nth } from "@fbp/runtime/core";
import { duration, money } from "../../scenario/amounts.ts";
import type { Graph } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";
import { asksNoWait, type Happening, timelineOf } from "./timeline.ts";

/** One sentence each, lower case, without a number and a full stop; the last says how it ends. */
export function storyOf(graph: Graph, trace: Trace): readonly string[] {
  const { world, outcome } = trace;
  const asked = world.text === "" ? [] : [`a request comes in: ${world.text}`];
  const refusedAtOnce = outcome.decisions.length > 0 && trace.steps.length === 0 ? outcome.decisions.map(decided) : [];
  return [
    ...asked,
    ...refusedAtOnce,
    ...timelineOf(graph, trace).map((one) => toldOf(one, graph)),
    endOf(graph, trace),
  ];
}

function toldOf(happening: Happening, { ground: { model } }: Graph): string {
  const { decision, pathIndex } = happening;
  const contract = nth(model.contracts, nth(model.paths, pathIndex).contract);
  const what = happened(happening, asksNoWait(happening, contract));
  return decision === null ? what : `${what}; ${decided(decision)}`;
}

function happened({ stimulus, path, tookMs, serverWaitMs }: Happening, noWait: boolean): string {
  switch (stimulus.kind) {
    case "refused":
      if (stimulus.by === "breaker") return `the breaker of \`${path}\` refuses`;
      return stimulus.by === "slo" ? `\`${path}\` breaches its SLO` : "the retry budget is spent";
    case "woke":
      return `a back-off of ${duration(tookMs)} passes`;
    case "answered":
      return `\`${path}\` answers${afterText(tookMs)}`;
    case "failed": {
      const after = stimulus.committed ? ", after a token was seen" : "";
      const asks =
        serverWaitMs === null
          ? noWait
            ? ", which asks for no wait"
            : ""
          : ` and asks for a wait of ${duration(serverWaitMs)}`;
      return `\`${path}\` ${stimulus.situation.text}${asks}${afterText(tookMs)}${after}`;
    }
    default:
      return `\`${path}\` is called`;
  }
}

function afterText(ms: number): string {
  return ms === 0 ? "" : ` after ${duration(ms)}`;
}

/** `line 61: \`primary_timeout\`, retry (fallback backup is not permitted: needs 6s, 4s left)` */
function decided({ signal, reason, line, action, refused }: DecisionRecord): string {
  const why = refused.map((one) => `${one.action} is not permitted: ${one.cause}`).join("; ");
  const where = line === null ? "by default" : `line ${line}`;
  const under = reason === null ? "" : ` is \`${reason}\``;
  return `${where}: \`${signal}\`${under}, ${action}${why === "" ? "" : ` (${why})`}`;
}

function endOf({ ground }: Graph, { outcome }: Trace): string {
  const { result, source, reason, attempts, elapsedMs, tokens, costNanos } = outcome;
  const { budget } = ground.policy;
  const spent = [
    `${attempts.length} ${attempts.length === 1 ? "attempt" : "attempts"}`,
    duration(elapsedMs),
    ...(budget.tokens === null ? [] : [`${tokens} ${tokens === 1 ? "token" : "tokens"}`]),
    ...(budget.costNanos === null ? [] : [money(costNanos, budget.currency)]),
  ];
  const from = source === null ? "" : ` from \`${source}\``;
  const under = reason === null ? "" : `, reason \`${reason}\``;
  return `the request ends: ${result}${from}${under}, ${spent.join(", ")}`;
}
