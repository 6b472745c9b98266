/** An answer that a policy's `accept` refused, kept for debugging where `record { invalid_output keep }` says so. */
import { cutToBytes, withoutKeys } from "../core/errors.ts";
import { withoutPrompt } from "../redact.ts";

export interface InvalidOutput {
  /** Of the request: the outcome with this id tells the rest. */
  readonly id: string;
  readonly traceId: string | null;
  readonly path: string;
  /** The attempt's place in the outcome's `attempts`, from 0. */
  readonly attempt: number;
  /** The name of the `accept` check that failed. */
  readonly check: string;
  /** What the provider sent, as text, without what looks like a key. */
  readonly text: string;
  /** `text` is the beginning only. */
  readonly cut: boolean;
}

/** Bytes of UTF-8 that a sample's text takes at most. */
export const SAMPLE_BYTES = 16_384;

/**
 * A sample with its text brought down to the bound, and without what it repeats of the prompt. Keys that the caller
 * knows must be out of `text` already.
 *
 * @param prompt the messages as the request has them
 */
export function invalidOutput(sample: Omit<InvalidOutput, "cut">, prompt?: unknown): InvalidOutput {
  // What the cut divides must not stay: it is looked for in a little more than is kept.
  const seen = withoutKeys(withoutPrompt(sample.text.slice(0, 2 * SAMPLE_BYTES), prompt));
  const text = cutToBytes(seen, SAMPLE_BYTES);
  return { ...sample, text, cut: sample.text.length > 2 * SAMPLE_BYTES || text.length < seen.length };
}
