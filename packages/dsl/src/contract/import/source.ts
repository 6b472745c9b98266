/** The document that a contract is made from, and how its parts are read: it may hold anything. */
import type { Span } from "../../source.ts";
import { below, parsePointer, valueAt } from "../pointer.ts";

/** A document as parsed JSON or YAML, with the places of its parts in its text. */
export interface ImportDocument {
  readonly value: unknown;
  /** Where a JSON Pointer stands in the text; of a place that is not there the nearest one around it. */
  spanOf(pointer: string): Span;
}

export type Json = Readonly<Record<string, unknown>>;

/** A place in the document and what stands there. */
export interface Place {
  readonly pointer: string;
  readonly value: unknown;
}

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own field of an object; undefined of anything else. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function textField(value: unknown, name: string): string | null {
  const held = field(value, name);
  return typeof held === "string" && held !== "" ? held : null;
}

export function placeAt(document: ImportDocument, pointer: string): Place {
  return { pointer, value: valueAt(document.value, parsePointer(pointer) ?? []) };
}

/** The fields of an object, each with its place; none of anything else. */
export function fieldsOf({ pointer, value }: Place): readonly (Place & { readonly name: string })[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).map(([name, held]) => ({ name, pointer: below(pointer, name), value: held }));
}

/** The field of an object and its place; null where there is none. */
export function within({ pointer, value }: Place, ...names: readonly string[]): Place | null {
  let here: Place = { pointer, value };
  for (const name of names) {
    const held = field(here.value, name);
    if (held === undefined) return null;
    here = { pointer: below(here.pointer, name), value: held };
  }
  return here;
}

export function itemsOf({ pointer, value }: Place): readonly Place[] {
  return Array.isArray(value) ? value.map((item, index) => ({ pointer: below(pointer, index), value: item })) : [];
}
