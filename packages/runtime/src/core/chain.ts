/**
 * What a request has behind it, as linked nodes that share their past: a step adds a node and copies
 * nothing. Texts are put together only when the outcome is built.
 */
import type { Charge, Ledger } from "./ledger.ts";
import type { ActionPlan, HookPlan } from "./policy.ts";
import type { Answer, FailedAttempt, Purpose, RequestFacts } from "./protocol.ts";

/** What stays as it is from `begin` to `finish`. */
export interface Run {
  readonly facts: RequestFacts;
  readonly beganAt: number;
  readonly deadlineAt: number;
}

/** What changes when an attempt ends or a rule is applied. */
export interface Past extends Ledger {
  /** The path that the request is on. */
  readonly path: number;
  readonly attempts: number;
  readonly retries: number;
  readonly fallbacks: number;
  /** Retries on this path. */
  readonly retriesHere: number;
  /** May any attempt have reached its provider? */
  readonly sent: boolean;
  /** `proceed` was taken on this path: its SLO is not asked again. */
  readonly proceeded: boolean;
  /** The paths that were left: none is entered again. */
  readonly left: Left | null;
  readonly calls: Call | null;
  readonly decisions: Decision | null;
  readonly reason: string | null;
}

export interface Left {
  readonly path: number;
  readonly before: Left | null;
}

/** An attempt that has ended. */
export interface Call {
  readonly path: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly probe: boolean;
  /** -1: none. */
  readonly signal: number;
  readonly failure: FailedAttempt | null;
  /** Of an answer, or of an attempt that was aborted; its status may be 0. */
  readonly answer: Answer | null;
  readonly sent: boolean;
  readonly charge: Charge;
  readonly before: Call | null;
}

/** A rule of the policy, or the default where it is silent. */
export interface Ruling {
  readonly line: number | null;
  readonly reason: string | null;
  readonly actions: readonly ActionPlan[];
  readonly hooks: readonly HookPlan[];
}

/** A signal for which an action is being looked for. */
export interface Trial {
  readonly at: number;
  readonly path: number;
  readonly signal: number;
  readonly committed: boolean;
  readonly ruling: Ruling;
  /** What the attempt that could not begin was for; of use to `proceed`. */
  readonly purpose: Purpose;
  readonly dice: number;
  readonly serverWaitMs: number | null;
  /** Index of the action under trial. */
  readonly index: number;
  readonly refused: Refusal | null;
  readonly waitedMs: number;
}

export interface Refusal {
  /** null: the attempt itself was refused, without any rule. */
  readonly action: ActionPlan | null;
  readonly cause: string;
  readonly before: Refusal | null;
}

export interface Decision {
  readonly trial: Trial;
  /** null: the caller aborted before the action had begun. */
  readonly action: ActionPlan | null;
  readonly before: Decision | null;
}

/** The nodes of a chain from the first to the last, each as `of` sees it. */
export function listed<Node extends { readonly before: Node | null }, Item>(
  last: Node | null,
  of: (node: Node) => Item,
): readonly Item[] {
  const items: Item[] = [];
  for (let node = last; node !== null; node = node.before) items.push(of(node));
  return items.reverse();
}

/** The past of a request that begins on `path`. */
export function nothingYet(path: number): Past {
  return {
    tokens: 0,
    costNanos: 0,
    path,
    attempts: 0,
    retries: 0,
    fallbacks: 0,
    retriesHere: 0,
    sent: false,
    proceeded: false,
    left: null,
    calls: null,
    decisions: null,
    reason: null,
  };
}

/** After an attempt: its charge is booked. */
export function ended(past: Past, call: Call): Past {
  return {
    tokens: past.tokens + call.charge.tokens,
    costNanos: past.costNanos + call.charge.costNanos,
    path: past.path,
    attempts: past.attempts + 1,
    retries: past.retries,
    fallbacks: past.fallbacks,
    retriesHere: past.retriesHere,
    sent: past.sent || call.sent,
    proceeded: past.proceeded,
    left: past.left,
    calls: call,
    decisions: past.decisions,
    reason: past.reason,
  };
}

/** After an action was taken; null: the caller aborted before it had begun. */
export function decided(past: Past, trial: Trial, action: ActionPlan | null): Past {
  const kind = action === null ? null : action.kind;
  const moves = action !== null && action.kind === "fallback";
  return {
    tokens: past.tokens,
    costNanos: past.costNanos,
    path: moves ? action.path : past.path,
    attempts: past.attempts,
    retries: kind === "retry" ? past.retries + 1 : past.retries,
    fallbacks: moves ? past.fallbacks + 1 : past.fallbacks,
    retriesHere: moves ? 0 : kind === "retry" ? past.retriesHere + 1 : past.retriesHere,
    sent: past.sent,
    proceeded: moves ? false : past.proceeded || kind === "proceed",
    left: moves ? { path: past.path, before: past.left } : past.left,
    calls: past.calls,
    decisions: { trial, action, before: past.decisions },
    reason: trial.ruling.reason ?? past.reason,
  };
}
