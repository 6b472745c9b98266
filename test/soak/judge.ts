/** What is wrong with a soak, in words; nothing is as it should be. */
import { type Trend, trendOf } from "./flat.ts";
import type { Report, Sample } from "./real.ts";

type Measure = readonly [name: string, of: (sample: Sample) => number, allowed: (report: Report) => number];

/** What must stay flat, and what it may vary by, for requests come and go meanwhile, and with them what they hold. */
const HELD: readonly Measure[] = [
  ["heap in MB", ({ heapMb }) => heapMb, ({ mostOpen }) => 4 + mostOpen / 100],
  ["sockets beyond requests", ({ sockets, open }) => sockets - open, ({ mostOpen }) => 20 + mostOpen / 4],
];

/** Timers of the client's clock, of undici and of the measuring itself. */
const FEW_TIMERS = 10;

export function trends(report: Report): readonly (readonly [name: string, trend: Trend])[] {
  return HELD.map(([name, of, allowed]) => [name, trendOf(report.samples.map(of), allowed(report))]);
}

export function wrongWith(report: Report): readonly string[] {
  const { started, ended, lost, doubled, rejections, samples, after } = report;
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
    ...trends(report).flatMap(([name, { from, to, isFlat }]) => {
      return isFlat ? [] : [`${name} grows, from ${from.toFixed(1)} to ${to.toFixed(1)}`];
    }),
  ];
}
