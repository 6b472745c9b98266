/** An object against the objects that a place takes. */
import { fieldOf, union } from "../combine.ts";
import { literal, NOTHING, ready, STRING } from "../make.ts";
import { closedValues } from "../relate.ts";
import type { Field, Lazy, ObjectType, Type } from "../type.ts";
import { all, type Comparer, FITS, type Fit, inside, no, perhaps } from "./fit.ts";
import { isOpen } from "./open.ts";

const LEFT_OUT = "it may be left out, and has to be there";
const NOT_TAKEN = "it may be there, and no such field is taken";

/** An object is told apart by the values of a field only where that has few of them, and so often inside each other. */
const MOST_VALUES = 32;
const MOST_SPLITS = 2;

/** @param places one or more */
export function fitObject(value: ObjectType, places: readonly ObjectType[], comparer: Comparer, splits = 0): Fit {
  if (isEmpty(value)) return FITS;
  let fit: Fit = FITS;
  const like = places.filter((place) => !isEmpty(place) && !areApart(value, place));
  for (const place of like) {
    fit = one(value, place, comparer);
    if (fit.kind === "yes") return fit;
  }
  return like.length === 1 ? fit : together(value, places, comparer, splits);
}

/** Must something be there for which there is no value? Alternatives that exclude each other leave such remains. */
function isEmpty(object: ObjectType): boolean {
  for (const [name, field] of object.fields) if (field.required && fieldOf(object, name).kind === "never") return true;
  return false;
}

/** Does some field that is always there have values of which the other has none? */
function areApart(value: ObjectType, place: ObjectType): boolean {
  for (const [name, field] of value.fields) {
    if (!field.required || !place.fields.has(name)) continue;
    const own = closedValues(field.type.get());
    const others = own === null ? null : closedValues(fieldOf(place, name));
    if (own !== null && others !== null && !own.some((each) => others.includes(each))) return true;
  }
  return false;
}

function one(value: ObjectType, place: ObjectType, comparer: Comparer): Fit {
  const [least, most] = countsOf(value, comparer);
  if (least < place.minFields && comparer.purpose !== "skimmed")
    return no(`it may have fewer than ${place.minFields} fields`);
  if (place.maxFields !== null && most > place.maxFields && !isRead(comparer)) {
    return no(`it may have more than ${place.maxFields} fields`);
  }
  return all(partsOf(value, place, comparer));
}

/** The fewest and the most fields that there may be, as far as the purpose counts them. */
function countsOf(value: ObjectType, { purpose }: Comparer): readonly [least: number, most: number] {
  const required = [...value.fields.values()].filter((field) => field.required).length;
  const hasOthers = value.rest !== null && !(purpose === "sent" && isOpen(value.rest.get()));
  const named = hasOthers || value.patterns.length > 0 ? Number.POSITIVE_INFINITY : value.fields.size;
  return [Math.max(required, value.minFields), Math.min(named, value.maxFields ?? Number.POSITIVE_INFINITY)];
}

function* partsOf(value: ObjectType, place: ObjectType, comparer: Comparer): Iterable<Fit> {
  for (const name of new Set([...place.fields.keys(), ...value.fields.keys()])) {
    yield inside(name, fieldFit(name, value, place, comparer));
  }
  yield* othersOf(value, place, comparer);
}

function fieldFit(name: string, value: ObjectType, place: ObjectType, comparer: Comparer): Fit {
  const own = value.fields.get(name);
  const theirs = place.fields.get(name);
  if (isRead(comparer) && theirs === undefined && !isMap(place)) return FITS;
  const type = fieldOf(value, name);
  const into = fieldOf(place, name);
  const required = theirs?.required ?? false;
  if (own === undefined && isOpen(type)) {
    // Nothing is said of it: it may be there as it should, or not.
    if (required && comparer.purpose !== "skimmed") return perhaps("the schema does not describe it");
    return comparer.purpose === "sent" ? FITS : comparer.compare(type, into);
  }
  if (required && !(own?.required ?? false) && comparer.purpose !== "skimmed") return no(LEFT_OUT);
  if (type.kind === "never") return FITS;
  if (into.kind === "never") return isRead(comparer) ? FITS : no(NOT_TAKEN);
  return comparer.compare(type, into);
}

