/** The calls of recorded requests, as a cost review sees them. Money is nano-units, times are milliseconds since 1970. */
import type { AttemptRecord, Outcome, Policy, PricePlan, Usage } from "@fbp/runtime/core";

export interface RecordedCall {
  /** The outcome's id, and which of its calls this is, from 1. */
  readonly request: string;
  readonly call: number;
  readonly traceId: string | null;
  readonly policy: string;
  readonly path: string;
  readonly role: "first" | "retry" | "fallback";
  readonly at: number;
  readonly endsAt: number;
  /** Had the request, or a part of it, left the machine? */
  readonly sent: boolean;
  readonly signal: string | null;
  readonly requestId: string | null;
  readonly usage: Usage | null;
  readonly charge: AttemptRecord["charge"];
  readonly tokens: number;
  readonly costNanos: number;
  /** What the policy that decided says of the path; null where it is not at hand. */
  readonly declared: Declared | null;
}

export interface Declared {
  readonly model: string;
  /** Said by the very version that decided. */
  readonly isSameVersion: boolean;
  readonly price: PricePlan | null;
}

export function callsOf(outcome: Outcome, policies: readonly Policy[]): readonly RecordedCall[] {
  const versions = policies.filter(({ name }) => name === outcome.policy);
  const policy = versions.find(({ digest }) => digest === outcome.digest) ?? versions[0];
  const isSameVersion = policy?.digest === outcome.digest;
  return outcome.attempts.map((attempt, index) => {
    const at = outcome.startedAt + attempt.startMs;
    const plan = policy?.paths.find(({ name }) => name === attempt.path);
    return {
      request: outcome.id,
      call: index + 1,
      traceId: outcome.traceId,
      policy: outcome.policy,
      path: attempt.path,
      role: roleOf(outcome.attempts[index - 1], attempt),
      at,
      endsAt: at + attempt.elapsedMs,
      sent: attempt.sent,
      signal: attempt.signal,
      requestId: attempt.providerRequestId,
      usage: attempt.usage,
      charge: attempt.charge,
      tokens: attempt.tokens,
      costNanos: attempt.costNanos,
      declared: plan === undefined ? null : { model: plan.model, price: plan.price, isSameVersion },
    };
  });
}

/** A path is never entered again, so another path is a fallback, and the same one a retry. */
function roleOf(before: AttemptRecord | undefined, { path }: AttemptRecord): RecordedCall["role"] {
  if (before === undefined) return "first";
  return before.path === path ? "retry" : "fallback";
}

/** An order that does not hang on the order in which requests are given. */
export function inOrder(a: RecordedCall, b: RecordedCall): number {
  return a.at - b.at || compareText(a.request, b.request) || a.call - b.call;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
