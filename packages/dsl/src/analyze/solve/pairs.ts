/**
 * Values for places that are compared with each other. For each place only so many values are tried as
 * there are places to be told apart, in each range that no bound cuts: where there is a solution at all,
 * there is one among these.
 */

import type { Scalar } from "../../check/model.ts";
import { intersect, membersOf } from "../../types/combine.ts";
import { holdsNumber } from "../../types/scalar.ts";
import type { NumberType, Type } from "../../types/type.ts";
import type { Pair } from "./formula.ts";
import { holds } from "./numbers.ts";
import type { Place } from "./places.ts";
import type { Store } from "./store.ts";
import { bothTexts, pickText, type Texts, textsBesides } from "./texts.ts";
import { both, type Values } from "./values.ts";

/** A list or an object: equal to nothing but itself. */
export const CONTAINER = Symbol("container");

export type Candidate = Exclude<Scalar, null> | typeof CONTAINER;

export type Assignment = ReadonlyMap<Place, Candidate>;

export interface Assignments {
  readonly all: Iterable<Assignment>;
  /** There may be solutions among values that are not tried. */
  readonly isPartial: boolean;
}

/** Places that must hold equal values. */
interface Group {
  readonly places: readonly Place[];
  readonly type: Type;
  readonly values: Values;
}

const MOST_CRITICAL = 64;
const MOST_LISTED = 64;

export function assignmentsFor(store: Store): Assignments {
  const groups = groupsOf(store);
  const count = groups.length;
  const critical = [...new Set(groups.flatMap(criticalNumbers))].sort((a, b) => a - b);
  const points = pointsAround(critical.slice(0, MOST_CRITICAL), count);
  const tried = groups.map((group) => ({ group, candidates: candidatesOf(group, points, count) }));
  tried.sort((a, b) => a.candidates.length - b.candidates.length);
  const isPartial =
    critical.length > MOST_CRITICAL || groups.some((group) => isStepped(group.type) || hasManyTexts(group));
  return { all: assign(store.pairs, tried, new Map()), isPartial };
}

function groupsOf(store: Store): readonly Group[] {
  const groupOf = new Map<Place, Place[]>();
  for (const { left, right, operator } of store.pairs) {
    for (const place of [left, right]) if (!groupOf.has(place)) groupOf.set(place, [place]);
    const [a, b] = [groupOf.get(left), groupOf.get(right)];
    if (operator !== "==" || a === undefined || b === undefined || a === b) continue;
    a.push(...b);
    for (const place of b) groupOf.set(place, a);
  }
  return [...new Set(groupOf.values())].map((places) => ({
    places,
    type: places.map((place) => store.typeOf(place)).reduce(intersect),
    values: places.map((place) => store.at(place)).reduce(both),
  }));
}

function* assign(
  pairs: readonly Pair[],
  [next, ...others]: readonly { readonly group: Group; readonly candidates: readonly Candidate[] }[],
  known: ReadonlyMap<Place, Candidate>,
): Iterable<Assignment> {
  if (next === undefined) {
    yield known;
    return;
  }
  for (const candidate of next.candidates) {
    const all = new Map(known);
    for (const place of next.group.places) all.set(place, candidate);
    if (pairs.every((pair) => mayStand(pair, all))) yield* assign(pairs, others, all);
  }
}

function mayStand({ operator, left, right }: Pair, known: Assignment): boolean {
  const [a, b] = [known.get(left), known.get(right)];
  if (a === undefined || b === undefined) return true;
  switch (operator) {
    case "==":
      return a === b && a !== CONTAINER;
    case "!=":
      return a !== b || a === CONTAINER;
    default:
      return typeof a === "number" && typeof b === "number" && (operator === "<" ? a < b : a <= b);
  }
}

// ---------------------------------------------------------------- values to try

function candidatesOf({ type, values }: Group, points: readonly number[], count: number): readonly Candidate[] {
  const found = new Set<Candidate>();
  for (const member of membersOf(type)) {
    const isAny = member.kind === "unknown";
    if (member.kind === "boolean" || isAny) {
      if (values.no && (isAny || member.value !== true)) found.add(false);
      if (values.yes && (isAny || member.value !== false)) found.add(true);
    }
    if (member.kind === "number" || isAny) {
      for (const point of points) {
        if (holds(values.numbers, point) && (isAny || holdsNumber(member, point))) found.add(point);
      }
    }
    if ((member.kind === "string" || isAny) && values.texts !== null) {
      for (const text of textsOf(values.texts, isAny ? ANY_TEXT : member, count)) found.add(text);
    }
    if ((member.kind === "array" && values.lists !== null) || (member.kind === "object" && values.objects !== null)) {
      found.add(CONTAINER);
    }
    if (isAny && (values.lists !== null || values.objects !== null)) found.add(CONTAINER);
  }
  return [...found];
}

const ANY_TEXT = {
  kind: "string",
  values: null,
  minLength: 0,
  maxLength: null,
  format: null,
  patterns: [],
  except: [],
} as const;

/** One more than there are places to be told apart. */
function textsOf(texts: Texts, type: Extract<Type, { readonly kind: "string" }>, count: number): readonly string[] {
  const found: string[] = [];
  for (let left: Texts | null = texts; left !== null && found.length < Math.max(count + 1, MOST_LISTED); ) {
    const text = pickText(left, type);
    if (typeof text !== "string") break;
    found.push(text);
    if (left.kind === "open" && type.values === null && found.length > count) break;
    left = bothTexts(left, textsBesides([text]));
  }
  return found;
}

function hasManyTexts({ values: { texts } }: Group): boolean {
  return texts?.kind === "listed" && texts.values.length > MOST_LISTED;
}

function numberMembers(type: Type): readonly NumberType[] {
  return membersOf(type).filter((member) => member.kind === "number");
}

function isStepped(type: Type): boolean {
  return numberMembers(type).some((member) => member.step !== null);
}

/** Where a range of the group's numbers begins, ends or has a hole. */
function criticalNumbers({ type, values }: Group): readonly number[] {
  const ends = values.numbers.flatMap(({ low, high }) => [low, high]);
  const typed = numberMembers(type).flatMap(({ min, max, values: of, except }) => [min, max, ...(of ?? []), ...except]);
  return [...ends, ...typed].filter((value) => value !== null && Number.isFinite(value)) as number[];
}

/** The critical numbers, and between two neighbours so many whole and other numbers as there are places. */
function pointsAround(critical: readonly number[], count: number): readonly number[] {
  const points = new Set<number>(critical);
  const [first = 0] = critical;
  const last = critical.at(-1) ?? 0;
  points.add(first);
  const lows = [first - count - 2, ...(critical.length === 0 ? [0] : critical)];
  lows.forEach((low, index) => {
    const high = lows[index + 1] ?? last + count + 2;
    const whole: number[] = [];
    for (let value = Math.floor(low) + 1; value < high && whole.length < count; value++) whole.push(value);
    const marks = [low, ...whole, high];
    marks.forEach((from, at) => {
      const to = marks[at + 1];
      points.add(from);
      if (to !== undefined) for (let k = 1; k <= count; k++) points.add(from + ((to - from) * k) / (count + 1));
    });
  });
  return [...points].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b);
}
