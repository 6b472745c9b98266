/** Going into a schema's type, and what is found there in words. */
import { type Lookup, lookupField, lookupIndex } from "../access.ts";
import { typeOf } from "../from-schema.ts";
import { describe } from "../relate.ts";
import type { Type } from "../type.ts";

export const of = (schema: unknown) => typeOf(schema, "");

export function at(type: Type, ...path: readonly (string | number)[]): Lookup {
  let result: Lookup = { kind: "found", type, optional: false, place: "", candidates: [] };
  for (const step of path) {
    if (result.kind !== "found") return result;
    const { type: here }: { readonly type: Type } = result;
    result = typeof step === "number" ? lookupIndex(here, step) : lookupField(here, step);
  }
  return result;
}

/** `text?` for an optional place. */
export function words(result: Lookup): string {
  return result.kind === "found" ? `${describe(result.type)}${result.optional ? "?" : ""}` : result.kind;
}