/** Fields whose names neither of them says. */
function* othersOf(value: ObjectType, place: ObjectType, comparer: Comparer): Iterable<Fit> {
  if (isRead(comparer) && !isMap(place)) return;
  const same = new Set(value.patterns.map(({ pattern }) => pattern));
  const rest = place.rest ?? NOTHING;
  for (const { pattern, type } of value.patterns) {
    const isShared = place.patterns.some((each) => each.pattern === pattern);
    const into = place.patterns.map((each) => each.type);
    yield inside("*", otherFit(type.get(), isShared ? into : [...into, rest], value, place, comparer));
  }
  if (value.rest === null) return;
  const into = place.patterns.filter((each) => !same.has(each.pattern)).map((each) => each.type);
  yield inside("*", otherFit(value.rest.get(), [...into, rest], value, place, comparer));
}

/** Under a name that is not known, whatever may bind it must take the value. */
function otherFit(
  type: Type,
  into: readonly Lazy<Type>[],
  value: ObjectType,
  place: ObjectType,
  comparer: Comparer,
): Fit {
  if (type.kind === "never" || (comparer.purpose === "sent" && isOpen(type))) return FITS;
  const names = place.names === null ? FITS : comparer.compare(value.names?.get() ?? STRING, place.names.get());
  if (names.kind !== "yes") return perhaps("the schema does not let every name be a field's");
  const fit = all(into.map((each) => intoFit(type, each.get(), comparer)));
  const isSure = fit.kind !== "no" || place.patterns.length === 0;
  return isSure ? fit : perhaps("patterns of names are not compared with each other");
}

function intoFit(type: Type, into: Type, comparer: Comparer): Fit {
  if (into.kind !== "never") return comparer.compare(type, into);
  return isOpen(type) ? perhaps("the schema does not say which other fields there may be") : no(NOT_TAKEN);
}

/** Does the type say something of fields that it does not name? */
function isMap({ patterns, rest }: ObjectType): boolean {
  return patterns.length > 0 || (rest !== null && !isOpen(rest.get()));
}

// ---------------------------------------------------------------- several at once

/**
 * Several objects that fit together: told apart by the values of a field, each for itself. What is
 * missed by all of them in one field is a sure misfit.
 */
function together(value: ObjectType, places: readonly ObjectType[], comparer: Comparer, splits: number): Fit {
  const missed = all(missedBy(value, places, comparer));
  if (missed.kind === "no") return missed;
  const split = splits < MOST_SPLITS ? splitting(value, places) : null;
  if (split === null) return perhaps("several kinds of object fit, and no single one takes all that it may be");
  const { name, field, values } = split;
  const cases = values.map((each): ObjectType => {
    const narrowed: Field = { ...field, type: ready(literal(each, field.place)) };
    return { ...value, fields: new Map([...value.fields, [name, narrowed]]) };
  });
  return all(cases.map((each) => fitObject(each, places, comparer, splits + 1)));
}

function* missedBy(value: ObjectType, places: readonly ObjectType[], comparer: Comparer): Iterable<Fit> {
  for (const [name, field] of value.fields) {
    const required = places.every((place) => place.fields.get(name)?.required === true);
    if (required && !field.required && comparer.purpose !== "skimmed") yield inside(name, no(LEFT_OUT));
    const isLooked = !isRead(comparer) || places.every((place) => place.fields.has(name));
    // Its name may be one that the object's names leave out.
    const type = fieldOf(value, name);
    if (isLooked && type.kind !== "never")
      yield inside(name, comparer.compare(type, union(places.map((each) => fieldOf(each, name)))));
  }
}

interface Split {
  readonly name: string;
  readonly field: Field;
  readonly values: readonly (string | number | boolean | null)[];
}

/** A field that is always there, has few values, and does not have all of them in each of the places. */
function splitting(value: ObjectType, places: readonly ObjectType[]): Split | null {
  for (const [name, field] of value.fields) {
    if (!field.required || !places.some((place) => place.fields.has(name))) continue;
    const values = closedValues(field.type.get());
    if (values === null || values.length < 2 || values.length > MOST_VALUES) continue;
    const isTold = places.some((place) => {
      const theirs = closedValues(fieldOf(place, name));
      return theirs !== null && values.some((each) => !theirs.includes(each));
    });
    if (isTold) return { name, field, values };
  }
  return null;
}

function isRead({ purpose }: Comparer): boolean {
  return purpose === "read" || purpose === "skimmed";
}
