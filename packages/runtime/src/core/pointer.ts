import type { Pointer } from "./policy.ts";

/**
 * What stands at `pointer` in a JSON value; undefined where nothing does. Reads own properties only,
 * so that no name from outside reaches a prototype; in a list a segment is an index.
 */
export function at(value: unknown, pointer: Pointer): unknown {
  let here = value;
  for (const segment of pointer) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, segment)) return undefined;
    if (Array.isArray(here) && segment === "length") return undefined;
    here = (here as Readonly<Record<string | number, unknown>>)[segment];
  }
  return here;
}
