/** Which drills run at the same time. */
import { setTimeout } from "node:timers/promises";
import type { DrillCase } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";

/** A drill that takes longer mostly waits, so many can run at the same time. */
const QUICK_MS = 1_000;
const MOST_SLOW = 32;
const MOST_QUICK = 4;
/** Between the beginnings of slow ones: a burst would make each of them late. */
const APART_MS = 10;

/**
 * What is asked of real providers goes one after the other: a canary is no load.
 *
 * @param takes how long a drill is expected to take, in milliseconds
 */
export async function inLanes(
  cases: readonly DrillCase[],
  takes: (index: number) => number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const order = cases.map((_, index) => index);
  const live = order.filter((index) => nth(cases, index).live !== null);
  const local = order.filter((index) => nth(cases, index).live === null);
  const slow = local.filter((index) => takes(index) >= QUICK_MS).sort((a, b) => takes(b) - takes(a));
  const quick = local.filter((index) => takes(index) < QUICK_MS);
  await Promise.all([
    inTurn(live, work, 0),
    ...Array.from({ length: MOST_SLOW }, (_, lane) => inTurn(slow, work, lane * APART_MS)),
    ...Array.from({ length: MOST_QUICK }, () => inTurn(quick, work, 0)),
  ]);
}

async function inTurn(order: number[], work: (index: number) => Promise<void>, afterMs: number): Promise<void> {
  await setTimeout(afterMs);
  for (let index = order.shift(); index !== undefined; index = order.shift()) await work(index);
}
