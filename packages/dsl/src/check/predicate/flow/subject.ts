/** A place as the contracts describe it, where some is known already of the places around it. */
import { type Lookup, lookupField, lookupIndex } from "../../../types/access.ts";
import { membersOf as allMembersOf, union } from "../../../types/combine.ts";
import { lazy } from "../../../types/make.ts";
import type { Lazy, Type } from "../../../types/type.ts";
import { withoutNull } from "../members.ts";
import type { View } from "../place.ts";
import type { Root } from "../scope.ts";
import { ANYTHING, both, either, holders, isNothing, NOTHING, type Values, valuesOf } from "./values.ts";

type Segment = string | number;

export interface Subject {
  readonly from: Root;
  readonly segments: readonly Segment[];
  /** The root as each contract describes it; `segments` lead on from there. */
  readonly starts: readonly View[];
  /** Names, of which there may be more than are known today. */
  readonly isOpen: boolean;
  readonly key: string;
  /** Of two places in different groups neither tells anything of the other. */
  readonly group: string;
  /** Where nothing was asked yet. */
  readonly described: Lazy<Known>;
}

/** May the place hold nothing, and what may it hold? Neither: the point is never reached. */
export interface Known {
  readonly absent: boolean;
  readonly values: Values;
}

/** What was asked of a place. */
interface Around extends Known {
  readonly subject: Subject;
}

export function subject(place: Omit<Subject, "key" | "described">): Subject {
  const key = JSON.stringify([place.from, ...place.segments]);
  const made: Subject = { ...place, key, described: lazy(() => described(made, [])) };
  return made;
}

/** A field or an item of the place. */
export function inside(place: Subject, segment: Segment): Subject {
  return subject({ ...place, segments: [...place.segments, segment], isOpen: false });
}

export function described(place: Subject, around: readonly Around[]): Known {
  const [first, ...others] = place.starts.map((start) => follow(place, start, around, () => {}));
  return others.reduce(
    (a, b) => ({ absent: a.absent || b.absent, values: either(a.values, b.values) }),
    first ?? { absent: true, values: ANYTHING },
  );
}

/** A step at which the place may turn out to be absent; `depth` segments lead there. */
export interface Gap {
  readonly view: View;
  readonly depth: number;
  readonly why: "not_required" | "null" | "no_item";
}

/** Every step at which the place may be absent, the nearest to the place first. */
export function gapsAt(place: Subject, around: readonly Around[]): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const view of place.starts) follow(place, view, around, (depth, why) => gaps.push({ view, depth, why }));
  return gaps.sort((a, b) => b.depth - a.depth);
}

type OnGap = (depth: number, why: Gap["why"]) => void;

function follow(place: Subject, start: View, around: readonly Around[], onGap: OnGap): Known {
  let absent = false;
  const { segments } = place;
  const note: OnGap = (depth, why) => {
    if (!asked(segments.slice(0, depth), around).absent) return;
    absent = true;
    onGap(depth, why);
  };
  if (start.optional) note(0, "not_required");
  let type = present(start.type, 0, note);
  for (const [at, segment] of segments.entries()) {
    const parent = segments.slice(0, at);
    if (isNothing(holders(asked(parent, around).values, segment))) return { absent: true, values: NOTHING };
    const found = lookup(narrowed(type, parent, around), segment);
    if (found.kind !== "found") return { absent: true, values: NOTHING };
    if (found.optional) note(at + 1, typeof segment === "number" ? "no_item" : "not_required");
    type = present(found.type, at + 1, note);
  }
  return { absent, values: both(asked(segments, around).values, valuesOf(place.isOpen ? opened(type) : type)) };
}

/** Null is absent. */
function present(type: Type, depth: number, note: OnGap): Type {
  const view = withoutNull({ contract: null, type, optional: false, pointer: null });
  if (view.optional) note(depth, "null");
  return view.type;
}

function lookup(type: Type, segment: Segment): Lookup {
  return typeof segment === "number" ? lookupIndex(type, segment) : lookupField(type, segment);
}

/** What was asked of the place itself, and what follows from the places inside of it: they are there only if it is. */
function asked(segments: readonly Segment[], around: readonly Around[]): Known {
  let absent = true;
  let values = ANYTHING;
  for (const other of around) {
    if (!isWithin(other.subject.segments, segments)) continue;
    const next = other.subject.segments[segments.length];
    if (next === undefined) values = both(values, other.values);
    else if (!other.absent) values = holders(values, next);
    absent &&= other.absent;
  }
  return { absent, values };
}

/** Only the alternatives of a union that allow what is known of its fields: `role == "tool"` picks one. */
function narrowed(type: Type, parent: readonly Segment[], around: readonly Around[]): Type {
  if (type.kind !== "union") return type;
  const below = around.filter((other) => isWithin(other.subject.segments, parent));
  const fields = new Set(below.flatMap((other) => other.subject.segments.slice(parent.length, parent.length + 1)));
  const known = [...fields].map((field) => ({ field, ...asked([...parent, field], around) }));
  return union(type.of.filter((member) => known.every((one) => mayHold(member, one))));
}

function mayHold(member: Type, { field, absent, values }: Known & { readonly field: Segment }): boolean {
  const found = lookup(member, field);
  if (found.kind !== "found") return absent;
  const isNullable = allMembersOf(found.type).some(({ kind }) => kind === "null" || kind === "unknown");
  if (absent && (found.optional || isNullable)) return true;
  return !isNothing(both(values, valuesOf(found.type)));
}

function isWithin(segments: readonly Segment[], outer: readonly Segment[]): boolean {
  return outer.length <= segments.length && outer.every((segment, at) => segment === segments[at]);
}

/** A list of names that may grow is no closed list. */
function opened(type: Type): Type {
  return union(allMembersOf(type).map((member) => (member.kind === "string" ? { ...member, values: null } : member)));
}
