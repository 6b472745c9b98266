/** Types of objects. Each is in its plain form: what can be said by fields is not said by their number. */

import { type Algebra, either, meet, membersOf } from "./lazily.ts";
import { NEVER, NOTHING, OBJECT, UNDESCRIBED } from "./make.ts";
import { matchesPattern } from "./pattern.ts";
import { holdsString } from "./string.ts";
import type { Field, Lazy, ObjectType, Type } from "./type.ts";

type Pattern = ObjectType["patterns"][number];

/** The object type in its plain form; `never` where no object can fit. */
export function objectOf(parts: Partial<Omit<ObjectType, "kind">>): Type {
  const type: ObjectType = { ...OBJECT, ...parts };
  const required = [...type.fields].filter(([, field]) => field.required);
  const { maxFields } = type;
  if (required.some(([, field]) => isNothing(field.type))) return NEVER;
  if (maxFields !== null && Math.max(required.length, type.minFields) > maxFields) return NEVER;
  // As many are required as there may be: then there are no others.
  if (maxFields !== null && required.length === maxFields) {
    return { ...OBJECT, fields: new Map(required), rest: null, names: type.names };
  }
  const minFields = type.minFields > required.length ? type.minFields : 0;
  if (type.rest !== null || type.patterns.length > 0) return { ...type, minFields };
  const possible = [...type.fields].filter(([, field]) => !isNothing(field.type));
  if (possible.length < minFields) return NEVER;
  const bounded = {
    ...type,
    minFields,
    maxFields: maxFields !== null && maxFields < possible.length ? maxFields : null,
  };
  if (possible.length > minFields) return bounded;
  const all = possible.map(([name, field]) => [name, { ...field, required: true }] as const);
  return { ...bounded, fields: new Map(all), minFields: 0 };
}

function isNothing(type: Lazy<Type>): boolean {
  return type.known?.kind === "never";
}

/** What an object of this type may hold under a name; `never`: nothing. */
export function fieldOf(object: ObjectType, name: string, algebra: Algebra): Type {
  if (object.names !== null && !holdsText(object.names.get(), name)) return NEVER;
  return (object.fields.get(name)?.type ?? undeclared(object, name, algebra)).get();
}

function holdsText(type: Type, text: string): boolean {
  return membersOf(type).some(
    (member) => member.kind === "unknown" || (member.kind === "string" && holdsString(member, text)),
  );
}

/** What stands under a name that is not among the fields, as far as patterns and the rest tell. */
export function undeclared(object: Pick<ObjectType, "patterns" | "rest">, name: string, algebra: Algebra): Lazy<Type> {
  const rest = object.rest ?? NOTHING;
  const certain: Lazy<Type>[] = [];
  const possible: Lazy<Type>[] = [];
  for (const { pattern, type } of object.patterns) {
    const match = matchesPattern(pattern, name);
    if (match !== "no") (match === "yes" ? certain : possible).push(type);
  }
  if (certain.length > 0) return certain.reduce((a, b) => meet(a, b, algebra));
  return possible.length === 0 ? rest : either([...possible, rest], algebra);
}

export function intersectObjects(a: ObjectType, b: ObjectType, algebra: Algebra): Type {
  const fields = new Map<string, Field>();
  for (const name of new Set([...a.fields.keys(), ...b.fields.keys()])) {
    fields.set(name, intersectFields(fieldIn(a, name, algebra), fieldIn(b, name, algebra), algebra));
  }
  return objectOf({
    fields,
    patterns: intersectPatterns(a, b, algebra),
    rest: a.rest === null || b.rest === null ? null : meet(a.rest, b.rest, algebra),
    names: a.names === null || b.names === null ? (a.names ?? b.names) : meet(a.names, b.names, algebra),
    minFields: Math.max(a.minFields, b.minFields),
    maxFields:
      a.maxFields === null || b.maxFields === null ? (a.maxFields ?? b.maxFields) : Math.min(a.maxFields, b.maxFields),
  });
}

