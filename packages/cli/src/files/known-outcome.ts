/** An outcome with the fields that outcomes have: what else stands in a file may be anything. */
import type { AttemptRecord, DecisionRecord, Outcome } from "@fbp/runtime/core";

/** Every field, so that a new one is not forgotten here. */
type FieldsOf<Value> = Readonly<Record<keyof Value, true>>;

const OUTCOME: FieldsOf<Outcome> = {
  version: true,
  policy: true,
  digest: true,
  id: true,
  traceId: true,
  startedAt: true,
  elapsedMs: true,
  result: true,
  source: true,
  reason: true,
  partial: true,
  signals: true,
  attempts: true,
  decisions: true,
  retries: true,
  fallbacks: true,
  tokens: true,
  costNanos: true,
  extra: true,
  hooks: true,
  warnings: true,
};

const ATTEMPT: FieldsOf<AttemptRecord> = {
  path: true,
  startMs: true,
  elapsedMs: true,
  status: true,
  transport: true,
  sent: true,
  probe: true,
  signal: true,
  class: true,
  check: true,
  error: true,
  providerRequestId: true,
  usage: true,
  tokens: true,
  costNanos: true,
  charge: true,
};

const DECISION: FieldsOf<DecisionRecord> = {
  atMs: true,
  path: true,
  signal: true,
  reason: true,
  line: true,
  action: true,
  waitMs: true,
  refused: true,
};

export function knownOutcome(outcome: Outcome): Outcome {
  return {
    ...known(outcome, OUTCOME),
    attempts: outcome.attempts.map((attempt) => known(attempt, ATTEMPT)),
    decisions: outcome.decisions.map((decision) => known(decision, DECISION)),
  };
}

function known<Value extends object>(value: Value, fields: FieldsOf<Value>): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(fields, name))) as Value;
}
