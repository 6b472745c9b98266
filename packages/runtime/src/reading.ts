/** What came of a call: a usable answer, or a failure with its signal. Nothing that was sent can throw here. For streams see `stream/read-stream.ts`. */
import type { Attempt } from "./attempt.ts";
import { ranIntoDeadline } from "./core/classify.ts";
import { errorObject, recordedError } from "./core/errors.ts";
import type { Usage } from "./core/outcome.ts";
import { at } from "./core/pointer.ts";
import type { ContractPlan, Failure, Policy, TransportFault } from "./core/policy.ts";
import type { Event, FailedAttempt } from "./core/protocol.ts";
import { serverWaitMs } from "./core/retry-hint.ts";
import { SIGNAL } from "./core/signals.ts";
import { usageOf } from "./core/usage.ts";
import { parsedJson } from "./json.ts";
import { bodyWithoutKey, errorWithoutKey, withoutKey } from "./redact.ts";
import { isThenable, whenRejected } from "./thenable.ts";

/** The event that tells the machine of it. */
export type Reading = Extract<Event, { kind: "answered" | "failed" }>;

/** Where the time of day and the dice for a wait come from; both are only used for failures. */
export interface Chance {
  readonly clock: { wallAt(now: number): number };
  readonly random: () => number;
}

/** Name of the check that an answer fails that is no JSON, or larger or deeper than the bound. */
export const JSON_CHECK = "json";

/** Name of the check that a request fails which cannot be made into one for the path, by its adapter or by its contract. */
export const REQUEST_CHECK = "request";

/**
 * Name of the check that an answer fails which its adapter cannot rewrite. What it makes of an answer is
 * judged as one of the start's: a check of that is named `adapter.` and the name.
 */
export const ADAPTER_CHECK = "adapter";

/** Longer request ids are cut; none that is known comes near it. */
const REQUEST_ID_LENGTH = 128;

/**
 * Reads an attempt that ended at `now`, and keeps its answer with it where that is usable. `asked` is the
 * service's own request, before any adapter.
 */
export function read(policy: Policy, attempt: Attempt, asked: unknown, now: number, chance: Chance): Reading {
  const { contract } = attempt.route;
  if (attempt.status === 0 || (attempt.fault !== null && attempt.answeredWell)) {
    return broken(policy, attempt, now, chance);
  }
  if (!attempt.answeredWell) return refused(policy, attempt, now, chance);
  const body = attempt.tooLarge ? undefined : parsedJson(attempt.body.text());
  if (body === undefined) return unusable(policy, attempt, now, JSON_CHECK, null, chance);
  const error = errorObject(contract, attempt.status, body);
  if (error !== null) return declined(policy, attempt, now, error, body, chance);
  return judged(policy, attempt, body, asked, now, chance);
}

/** Of a whole answer that holds no error: is it usable? */
export function judged(
  policy: Policy,
  attempt: Attempt,
  body: unknown,
  asked: unknown,
  now: number,
  chance: Chance,
): Reading {
  const { contract } = attempt.route;
  const usage = usageOf(contract, body);
  if (isRefusal(contract, body))
    return failed(
      policy,
      attempt,
      now,
      SIGNAL.content_refused,
      factsOf(attempt, null, null),
      null,
      usage,
      null,
      chance,
    );
  const failing = failingCheck(contract, body, attempt.request);
  if (failing !== null) return unusable(policy, attempt, now, failing, usage, chance);
  const rewrite = attempt.route.adapter?.response;
  if (rewrite === undefined) attempt.response = body;
  else {
    const lost = rewritten(policy, attempt, rewrite, body, asked);
    if (lost !== null) return unusable(policy, attempt, now, lost, usage, chance);
  }
  return {
    kind: "answered",
    at: now,
    answer: { status: attempt.status, usage, providerRequestId: requestIdOf(attempt) },
  };
}

/** The request could not be made for this path: a defect of the request, and nothing was sent. */
export function unmade({ random }: Chance): FailedAttempt {
  return {
    signal: SIGNAL.client_invalid,
    facts: { transport: null, sent: false, status: 0, headers: {}, error: null },
    recorded: null,
    check: REQUEST_CHECK,
    usage: null,
    providerRequestId: null,
    serverWaitMs: null,
    dice: random(),
  };
}

/** No status line came, or an answer broke off. */
export function broken(policy: Policy, attempt: Attempt, now: number, chance: Chance): Reading {
  const facts = factsOf(attempt, attempt.fault, null);
  const signal = ranIntoDeadline(facts, attempt.command.cutByDeadline)
    ? SIGNAL.budget_exhausted
    : classified(policy, attempt.route.contract, facts);
  return failed(policy, attempt, now, signal, facts, null, null, null, chance);
}