/** The field as this side has it: `place` is "" where it does not list it. */
function fieldIn(object: ObjectType, name: string, algebra: Algebra): Field {
  return (
    object.fields.get(name) ?? {
      type: undeclared(object, name, algebra),
      required: false,
      place: "",
      undescribed: true,
    }
  );
}

/** The place is that of the side that describes the field. */
function intersectFields(a: Field, b: Field, algebra: Algebra): Field {
  const said = a.undescribed === undefined || (b.undescribed === true && a.place !== "") ? a : b;
  return {
    type: meet(a.type, b.type, algebra),
    required: a.required || b.required,
    place: said.place,
    ...(said.undescribed === undefined ? {} : { undescribed: true }),
  };
}

/** A name that matches on one side alone is bound by the other side's rest too; which names do is not asked. */
function intersectPatterns(a: ObjectType, b: ObjectType, algebra: Algebra): readonly Pattern[] {
  if (a.patterns.length > 0 && b.patterns.length > 0) return joinPatterns([...a.patterns, ...b.patterns], algebra);
  const { patterns } = a.patterns.length > 0 ? a : b;
  const { rest } = a.patterns.length > 0 ? b : a;
  return rest === null ? [] : patterns.map(({ pattern, type }) => ({ pattern, type: meet(type, rest, algebra) }));
}

/** Each pattern once. */
function joinPatterns(patterns: readonly Pattern[], algebra: Algebra): readonly Pattern[] {
  const types = new Map<string, Lazy<Type>>();
  for (const { pattern, type } of patterns) {
    const known = types.get(pattern);
    types.set(pattern, known === undefined ? type : meet(known, type, algebra));
  }
  return [...types].map(([pattern, type]) => ({ pattern, type }));
}

/** Does some field tell the two apart at a glance: required in one, and another or nothing in the other? */
export function areObjectsApart(a: ObjectType, b: ObjectType, algebra: Algebra): boolean {
  return isToldBy(a, b, algebra) || isToldBy(b, a, algebra);
}

function isToldBy(object: ObjectType, other: ObjectType, algebra: Algebra): boolean {
  for (const [name, { required, type }] of object.fields) {
    if (!required || type.known === undefined) continue;
    const there = fieldIn(other, name, algebra);
    if (there.type.known !== undefined && algebra.intersect(type.known, there.type.known).kind === "never") return true;
  }
  return false;
}

/** The narrowest single type that holds all objects of each; `types` holds at least one. */
export function joinObjects(types: readonly ObjectType[], algebra: Algebra): ObjectType {
  const fields = new Map<string, Field>();
  for (const name of new Set(types.flatMap((type) => [...type.fields.keys()]))) {
    const each = types.map((type) => fieldIn(type, name, algebra));
    const said = each.find((field) => field.undescribed === undefined) ?? each.find((field) => field.place !== "");
    fields.set(name, {
      type: either(
        each.map((field) => field.type),
        algebra,
      ),
      required: each.every((field) => field.required),
      place: said?.place ?? "",
      ...(said?.undescribed === undefined ? {} : { undescribed: true }),
    });
  }
  const others = types.flatMap((type) => [...type.patterns.map((pattern) => pattern.type), type.rest ?? NOTHING]);
  const rest = either(others, algebra);
  return {
    ...OBJECT,
    fields,
    rest: isNothing(rest) ? null : rest,
    minFields: types.reduce((least, type) => Math.min(least, type.minFields), Number.POSITIVE_INFINITY),
    maxFields: types.some((type) => type.maxFields === null)
      ? null
      : types.reduce((most, type) => Math.max(most, type.maxFields ?? 0), 0),
  };
}

/** Objects that lack the field. */
export function lacking(name: string, place: string): Type {
  return objectOf({ fields: new Map([[name, { type: NOTHING, required: false, place, undescribed: true }]]) });
}

/** Objects that have the field, whatever it is. */
export function having(name: string, place: string, type: Lazy<Type> = UNDESCRIBED): Type {
  return objectOf({ fields: new Map([[name, { type, required: true, place, undescribed: true }]]) });
}
