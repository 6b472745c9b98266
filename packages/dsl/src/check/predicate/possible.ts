/**
 * What a test can give for the values of a type: the ground for "always true" and "always false". It
 * may say that an answer is possible which is not; it never denies one that is.
 */
import type { Type } from "../../types/type.ts";
import type { Scalar } from "../model.ts";
import { type Limit, limits, listed, type Member, mayBe, membersOf } from "./members.ts";

export type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Which answers a test can give where the place is there. */
export interface Possible {
  readonly true: boolean;
  readonly false: boolean;
}

const EITHER: Possible = { true: true, false: true };
const ONLY_FALSE: Possible = { true: false, false: true };

/** Over all members of the type; neither answer is possible where there are none. */
export function overMembers(type: Type, ask: (member: Member) => Possible): Possible {
  let all: Possible = { true: false, false: false };
  for (const member of membersOf(type)) {
    const one = ask(member);
    all = { true: all.true || one.true, false: all.false || one.false };
  }
  return all;
}

/** The answers of a test over each value of a short list. */
export function overValues(values: readonly Scalar[], test: (value: Scalar) => boolean): Possible {
  const answers = values.map(test);
  return { true: answers.includes(true), false: answers.includes(false) };
}

export function compared(operator: Operator, member: Member, value: Scalar): Possible {
  if (operator === "==") return equal(member, value);
  if (operator === "!=") return opposite(equal(member, value));
  if (member.kind === "unknown") return EITHER;
  if (member.kind !== "number" || typeof value !== "number") return ONLY_FALSE;
  const values = listed(member);
  if (values !== null) return overValues(values, (one) => typeof one === "number" && holds(operator, one, value));
  const { low, high } = limits(member);
  const here: Limit = { value, open: false };
  return ordered(operator, low, high, here, here);
}

function equal(member: Member, value: Scalar): Possible {
  if (member.kind === "unknown") return EITHER;
  const values = listed(member);
  if (values !== null) return overValues(values, (one) => one === value);
  return { true: mayBe(member, value), false: true };
}

export function opposite(possible: Possible): Possible {
  return { true: possible.false, false: possible.true };
}

export function within(member: Member, low: number, high: number): Possible {
  const fromLow = compared(">=", member, low);
  const toHigh = compared("<=", member, high);
  return { true: fromLow.true && toHigh.true, false: fromLow.false || toHigh.false };
}

export function amongst(member: Member, values: readonly Scalar[]): Possible {
  if (member.kind === "unknown") return EITHER;
  const all = listed(member);
  if (all !== null) return overValues(all, (one) => values.includes(one));
  return { true: values.some((value) => mayBe(member, value)), false: true };
}

/** One place beside another: what can `left operator right` give when both are there? */
export function comparedPlaces(operator: Operator, left: Member, right: Member): Possible {
  if (left.kind === "unknown" || right.kind === "unknown") return EITHER;
  if (operator === "==" || operator === "!=") {
    const same = equalMembers(left, right);
    return operator === "==" ? same : opposite(same);
  }
  if (left.kind !== "number" || right.kind !== "number") return ONLY_FALSE;
  const a = limits(left);
  const b = limits(right);
  return ordered(operator, a.low, a.high, b.low, b.high);
}

function equalMembers(left: Member, right: Member): Possible {
  const leftValues = listed(left);
  const rightValues = listed(right);
  if (leftValues !== null && rightValues !== null) {
    return {
      true: leftValues.some((value) => rightValues.includes(value)),
      false: leftValues.length !== 1 || rightValues.length !== 1 || leftValues[0] !== rightValues[0],
    };
  }
  if (leftValues !== null) return { true: leftValues.some((value) => mayBe(right, value)), false: true };
  if (rightValues !== null) return { true: rightValues.some((value) => mayBe(left, value)), false: true };
  if (left.kind === "number" && right.kind === "number") {
    const a = limits(left);
    const b = limits(right);
    return { true: !isBelow(a.high, b.low) && !isBelow(b.high, a.low), false: true };
  }
  return { true: left.kind === right.kind, false: true };
}

/** Does the range that ends there lie wholly below the one that begins here? */
function isBelow(high: Limit | null, low: Limit | null): boolean {
  if (high === null || low === null) return false;
  return high.value < low.value || (high.value === low.value && (high.open || low.open));
}

/** Two ranges: what can `a operator b` give for an `a` of the first and a `b` of the second? */
function ordered(
  operator: Operator,
  aLow: Limit | null,
  aHigh: Limit | null,
  bLow: Limit | null,
  bHigh: Limit | null,
): Possible {
  switch (operator) {
    case "<":
      return { true: canBeLess(aLow, bHigh), false: canBeAtMost(bLow, aHigh) };
    case "<=":
      return { true: canBeAtMost(aLow, bHigh), false: canBeLess(bLow, aHigh) };
    case ">":
      return { true: canBeLess(bLow, aHigh), false: canBeAtMost(aLow, bHigh) };
    default:
      return { true: canBeAtMost(bLow, aHigh), false: canBeLess(aLow, bHigh) };
  }
}

/** Is there an x at or above `low` and a y at or below `high` with x < y? */
function canBeLess(low: Limit | null, high: Limit | null): boolean {
  return low === null || high === null || low.value < high.value;
}

/** The same with x <= y. */
function canBeAtMost(low: Limit | null, high: Limit | null): boolean {
  if (low === null || high === null || low.value < high.value) return true;
  return low.value === high.value && !low.open && !high.open;
}

/** `left operator right` for two numbers. */
export function holds(operator: Operator, left: number, right: number): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

/** `a < b` is `b > a`. */
export function mirrored(operator: Operator): Operator {
  switch (operator) {
    case "<":
      return ">";
    case "<=":
      return ">=";
    case ">":
      return "<";
    case ">=":
      return "<=";
    default:
      return operator;
  }
}