/**
 * The provider refused the request. Its status stands even where the body broke off, ran into a time
 * limit or was longer than the bound: a 401 whose body hangs is no time-out and must not go elsewhere.
 */
function refused(policy: Policy, attempt: Attempt, now: number, chance: Chance): Reading {
  const { contract, key } = attempt.route;
  const text = bodyWithoutKey(attempt.body.text(), key);
  const body = parsedJson(text) ?? text;
  return declined(policy, attempt, now, errorObject(contract, attempt.status, body), body, chance);
}

export function declined(
  policy: Policy,
  attempt: Attempt,
  now: number,
  error: unknown,
  body: unknown,
  chance: Chance,
): Reading {
  const { contract, key } = attempt.route;
  const facts = factsOf(attempt, null, errorWithoutKey(error, key));
  const signal = classified(policy, contract, facts);
  const waitMs = serverWaitMs(contract.retryHints, attempt.headers, chance.clock.wallAt(now));
  return failed(policy, attempt, now, signal, facts, null, usageOf(contract, body), waitMs, chance);
}

function unusable(
  policy: Policy,
  attempt: Attempt,
  now: number,
  check: string,
  usage: Usage | null,
  chance: Chance,
): Reading {
  return failed(policy, attempt, now, SIGNAL.unusable_output, factsOf(attempt, null, null), check, usage, null, chance);
}

export function factsOf(attempt: Attempt, transport: TransportFault | null, error: unknown): Failure {
  return { transport, sent: attempt.sentAny, status: attempt.status, headers: attempt.headers, error };
}

export function failed(
  policy: Policy,
  attempt: Attempt,
  now: number,
  signal: number,
  facts: Failure,
  check: string | null,
  usage: Usage | null,
  serverWaitMs: number | null,
  { random }: Chance,
): Reading {
  const recorded = recordedError(policy.record, facts.error);
  const providerRequestId = requestIdOf(attempt);
  const failure = { signal, facts, recorded, check, usage, providerRequestId, serverWaitMs, dice: random() };
  return { kind: "failed", at: now, failure };
}

/**
 * A compiled classifier is total; one that is not (a policy that was edited by hand) must not lead to a
 * second call, so what cannot be classified is a defect of the request.
 */
function classified(policy: Policy, contract: ContractPlan, failure: Failure): number {
  try {
    const signal = contract.classify(failure);
    if (policy.signals[signal] !== undefined) return signal;
  } catch {}
  return SIGNAL.client_invalid;
}

/** Does the answer end with a refusal of the provider's safety system? Going elsewhere would launder it. */
function isRefusal({ refusedReasons, finishReason }: ContractPlan, body: unknown): boolean {
  if (refusedReasons.length === 0) return false;
  const reason = at(body, finishReason);
  return typeof reason === "string" && refusedReasons.includes(reason);
}

/**
 * The name of the check that the answer fails; null: none. A schema that refers to itself may run out
 * of stack on a body that is nested without end.
 */
function failingCheck(contract: ContractPlan, body: unknown, request: unknown): string | null {
  let failing: number;
  try {
    failing = contract.accept(body, request);
  } catch {
    return JSON_CHECK;
  }
  return failing === -1 ? null : (contract.checks[failing] ?? JSON_CHECK);
}

/**
 * Keeps what the adapter makes of the answer: usable if it would be one of the path that requests start
 * on, in whose form the service reads it. Else the name of the check that it fails.
 */
function rewritten(
  policy: Policy,
  attempt: Attempt,
  rewrite: (response: unknown) => unknown,
  body: unknown,
  asked: unknown,
): string | null {
  const start = policy.contracts[policy.paths[policy.start]?.contract ?? -1] ?? attempt.route.contract;
  let response: unknown;
  try {
    response = rewrite(body);
    whenRejected(response, () => {});
    if (response === undefined || isThenable(response)) return ADAPTER_CHECK;
  } catch {
    return ADAPTER_CHECK;
  }
  const failing = failingCheck(start, response, asked);
  if (failing !== null) return `${ADAPTER_CHECK}.${failing}`;
  attempt.response = response;
  return null;
}

/** What the provider sent as its answer, without the service's key; of a stream what came of it. */
export function refusedText({ stream, body, route }: Attempt): string {
  let text: string;
  try {
    text = stream === null ? body.text() : JSON.stringify(stream.assembly.answer());
  } catch {
    // Nested without end.
    text = "";
  }
  return bodyWithoutKey(text, route.key);
}

function requestIdOf(attempt: Attempt): string | null {
  const { contract, key } = attempt.route;
  if (contract.requestIdHeader === null) return null;
  const id: unknown = attempt.headers[contract.requestIdHeader];
  return typeof id === "string" ? withoutKey(id, key).slice(0, REQUEST_ID_LENGTH) : null;
}
