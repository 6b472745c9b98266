/** Why a failure leads where it leads: the line that reads it, the rule, what is permitted, what is recorded. */
import { type HookPlan, length, nth, type Policy, type SignalClass } from "@fbp/runtime/core";
import type { Proved } from "../analyze/proof.ts";
import type { PolicyModel } from "../check/model.ts";
import type { Span } from "../source.ts";
import { type ActionSaid, ruledFor } from "./actions.ts";
import { askedOf } from "./asked.ts";
import { type LinesRead, linesRead } from "./lines.ts";
import { momentOf } from "./moment.ts";
import { type Reading, type Reply, readReply } from "./reply.ts";

export interface Question {
  /** Number of the path that is answered so. */
  readonly path: number;
  readonly reply: Reply;
  /** Left out: a small request without tools. */
  readonly request?: unknown;
  /** Left out, also in part: the defaults, and where there is none some value of the field's type. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Calls that were made before this one; null: as few as can be. */
  readonly made: number | null;
  /** Milliseconds since the request began; null: at once, a time-out when the attempt's time is over. */
  readonly atMs: number | null;
  /** Had the user seen a token of the answer? */
  readonly afterToken: boolean;
  /** Milliseconds since 1970. */
  readonly wallNow: number;
}

export type Explanation =
  /** Nothing is wrong with the answer: no rule is asked. */
  | { readonly kind: "usable"; readonly policy: string; readonly path: string }
  /** No request comes to stand so. */
  | { readonly kind: "unreachable"; readonly policy: string; readonly path: string; readonly why: string }
  | ExplainedFailure;

export interface ExplainedFailure {
  readonly kind: "explained";
  readonly policy: string;
  readonly path: string;
  readonly signal: string;
  readonly class: SignalClass;
  /** Null where the runtime raises the signal itself, or the signal was given. */
  readonly lines: LinesRead | null;
  /** The check of `accept` that the answer fails. */
  readonly check: string | null;
  readonly serverWaitMs: number | null;
  /** What happened to the request before. */
  readonly before: readonly string[];
  readonly isReached: boolean;
  readonly atMs: number;
  /** Calls before this one. */
  readonly made: number;
  /** Null where the policy is silent: a health signal's default. */
  readonly rule: { readonly line: number; readonly span: Span } | null;
  readonly reason: string | null;
  readonly actions: readonly ActionSaid[];
  readonly hooks: readonly HookPlan[];
  /** Null where the signal alone was given. */
  readonly recorded: Recorded | null;
}

export interface Recorded {
  readonly status: number | null;
  readonly transport: string | null;
  /** What is kept of the provider's error object. */
  readonly error: Readonly<Record<string, string>> | null;
  /** Names of its other fields: they are seen, and not kept. */
  readonly left: readonly string[];
  readonly providerRequestId: string | null;
}

/**
 * @param policy the compiled policy
 * @param model the same as checked
 * @param proved what was found of it; null: only where requests start is known
 * @throws UsageError where the request or the context are of no use to the runtime
 */
export function explainFailure(
  policy: Policy,
  model: PolicyModel,
  proved: Proved | null,
  question: Question,
): Explanation {
  const plan = nth(policy.paths, question.path);
  const head = { policy: policy.name, path: plan.name };
  const asked = askedOf(model, question);
  const reading = readReply(policy, question.path, question.reply, asked, question.wallNow);
  if (reading.failure === null) return { kind: "usable", ...head };
  const moment = momentOf(policy, proved, asked, reading.failure, question);
  if ("why" in moment) return { kind: "unreachable", ...head, why: moment.why };
  const { state, event, atMs, before, isReached } = moment;
  const { ruling, actions } = ruledFor(policy, question.path, state, event);
  const index = plan.rules.findIndex((rule) => Object.is(rule, ruling));
  const rule = nth(model.paths, question.path).rules[index];
  const { name, class: signalClass } = nth(policy.signals, reading.failure.signal);
  return {
    kind: "explained",
    ...head,
    signal: name,
    class: signalClass,
    lines: linesOf(model, question.path, reading),
    check: reading.failure.check,
    serverWaitMs: reading.failure.serverWaitMs,
    before,
    isReached,
    atMs,
    made: length(state.past.calls),
    rule: rule === undefined ? null : { line: rule.line, span: rule.span },
    reason: ruling.reason,
    actions,
    hooks: ruling.hooks,
    recorded: recordedOf(reading),
  };
}

/** An answer that a check refused was read by no line of `signals`. */
function linesOf(model: PolicyModel, path: number, { failure, record }: Reading): LinesRead | null {
  if (failure === null || record === null || failure.check !== null) return null;
  const lines = linesRead(nth(model.contracts, nth(model.paths, path).contract), model.signals, failure.facts);
  return lines.matched?.signal === record.signal ? lines : null;
}

function recordedOf({ record, error }: Reading): Recorded | null {
  if (record === null) return null;
  const { status, transport, providerRequestId } = record;
  const kept = record.error === null ? null : { ...record.error };
  const left = Object.keys(Object(error)).filter((name) => kept === null || !Object.hasOwn(kept, name));
  return { status, transport, error: kept, left, providerRequestId };
}
