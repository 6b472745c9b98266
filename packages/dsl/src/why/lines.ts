/** Which line of `signals` reads a failure, and what each line before it asked. */
import type { Failure } from "@fbp/runtime/core";
import { withoutKeys } from "@fbp/runtime/core";
import { readsOf } from "../analyze/solve/formula.ts";
import { own } from "../analyze/solve/values.ts";
import { testText } from "../analyze/words.ts";
import type { ContractModel, Predicate, Read, SignalModel, SignalsLineModel } from "../check/model.ts";
import { evaluate } from "../check/predicate/evaluate.ts";
import { placeText } from "../check/predicate/words.ts";

export interface ReadLine {
  readonly signal: string;
  readonly from: SignalsLineModel["from"];
  /** What it asks, as a policy would write it; null: nothing, it takes whatever is left. */
  readonly asks: string | null;
  /** What it met at the places that it asks: `status is 429`; nothing that looks like a key. */
  readonly met: readonly string[];
  readonly line: SignalsLineModel;
}

export interface LinesRead {
  readonly matched: ReadLine | null;
  /** Those before it, in their order. */
  readonly tried: readonly ReadLine[];
}

/** The first line that matches wins. */
export function linesRead({ signals }: ContractModel, names: readonly SignalModel[], failure: Failure): LinesRead {
  const index = signals.findIndex(({ when }) => when === null || evaluate(when, failure));
  const read = (line: SignalsLineModel): ReadLine => ({
    signal: names[line.signal]?.name ?? "",
    from: line.from,
    asks: line.when === null ? null : testText(line.when),
    met: line.when === null ? [] : metBy(placesIn(line.when), failure),
    line,
  });
  const matched = signals[index];
  return {
    matched: matched === undefined ? null : read(matched),
    tried: signals.slice(0, Math.max(0, index)).map(read),
  };
}

function placesIn(predicate: Predicate): readonly Read[] {
  switch (predicate.kind) {
    case "const":
      return [];
    case "and":
    case "or":
      return predicate.of.flatMap(placesIn);
    case "not":
      return placesIn(predicate.of);
    default:
      // A line of `signals` reads nothing but the failure.
      return readsOf(predicate) as readonly Read[];
  }
}

function metBy(reads: readonly Read[], failure: Failure): readonly string[] {
  return [...new Set(reads.map((read) => metAt(read, failure)))];
}

const LONGEST = 80;

function metAt({ from, segments }: Read, failure: Failure): string {
  if (from === "transport")
    return failure.transport === null ? "no transport fault" : `transport is ${failure.transport}`;
  const value = segments.reduce<unknown>(own, rootOf(from, failure));
  const place = placeText(from, segments);
  if (value === undefined || value === null) return `${place} is absent`;
  // Before anything is escaped: behind `\\n` a key would not begin a word.
  const clean = (_: string, inner: unknown): unknown => (typeof inner === "string" ? withoutKeys(inner) : inner);
  const text = withoutKeys(JSON.stringify(value, clean));
  return `${place} is ${text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`}`;
}

function rootOf(from: Read["from"], { sent, status, headers, error }: Failure): unknown {
  switch (from) {
    case "sent":
      return sent;
    case "status":
      return status === 0 ? undefined : status;
    case "header":
      return headers;
    default:
      return from === "error" ? error : undefined;
  }
}
