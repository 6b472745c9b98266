import type { BillingEntry } from "./billing.ts";
import { inOrder, type RecordedCall } from "./calls.ts";

/** Two clocks may be so far apart, and a bill may note a call so long after its end. */
export const MOST_APART_MS = 120_000;

/** A call without usage has reserved what it may use, and a bill for more is of another call. */
function canBe({ usage, charge, tokens }: RecordedCall, { input, output }: BillingEntry): boolean {
  return usage !== null || charge !== "reserved" || (input ?? 0) + (output ?? 0) <= tokens;
}

/**
 * As many pairs as there can be, each of a call and a line whose time lies from `MOST_APART_MS` before the call's
 * beginning to as long after its end: each line, from the earliest, takes the call that has to be taken first. Lines
 * without a time take what is left, in order.
 *
 * The time of a line may stand for a whole day; the widest such stretch counts for all lines.
 */
export function pairByTime(
  calls: readonly RecordedCall[],
  entries: readonly BillingEntry[],
): readonly (readonly [RecordedCall, BillingEntry])[] {
  const pairs: (readonly [RecordedCall, BillingEntry])[] = [];
  const within = entries.reduce((most, { withinMs }) => Math.max(most, withinMs), 0);
  const coming = calls.toSorted(inOrder);
  const timed = entries.flatMap((entry) => (entry.at === null ? [] : [{ entry, at: entry.at }]));
  /** Begun, and not over: the one that ends first is the last. */
  const open: RecordedCall[] = [];
  const left: RecordedCall[] = [];
  let next = 0;
  for (const { entry, at } of timed.sort((a, b) => a.at - b.at)) {
    for (
      let call = coming[next];
      call !== undefined && call.at - MOST_APART_MS < at + Math.max(1, within);
      call = coming[++next]
    ) {
      open.splice(placeOf(open, call), 0, call);
    }
    for (let call = open.at(-1); call !== undefined && call.endsAt + MOST_APART_MS < at; call = open.at(-1)) {
      left.push(call);
      open.pop();
    }
    const fits = open.findLastIndex((each) => canBe(each, entry));
    for (const call of fits < 0 ? [] : open.splice(fits, 1)) pairs.push([call, entry]);
  }
  const rest = [...left, ...open, ...coming.slice(next)].sort(inOrder);
  for (const entry of entries) {
    const fits = entry.at === null ? rest.findIndex((each) => canBe(each, entry)) : -1;
    for (const call of fits < 0 ? [] : rest.splice(fits, 1)) pairs.push([call, entry]);
  }
  return pairs;
}

/** Where `call` belongs among those that end ever earlier. */
function placeOf(open: readonly RecordedCall[], call: RecordedCall): number {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = open[middle];
    if (there !== undefined && (there.endsAt - call.endsAt || inOrder(there, call)) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
