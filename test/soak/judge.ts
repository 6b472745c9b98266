/** What is wrong with a soak, in words; nothing is as it should be. */
import { type Trend, trendOf } from "./flat.ts";
import type { Report } from "./real.ts";

/** At rest nothing is held for a request: so much the heap may differ by all the same, for code is compiled and caches fill. */
const HEAP_MB = 4;

/** Under load requests come and go, and what they hold with them; undici keeps a little for each connection that ever was. */
const HEAP_PER_OPEN_MB = 0.01;

/** Timers of the client's clock, of undici and of the measuring itself. */
const FEW_TIMERS = 10;

export function heapTrend({ samples, mostOpen }: Report): Trend {
  const heap = samples.map(({ heapMb }) => heapMb);
  return trendOf(heap, HEAP_MB + mostOpen * HEAP_PER_OPEN_MB);
}

export function wrongWith(report: Report): readonly string[] {
  const { started, ended, lost, doubled, rejections, samples, before, after, mostOpen, mostOpenBefore } = report;
  const heap = heapTrend(report);
  const settled = Object.values(ended).reduce((sum, count) => sum + count, 0);
  return [
    ...(settled === started ? [] : [`${started - settled} callers were told nothing`]),
    ...(lost === 0 ? [] : [`${lost} outcomes are lost`]),
    ...(doubled === 0 ? [] : [`${doubled} outcomes came twice`]),
    ...(rejections === 0 ? [] : [`${rejections} rejections were not handled`]),
    ...(after.sockets === 0 ? [] : [`${after.sockets} sockets are left`]),
    ...(after.timers <= FEW_TIMERS ? [] : [`${after.timers} timers are left`]),
    ...(after.listeners === 0 ? [] : [`${after.listeners} listeners are left`]),
    ...(after.providerOpen === 0 ? [] : [`${after.providerOpen} calls are left at the provider`]),
    // At most one for each request that is open: of its caller, and on the signal that most of them share.
    ...(samples.every(({ timers, open }) => timers <= open + FEW_TIMERS)
      ? []
      : ["there are more timers than requests"]),
    ...(samples.every(({ listeners, open }) => listeners <= open) ? [] : ["there are more listeners than requests"]),
    ...(after.heapMb <= before.heapMb + HEAP_MB + (mostOpen - mostOpenBefore) * HEAP_PER_OPEN_MB
      ? []
      : [`the heap grew from ${before.heapMb.toFixed(1)} to ${after.heapMb.toFixed(1)} MB at rest`]),
    ...(heap.isFlat ? [] : [`the heap grows under load, from ${heap.from.toFixed(1)} to ${heap.to.toFixed(1)} MB`]),
  ];
}
