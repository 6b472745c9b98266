/** Recorded outcomes: JSON lines, as the runtime's sinks write them. */
import { type Outcome, withoutKeys } from "@fbp/runtime/core";
import { idWithoutKeys } from "../render/keys.ts";
import { readLines, type Step } from "./lines.ts";

/** Outcomes are read line by line, so that this is only a bound on time. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;

export interface OutcomesRead {
  /** Lines that hold no outcome of a version that is known. */
  readonly unread: number;
  /** Why the file was not read to its end, after "cannot be read:"; null where it was. */
  readonly problem: string | null;
}

/**
 * Gives each outcome to `take`, in the file's order.
 *
 * @param path absolute
 */
export async function readOutcomes(path: string, take: (outcome: Outcome) => void, step: Step): Promise<OutcomesRead> {
  let unread = 0;
  const takeLine = (line: string): void => {
    if (line.trim() === "") return;
    const outcome = outcomeOf(line);
    if (outcome === null) unread++;
    else take(outcome);
  };
  const problem = await readLines(path, MOST_BYTES, takeLine, step);
  return { unread, problem };
}

/** null where the text holds no outcome of a version that is known. */
export function outcomeOf(line: string): Outcome | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isOutcome(value) ? withoutKeysIn(value) : null;
}

/** The runtime's sinks write no key; whoever else wrote this may have. */
function withoutKeysIn(outcome: Outcome): Outcome {
  if (outcome.attempts.every(({ error, providerRequestId }) => error === null && providerRequestId === null)) {
    return outcome;
  }
  const attempts = outcome.attempts.map((attempt) => {
    const { error, providerRequestId } = attempt;
    return {
      ...attempt,
      error:
        error &&
        Object.fromEntries(Object.entries(error).map(([name, text]) => [withoutKeys(name), withoutKeys(text)])),
      providerRequestId: providerRequestId && idWithoutKeys(providerRequestId),
    };
  });
  return { ...outcome, attempts };
}

/** What is shown of an outcome is of the form that it must have; a file may have been written by anybody. */
function isOutcome(value: unknown): value is Outcome {
  return (
    isRecord(value) &&
    value.version === 1 &&
    areTexts(value.policy, value.digest, value.id, value.result) &&
    areTextsOrNull(value.traceId, value.source, value.reason) &&
    areNumbers(value.startedAt, value.elapsedMs, value.tokens, value.costNanos) &&
    isRecord(value.extra) &&
    areNumbers(value.extra.attempts, value.extra.tokens, value.extra.costNanos, value.extra.ms) &&
    isListOf(value.attempts, isAttempt) &&
    isListOf(value.decisions, isDecision) &&
    isListOf(value.hooks, (hook) => areTexts(hook.kind, hook.target))
  );
}

function isAttempt(value: Fields): boolean {
  return (
    areTexts(value.path) &&
    areNumbers(value.startMs, value.elapsedMs, value.tokens, value.costNanos) &&
    areTextsOrNull(value.transport, value.signal, value.class, value.check, value.providerRequestId) &&
    (value.status === null || typeof value.status === "number") &&
    typeof value.sent === "boolean" &&
    typeof value.probe === "boolean" &&
    (value.usage === null || (isRecord(value.usage) && areNumbers(value.usage.input, value.usage.output))) &&
    (value.error === null || (isRecord(value.error) && areTexts(...Object.values(value.error))))
  );
}

function isDecision(value: Fields): boolean {
  return (
    areTexts(value.path, value.signal, value.action) &&
    areNumbers(value.atMs, value.waitMs) &&
    areTextsOrNull(value.reason) &&
    (value.line === null || typeof value.line === "number") &&
    isListOf(value.refused, (refusal) => areTexts(refusal.action, refusal.cause))
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isOne: (item: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((item: unknown) => isRecord(item) && isOne(item));
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

function areTextsOrNull(...values: readonly unknown[]): boolean {
  return values.every((value) => value === null || typeof value === "string");
}

function areNumbers(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "number");
}
