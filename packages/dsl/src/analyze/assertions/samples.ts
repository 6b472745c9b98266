/**
 * The ends of a request, cut so finely that an assertion has one answer on each piece: by the times, the
 * tokens and the costs that it compares with.
 */
import { nth } from "@fbp/runtime/core";
import type { AssertModel, Claim, Operand } from "../../check/model.ts";
import type { Facts } from "../../check/predicate/evaluate.ts";
import { claimFacts } from "../../scenario/claims.ts";
import { type Graph, type Node, outcomeOf } from "../explore/graph.ts";
import { cut, moment, type Stretch, timeIn } from "../explore/moment.ts";
import type { Size } from "../explore/sizes.ts";
import { readsOf } from "../solve/formula.ts";
import { dearestAt, type Spent, spentAt } from "../spending.ts";
import { leavesOf } from "../units.ts";

export interface Sample {
  readonly end: Node;
  readonly at: Stretch;
  /** null: any, where the budget holds neither tokens nor money, or nobody asks after them. */
  readonly size: Size | null;
  /** What the assertion reads there. */
  readonly facts: Facts;
}

/** Those of one end; the shortest runs first is the order of the ends. */
export function samplesOf(graph: Graph, end: Node, assertion: AssertModel): readonly Sample[] {
  const { request, context } = nth(graph.worlds, end.world);
  const limits = constantsOf(assertion, "elapsed").flatMap((ms) => [moment(ms) - 1, moment(ms)]);
  const sizes = sizesOf(graph, end, assertion);
  return cut(end.times, inOrder(limits)).flatMap((at) =>
    sizes.map((size) => ({
      end,
      at,
      size,
      facts: { request, context, outcome: factsOf(graph, end, timeIn(at), size) },
    })),
  );
}

/** The outcome as assertions read it, at this time and for this size. */
function factsOf(graph: Graph, end: Node, elapsed: number, size: Size | null): Readonly<Record<string, unknown>> {
  const outcome = outcomeOf(end);
  const spent = size === null ? { tokens: outcome.tokens, costNanos: outcome.costNanos } : spentAt(graph, end, size);
  return { ...claimFacts(outcome), elapsed, tokens: spent.tokens, cost: spent.costNanos };
}

/** The smallest request, those that spend most, and those on either side of each amount that is compared with. */
function sizesOf(graph: Graph, end: Node, assertion: AssertModel): readonly (Size | null)[] {
  const amounts = AMOUNTS.filter(([field]) => asksAfter(assertion, field));
  if (end.sizes === null || amounts.length === 0) return [null];
  const { least } = end.sizes;
  const found: Size[] = [least];
  for (const [field, what] of amounts) {
    const largest = dearestAt(graph, end, what);
    found.push(largest);
    for (const amount of constantsOf(assertion, field)) {
      const last = lastAtMost(graph, end, what, amount, least, largest);
      if (last !== null) found.push(last, { ...last, prompt: Math.min(last.prompt + 1, largest.prompt) });
    }
  }
  return found;
}

const AMOUNTS: readonly (readonly [string, Spent])[] = [
  ["tokens", "tokens"],
  ["cost", "costNanos"],
];

function asksAfter({ claim, when }: AssertModel, field: string): boolean {
  const reads = [claim, ...(when === null ? [] : [when])].flatMap((part) => leavesOf(part).flatMap(readsOf));
  return reads.some(({ from, segments }) => from === "outcome" && segments[0] === field);
}

/** The largest prompt with which no more than `amount` is spent; null where even the least spends more. */
function lastAtMost(graph: Graph, end: Node, what: Spent, amount: number, least: Size, largest: Size): Size | null {
  const fits = (prompt: number): boolean => spentAt(graph, end, { ...largest, prompt })[what] <= amount;
  if (!fits(least.prompt)) return null;
  let yes = least.prompt;
  let no = largest.prompt + 1;
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (fits(middle)) yes = middle;
    else no = middle;
  }
  return { ...largest, prompt: yes };
}

/** The numbers that the assertion compares a field of the outcome with. */
export function constantsOf({ claim, when }: AssertModel, field: string): readonly number[] {
  return [claim, ...(when === null ? [] : [when])].flatMap((part) => constantsIn(part, field));
}

function constantsIn(claim: Claim, field: string): readonly number[] {
  const isField = (operand: Operand<string>): boolean =>
    operand.kind === "read" && operand.from === "outcome" && operand.segments[0] === field;
  switch (claim.kind) {
    case "and":
    case "or":
      return claim.of.flatMap((part) => constantsIn(part, field));
    case "not":
      return constantsIn(claim.of, field);
    case "compare": {
      const sides = [claim.left, claim.right];
      if (!sides.some(isField)) return [];
      return sides.flatMap((side) => (side.kind === "value" && typeof side.value === "number" ? [side.value] : []));
    }
    case "in_set":
      return isField(claim.left) ? claim.values.filter((value) => typeof value === "number") : [];
    case "in_range":
      return isField(claim.left) ? [claim.low, claim.high] : [];
    default:
      return [];
  }
}

function inOrder(limits: readonly number[]): readonly number[] {
  return [...new Set(limits)].filter((at) => at >= 0).sort((a, b) => a - b);
}
