/** The moment at which a signal comes up: where the request stands, and what the machine is told. */
import {
  BUDGET_EXHAUSTED,
  begin,
  CIRCUIT_OPEN,
  type Event,
  type FailedAttempt,
  LATENCY_SLO_BREACH,
  next,
  nth,
  outputLimit,
  type Policy,
  type RequestFacts,
  type State,
  sinceOf,
} from "@fbp/runtime/core";
import type { Proved } from "../analyze/proof.ts";
import { duration } from "../scenario/amounts.ts";
import type { Asked } from "./reply.ts";
import { standingOn } from "./standing.ts";

export interface Moment {
  readonly state: State;
  readonly event: Event;
  readonly atMs: number;
  readonly before: readonly string[];
  readonly isReached: boolean;
}

export interface When {
  readonly path: number;
  readonly made: number | null;
  readonly atMs: number | null;
  readonly afterToken: boolean;
}

/** `why` completes "this cannot happen: …". */
export function momentOf(
  policy: Policy,
  proved: Proved | null,
  asked: Asked,
  failure: FailedAttempt,
  when: When,
): Moment | { readonly why: string } {
  const facts = factsOf(policy, asked);
  const { deadlineMs } = policy.budget;
  if (when.atMs !== null && when.atMs > deadlineMs) {
    return { why: `the request's deadline is over after ${duration(deadlineMs)}` };
  }
  if (failure.signal === CIRCUIT_OPEN || failure.signal === LATENCY_SLO_BREACH) {
    return beforeAttempt(policy, facts, failure.signal, when);
  }
  const standing = standingOn(policy, proved, when.path, facts, when.made);
  if (standing === null) return { why: unreachable(policy, when) };
  const { before, isReached } = standing;
  const command = standing.state;
  const since = sinceOf(command);
  const limitMs = command.kind === "attempt" ? command.timeoutMs : 0;
  const isTimeout = failure.facts.transport === "attempt_timeout";
  const latest = failure.signal === BUDGET_EXHAUSTED ? deadlineMs : since + (isTimeout ? limitMs : 0);
  const atMs = Math.max(since, when.atMs ?? latest);
  const state = when.afterToken ? next(policy, standing.state, { kind: "committed", at: atMs }) : standing.state;
  return { state, event: { kind: "failed", at: atMs, failure }, atMs, before, isReached };
}

function factsOf(policy: Policy, { request, context }: Asked): RequestFacts {
  const contract = nth(policy.contracts, nth(policy.paths, policy.start).contract);
  return {
    id: "explained",
    traceId: null,
    startedAt: 0,
    request,
    context,
    repeatable: policy.repeatable(request, context),
    promptTokens: 0,
    outputLimit: outputLimit(contract, Object(request) as Readonly<Record<string, unknown>>),
  };
}

/** What a path's health shows, no call having been made on it. */
function beforeAttempt(
  policy: Policy,
  facts: RequestFacts,
  signal: number,
  { path, atMs }: When,
): Moment | { readonly why: string } {
  const { name, slo, breaker } = nth(policy.paths, path);
  if (path !== policy.start) return { why: `it is told of the path that requests start on, and ${name} is another` };
  const state = begin(policy, facts, 0);
  const by = signal === CIRCUIT_OPEN ? "breaker" : "slo";
  if (by === "breaker" && breaker === null) return { why: `${name} has no breaker` };
  if (by === "slo" && slo === null) return { why: `${name} has no objective` };
  if (state.kind !== "admit") return { why: "the budget lets no call begin" };
  const at = atMs ?? 0;
  return { state, event: { kind: "refused", at, by }, atMs: at, before: [], isReached: true };
}

function unreachable(policy: Policy, { path, made }: When): string {
  const { name } = nth(policy.paths, path);
  if (made === null) return `no request comes to ${name}`;
  return `no request comes to ${name} after ${made} ${made === 1 ? "call" : "calls"}`;
}
