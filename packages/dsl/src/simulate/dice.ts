/**
 * Dice for a simulation. What the world does to the nth call of a request on a path hangs on the seed and on these three
 * alone, so that policies that are compared meet the same world, call by call.
 */
import { seededRandom } from "@fbp/runtime/virtual";
import type { Latency } from "./profile.ts";

/** Numbers from 0 (inclusive) to 1 (exclusive). */
export type Dice = () => number;

/** @param numbers whole numbers from 0 to 2^32; different ones give unlike dice (FNV-1a over them, then murmur3's finish) */
export function diceFor(...numbers: readonly number[]): Dice {
  let hash = 0x811c9dc5;
  for (const number of numbers) {
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((number >>> shift) & 0xff), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return seededRandom(hash ^ (hash >>> 16));
}

/** Milliseconds. Between two percentiles the logarithm goes straight over the standard score; beyond, as between the last two. */
export function latencyAt(latency: Latency, share: number): number {
  const score = standardScore(Math.min(1 - 1e-6, Math.max(1e-6, share)));
  let upper = latency.findIndex((point, index) => index > 0 && score <= point.score);
  if (upper < 0) upper = latency.length - 1;
  const [from, to] = [latency[upper - 1], latency[upper]];
  if (from === undefined || to === undefined) throw new Error("a latency has two percentiles at least");
  const slope = Math.log(to.ms / from.ms) / (to.score - from.score);
  return from.ms * Math.exp(slope * (score - from.score));
}

const A = [
  -39.6968302866538, 220.946098424521, -275.928510446969, 138.357751867269, -30.6647980661472, 2.50662827745924,
];
const B = [-54.4760987982241, 161.585836858041, -155.698979859887, 66.8013118877197, -13.2806815528857, 1];
const C = [
  -0.00778489400243029, -0.322396458041136, -2.40075827716184, -2.54973253934373, 4.37466414146497, 2.93816398269878,
];
const D = [0.00778469570904146, 0.32246712907004, 2.445134137143, 3.75440866190742, 1];
const TAIL = 0.02425;

/** The standard normal distribution's quantile: P. J. Acklam's rational approximation, relative error below 1.2e-9. */
export function standardScore(share: number): number {
  if (share > 1 - TAIL) return -standardScore(1 - share);
  if (share < TAIL) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = share - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
