/**
 * What a request has behind it: what was commanded and what came of it, and what was decided, as linked nodes. A step
 * adds a node and copies nothing; counts, charges and texts are worked out from the nodes where they are needed.
 */
import type { ActionPlan, HookPlan, Policy } from "./policy.ts";
import type { Answer, CallTerms, Event, FailedAttempt, RequestFacts } from "./protocol.ts";

export interface Past {
  readonly facts: RequestFacts;
  readonly beganAt: number;
  readonly calls: Call | null;
  readonly decisions: Decision | null;
  /** Of the last rule that was applied; a default without a reason leaves it as it is. */
  readonly reason: string | null;
}

export type Got<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

/** How an attempt ended. */
export type Ended = Got<"answered" | "failed" | "aborted">;

/** What came of it, as far as that is told. */
export function told(got: Ended): Answer | FailedAttempt | Got<"aborted"> {
  return got.kind === "answered" ? got.answer : got.kind === "failed" ? got.failure : got;
}

/** An attempt that has ended. */
export interface Call {
  readonly asked: CallTerms;
  readonly got: Ended;
  readonly before: Call | null;
}

/** A rule of the policy, or the default where it is silent. */
export interface Ruling {
  readonly line: number | null;
  readonly reason: string | null;
  readonly actions: readonly ActionPlan[];
  readonly hooks: readonly HookPlan[];
}

/** A signal on a path, and the search for an action that is permitted. */
export interface Trial {
  readonly at: number;
  readonly path: number;
  readonly signal: number;
  /** null: the signal was raised before an attempt. */
  readonly failure: FailedAttempt | null;
  readonly committed: boolean;
  readonly ruling: Ruling;
  /** Index of the action that is being tried. */
  readonly index: number;
  readonly refused: Refusal | null;
  readonly waitedMs: number;
}

export interface Refusal {
  /** null: the attempt itself was refused, no rule was at work yet. */
  readonly action: ActionPlan | null;
  readonly cause: string;
  readonly before: Refusal | null;
}

/** An action that was taken. */
export interface Decision {
  readonly trial: Trial;
  /** null: the caller aborted before the action had begun. */
  readonly action: ActionPlan | null;
  readonly before: Decision | null;
}

interface Linked<Node> {
  readonly before: Node | null;
}

export function length<Node extends Linked<Node>>(last: Node | null): number {
  let count = 0;
  for (let node = last; node !== null; node = node.before) count++;
  return count;
}

/** The nodes of a chain from the first to the last, each as `of` sees it. No closure is needed. */
export function listed<Node extends Linked<Node>, Item>(
  policy: Policy,
  past: Past,
  last: Node | null,
  of: (policy: Policy, past: Past, node: Node) => Item,
): readonly Item[] {
  if (last === null) return NONE;
  const newest = of(policy, past, last);
  const items = [newest];
  for (let node = last.before; node !== null; node = node.before) items.unshift(of(policy, past, node));
  return items;
}

/** No nodes; shared, since most requests have no decisions. */
export const NONE: readonly never[] = Object.freeze([]);

/** How often an action of this kind was taken, in all or on one path. */
export function taken(past: Past, kind: ActionPlan["kind"], path?: number): number {
  let count = 0;
  for (let made = past.decisions; made !== null; made = made.before) {
    if (made.action?.kind === kind && (path === undefined || made.trial.path === path)) count++;
  }
  return count;
}

/** @param action null: the caller aborted before it had begun */
export function afterDecision(past: Past, trial: Trial, action: ActionPlan | null): Past {
  const decisions = { trial, action, before: past.decisions };
  return { ...past, decisions, reason: trial.ruling.reason ?? past.reason };
}
