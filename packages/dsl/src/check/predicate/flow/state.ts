/**
 * What is known of the places that a predicate reads, at one point of it: what the contracts say, and
 * what the tests before that point leave of it.
 */
import { type Lookup, lookupField, lookupIndex } from "../../../types/access.ts";
import { membersOf as allMembersOf, union } from "../../../types/combine.ts";
import type { Type } from "../../../types/type.ts";
import { withoutNull } from "../members.ts";
import type { View } from "../place.ts";
import type { Root } from "../scope.ts";
import { both, either, holders, isNothing, NOTHING, type Values, valuesOf } from "./values.ts";

/** A place as it is asked about: where it starts, and the way from there. */
export interface Subject {
  readonly from: Root;
  readonly segments: readonly (string | number)[];
  /** The root as each contract describes it; `segments` lead on from there. */
  readonly starts: readonly View[];
  /** Names, of which there may be more than are known today. */
  readonly isOpen: boolean;
}

/** May the place hold nothing, and what may it hold? Neither: the point is never reached. */
export interface Known {
  readonly absent: boolean;
  readonly values: Values;
}

interface Entry extends Known {
  readonly subject: Subject;
}

export interface State {
  readonly places: ReadonlyMap<string, Entry>;
  /** Answers of tests that are kept as they stand, by what they ask. */
  readonly answers: ReadonlyMap<string, boolean>;
}

/** At the beginning of a predicate nothing was tested. */
export const START: State = { places: new Map(), answers: new Map() };

export function keyOf(subject: Pick<Subject, "from" | "segments">): string {
  return JSON.stringify([subject.from, ...subject.segments]);
}

export function known(state: State, subject: Subject): Known {
  const entry = state.places.get(keyOf(subject));
  const described = subject.starts
    .map((start) => walked(state, subject, start))
    .reduce((a, b) => ({ absent: a.absent || b.absent, values: either(a.values, b.values) }));
  if (entry === undefined) return described;
  return { absent: described.absent && entry.absent, values: both(described.values, entry.values) };
}

/**
 * The state with no more than this known of the place; null where nothing is left. What is there is
 * inside of something that is there and can hold it.
 */
export function withKnown(state: State, subject: Subject, { absent, values }: Known): State | null {
  if (!absent && isNothing(values)) return null;
  const places = new Map(state.places);
  places.set(keyOf(subject), { absent, values, subject });
  const next = { ...state, places };
  const segment = subject.segments.at(-1);
  if (absent || segment === undefined) return next;
  const parent = { ...subject, segments: subject.segments.slice(0, -1), isOpen: false };
  return withKnown(next, parent, { absent: false, values: holders(known(next, parent).values, segment) });
}

export function withAnswer(state: State, test: string, held: boolean): State | null {
  const answer = state.answers.get(test);
  if (answer !== undefined) return answer === held ? state : null;
  return { ...state, answers: new Map([...state.answers, [test, held]]) };
}

/** What holds in both: the one where either may have been the way to this point. */
export function join(a: State | null, b: State | null): State | null {
  if (a === null || b === null) return a ?? b;
  if (a === b) return a;
  const places = new Map<string, Entry>();
  for (const [key, one] of a.places) {
    const other = b.places.get(key);
    if (other === undefined) continue;
    const values = either(one.values, other.values);
    places.set(key, { subject: one.subject, absent: one.absent || other.absent, values });
  }
  return { places, answers: new Map([...a.answers].filter(([test, held]) => b.answers.get(test) === held)) };
}

// ---------------------------------------------------------------- what the contract says at this point

/** A step at which the place may turn out to be absent; `depth` segments lead there. */
export interface Gap {
  readonly view: View;
  readonly depth: number;
  readonly why: "not_required" | "null" | "no_item";
}

function walked(state: State, subject: Subject, start: View): Known {
  return follow(state, subject, start, () => {});
}

/** Every step at which the place may be absent, the nearest to the place first. */
export function gapsOf(state: State, subject: Subject): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const view of subject.starts) follow(state, subject, view, (depth, why) => gaps.push({ view, depth, why }));
  return gaps.sort((a, b) => b.depth - a.depth);
}

function follow(state: State, subject: Subject, start: View, onGap: (depth: number, why: Gap["why"]) => void): Known {
  let absent = false;
  const note = (depth: number, why: Gap["why"]) => {
    if (!isKnownPresent(state, subject, depth)) {
      absent = true;
      onGap(depth, why);
    }
  };
  if (start.optional) note(0, "not_required");
  let type = present(start.type, 0, note);
  for (const [at, segment] of subject.segments.entries()) {
    const parent = { ...subject, segments: subject.segments.slice(0, at), isOpen: false };
    const entry = state.places.get(keyOf(parent));
    if (entry !== undefined && isNothing(holders(entry.values, segment))) return { absent: true, values: NOTHING };
    const found = lookup(narrowed(type, parent, state), segment);
    if (found.kind !== "found") return { absent: true, values: NOTHING };
    if (found.optional) note(at + 1, typeof segment === "number" ? "no_item" : "not_required");
    type = present(found.type, at + 1, note);
  }
  return { absent, values: valuesOf(subject.isOpen ? opened(type) : type) };
}

/** Null is absent. */
function present(type: Type, depth: number, note: (depth: number, why: "null") => void): Type {
  const view = withoutNull({ contract: null, type, optional: false, pointer: null });
  if (view.optional) note(depth, "null");
  return view.type;
}

function isKnownPresent(state: State, subject: Subject, depth: number): boolean {
  const entry = state.places.get(keyOf({ ...subject, segments: subject.segments.slice(0, depth) }));
  return entry !== undefined && !entry.absent;
}

function lookup(type: Type, segment: string | number): Lookup {
  return typeof segment === "number" ? lookupIndex(type, segment) : lookupField(type, segment);
}

/** Only the alternatives of a union that allow what is known of the fields: `role == "tool"` picks one. */
function narrowed(type: Type, parent: Pick<Subject, "from" | "segments">, state: State): Type {
  if (type.kind !== "union") return type;
  const children = [...state.places.values()].filter(({ subject }) => isChild(subject, parent));
  if (children.length === 0) return type;
  return union(type.of.filter((member) => children.every((child) => mayHold(member, child))));
}

function isChild(subject: Subject, parent: Pick<Subject, "from" | "segments">): boolean {
  return (
    subject.from === parent.from &&
    subject.segments.length === parent.segments.length + 1 &&
    parent.segments.every((segment, at) => segment === subject.segments[at])
  );
}

function mayHold(member: Type, child: Entry): boolean {
  const segment = child.subject.segments.at(-1);
  if (segment === undefined) return true;
  const found = lookup(member, segment);
  if (found.kind !== "found") return child.absent;
  const isNullable = allMembersOf(found.type).some(({ kind }) => kind === "null" || kind === "unknown");
  if (child.absent && (found.optional || isNullable)) return true;
  return !isNothing(both(child.values, valuesOf(found.type)));
}

/** A list of names that may grow is no closed list. */
function opened(type: Type): Type {
  return union(allMembersOf(type).map((member) => (member.kind === "string" ? { ...member, values: null } : member)));
}
