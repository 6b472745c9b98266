/** What the calls of a request are charged, by how large the request is: see the runtime's ledger. */
import type { BudgetPlan, PathPlan } from "@fbp/runtime/core";
import { type Graph, type Node, outcomeOf } from "./explore/graph.ts";
import type { Size, Sizes } from "./explore/sizes.ts";

export type Spent = "tokens" | "costNanos";

export const NOTHING: Size = { prompt: 0, output: 0 };

/** For a request of this size, of which no call reports what it used. */
export function spentAt(graph: Graph, end: Node, size: Size): Readonly<Record<Spent, number>> {
  return spent(chargedAt(graph, end), size);
}

/**
 * The request that spends the most on its way to this end, where no call reports what it used. Every call that is
 * charged was affordable, so all of them together are.
 *
 * A longer answer may leave room for a shorter prompt only, and the other way round: which of them spends more
 * hangs on the prices, so every length of the answer is tried with the longest prompt that still fits.
 */
export function dearestAt(graph: Graph, end: Node, what: Spent): Size {
  const calls = chargedAt(graph, end);
  const sizes = end.sizes ?? { least: NOTHING, most: NOTHING };
  // A policy has many ends, and few ways in which they are charged.
  const key = JSON.stringify([what, calls.map(({ name }) => name), sizes]);
  const known = dearest.get(graph) ?? new Map<string, Size>();
  dearest.set(graph, known);
  const size = known.get(key) ?? dearestOf(graph.ground.policy.budget, calls, sizes, what);
  known.set(key, size);
  return size;
}

const dearest = new WeakMap<Graph, Map<string, Size>>();

function dearestOf(budget: BudgetPlan, calls: readonly PathPlan[], { least, most }: Sizes, what: Spent): Size {
  const fits = (prompt: number, output: number): boolean => isAffordable(budget, spent(calls, { prompt, output }));
  let best: Size = { prompt: least.prompt, output: least.output };
  let bestAmount = spent(calls, best)[what];
  let prompt = least.prompt;
  for (let output = most.output; output >= least.output; output--) {
    if (!fits(prompt, output)) continue;
    // With a shorter answer no shorter prompt is needed: the search goes on where it stood.
    prompt = lastWhere((longer) => fits(longer, output), prompt, most.prompt);
    const amount = spent(calls, { prompt, output })[what];
    if (amount > bestAmount) {
      best = { prompt, output };
      bestAmount = amount;
    }
    if (prompt === most.prompt || bestAmount === budget[what]) break;
  }
  return best;
}

/**
 * No request spends more on its way to this end, whatever its calls report of what was reserved for them: each of
 * their tokens is taken by itself, the dearest first where money is asked for and the cheapest first where tokens are.
 */
export function mostSpentAt(graph: Graph, end: Node, what: Spent): number {
  const { tokens, costNanos } = graph.ground.policy.budget;
  const most = end.sizes?.most ?? NOTHING;
  const shares = chargedAt(graph, end).flatMap(({ price, maxOutput }) => [
    { count: most.prompt, nanos: price?.inputNanosPerToken ?? 0 },
    { count: Math.min(most.output, maxOutput ?? Infinity), nanos: price?.outputNanosPerToken ?? 0 },
  ]);
  shares.sort((a, b) => (what === "tokens" ? a.nanos - b.nanos : b.nanos - a.nanos));
  let tokensLeft = tokens ?? Infinity;
  let nanosLeft = costNanos ?? Infinity;
  let sum = 0;
  for (const { count, nanos } of shares) {
    const taken = Math.min(count, tokensLeft, nanos === 0 ? Infinity : nanosLeft / nanos);
    tokensLeft -= taken;
    nanosLeft -= taken * nanos;
    sum += what === "tokens" ? taken : taken * nanos;
  }
  // What a call costs is rounded up.
  if (what === "tokens") return Math.floor(sum + ROUNDING);
  const rounded = shares.every(({ nanos }) => Number.isInteger(nanos)) ? 0 : shares.length / 2;
  return Math.min(Math.ceil(sum - ROUNDING) + rounded, costNanos ?? Infinity);
}

/** Far more than floating point is off by, and far less than a token or a nano-unit. */
const ROUNDING = 1e-6;

function chargedAt({ ground }: Graph, end: Node): readonly PathPlan[] {
  return outcomeOf(end).attempts.flatMap(({ path, charge }) =>
    charge === "none" ? [] : (ground.policy.paths.find(({ name }) => name === path) ?? []),
  );
}

function spent(calls: readonly PathPlan[], { prompt, output }: Size): Readonly<Record<Spent, number>> {
  let tokens = 0;
  let costNanos = 0;
  for (const { price, maxOutput } of calls) {
    const made = Math.min(output, maxOutput ?? Infinity);
    tokens += prompt + made;
    if (price !== null) costNanos += Math.ceil(prompt * price.inputNanosPerToken + made * price.outputNanosPerToken);
  }
  return { tokens, costNanos };
}

function isAffordable({ tokens, costNanos }: BudgetPlan, amounts: Readonly<Record<Spent, number>>): boolean {
  return amounts.tokens <= (tokens ?? Infinity) && amounts.costNanos <= (costNanos ?? Infinity);
}

/** The last of the numbers from `least`, for which it holds, up to `most` for which it does; nearby ones are tried first. */
function lastWhere(holds: (value: number) => boolean, least: number, most: number): number {
  let yes = least;
  let no = most + 1;
  for (let step = 1; yes + step < no; step *= 2) {
    if (holds(yes + step)) yes += step;
    else no = yes + step;
    if (no <= most) break;
  }
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
