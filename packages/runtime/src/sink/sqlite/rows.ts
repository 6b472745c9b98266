/** What stands in the columns of an outcome's tables. */
import type { Outcome } from "../../core/outcome.ts";
import type { InvalidOutput } from "../invalid-output.ts";

/** Of one table: its name, and the columns in the order of the values. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

export type Value = string | number | null;
export type Row = readonly Value[];

const columns = (text: string): readonly string[] => text.trim().split(/\s+/);

export const OUTCOMES: Table = {
  name: "outcomes",
  columns: columns(
    `id policy digest trace_id started_at elapsed_ms result source reason partial attempts retries fallbacks tokens
     cost_nanos extra_attempts extra_tokens extra_cost_nanos extra_ms record`,
  ),
};

export const ATTEMPTS: Table = {
  name: "attempts",
  columns: columns(
    `outcome_id nth policy path started_at start_ms elapsed_ms status transport sent probe signal class failed_check
     error provider_request_id input_tokens output_tokens tokens cost_nanos charge`,
  ),
};

export const DECISIONS: Table = {
  name: "decisions",
  columns: columns("outcome_id nth at_ms path signal reason line action wait_ms refused"),
};

export const HOOKS: Table = { name: "hooks", columns: columns("outcome_id nth kind target") };

export const INVALID_OUTPUTS: Table = {
  name: "invalid_outputs",
  columns: columns("outcome_id attempt trace_id path failed_check text cut"),
};

export function outcomeRow(outcome: Outcome, record: string): Row {
  const { extra } = outcome;
  return [
    outcome.id,
    outcome.policy,
    outcome.digest,
    outcome.traceId,
    outcome.startedAt,
    outcome.elapsedMs,
    outcome.result,
    outcome.source,
    outcome.reason,
    flag(outcome.partial),
    outcome.attempts.length,
    outcome.retries,
    outcome.fallbacks,
    outcome.tokens,
    outcome.costNanos,
    extra.attempts,
    extra.tokens,
    extra.costNanos,
    extra.ms,
    record,
  ];
}

export function attemptRows(outcome: Outcome): readonly Row[] {
  return outcome.attempts.map((attempt, nth) => [
    outcome.id,
    nth,
    outcome.policy,
    attempt.path,
    outcome.startedAt + attempt.startMs,
    attempt.startMs,
    attempt.elapsedMs,
    attempt.status,
    attempt.transport,
    flag(attempt.sent),
    flag(attempt.probe),
    attempt.signal,
    attempt.class,
    attempt.check,
    attempt.error === null ? null : JSON.stringify(attempt.error),
    attempt.providerRequestId,
    attempt.usage?.input ?? null,
    attempt.usage?.output ?? null,
    attempt.tokens,
    attempt.costNanos,
    attempt.charge,
  ]);
}

export function decisionRows(outcome: Outcome): readonly Row[] {
  return outcome.decisions.map((decision, nth) => [
    outcome.id,
    nth,
    decision.atMs,
    decision.path,
    decision.signal,
    decision.reason,
    decision.line,
    decision.action,
    decision.waitMs,
    JSON.stringify(decision.refused),
  ]);
}

export function hookRows(outcome: Outcome): readonly Row[] {
  return outcome.hooks.map(({ kind, target }, nth) => [outcome.id, nth, kind, target]);
}

export function sampleRow(sample: InvalidOutput): Row {
  const { id, attempt, traceId, path, check, text, cut } = sample;
  return [id, attempt, traceId, path, check, text, flag(cut)];
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}
