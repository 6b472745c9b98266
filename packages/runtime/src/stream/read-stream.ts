/** What came of a call whose answer was streamed. Nothing that was sent can throw here. */
import type { Attempt } from "../attempt.ts";
import { ranIntoDeadline } from "../core/classify.ts";
import type { Policy } from "../core/policy.ts";
import { forbidsSecondCall, SIGNAL } from "../core/signals.ts";
import { usageOf } from "../core/usage.ts";
import { broken, type Chance, declined, factsOf, failed, judged, type Reading } from "../reading.ts";
import { errorWithoutKey } from "../redact.ts";
import type { StreamedAnswer } from "./streamed-answer.ts";

/** Name of the check that a stream fails with a chunk that is no JSON, or not as the contract says. */
export const CHUNK_CHECK = "chunk";
/** Name of the check that a stream fails which ends without a finish reason. */
export const FINISH_CHECK = "finish";
/** Name of the check that a stream fails which is longer than the bound. */
export const SIZE_CHECK = "size";

/**
 * Reads an attempt whose stream ended, or was cut off, at `now`. An answer with all its finish reasons is whole,
 * however its connection ended. `asked` is the service's own request.
 *
 * @param seen the caller has perhaps seen a token of it
 */
export function readStream(
  policy: Policy,
  attempt: Attempt,
  stream: StreamedAnswer,
  asked: unknown,
  seen: boolean,
  now: number,
  chance: Chance,
): Reading {
  const { assembly, broken: why } = stream;
  if (why?.kind === "error") return errorInside(policy, attempt, stream, why.error, seen, now, chance);
  if (why !== null)
    return interrupted(policy, attempt, stream, why.kind === "size" ? SIZE_CHECK : CHUNK_CHECK, now, chance);
  if (stream.isWhole) return judged(policy, attempt, assembly.answer(), asked, now, chance);
  // Who has said nothing when a limit ends the call has not begun to answer.
  const isSilent = !assembly.hasToken && attempt.fault !== null && attempt.fault !== "reset";
  if (isSilent || ranIntoDeadline({ transport: attempt.fault }, attempt.command.cutByDeadline)) {
    return broken(policy, attempt, now, chance);
  }
  return interrupted(policy, attempt, stream, attempt.fault === null ? FINISH_CHECK : null, now, chance);
}

/**
 * Before its first token a stream with an error is an answer with an error. Later it is one that broke; but where nothing
 * was shown yet and no second call may follow such an error, it stays what it is.
 */
function errorInside(
  policy: Policy,
  attempt: Attempt,
  stream: StreamedAnswer,
  error: unknown,
  seen: boolean,
  now: number,
  chance: Chance,
): Reading {
  const whole = declined(policy, attempt, now, error, null, chance);
  if (!stream.assembly.hasToken || whole.kind === "answered") return whole;
  const signal = policy.signals[whole.failure.signal];
  if (!seen && signal !== undefined && forbidsSecondCall(signal.class)) return whole;
  const facts = factsOf(attempt, null, errorWithoutKey(error, attempt.route.key));
  const usage = usageIn(attempt, stream);
  return failed(policy, attempt, now, SIGNAL.stream_interrupted, facts, null, usage, null, chance);
}

function interrupted(
  policy: Policy,
  attempt: Attempt,
  stream: StreamedAnswer,
  check: string | null,
  now: number,
  chance: Chance,
): Reading {
  const facts = factsOf(attempt, attempt.fault, null);
  const usage = usageIn(attempt, stream);
  return failed(policy, attempt, now, SIGNAL.stream_interrupted, facts, check, usage, null, chance);
}

/** What the provider said of its use before the stream broke, if it did. */
export function usageIn({ route }: Attempt, { assembly }: StreamedAnswer) {
  return usageOf(route.contract, assembly.answer());
}
