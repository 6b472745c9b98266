/** Numbers, texts, booleans and null: what both of two hold, and which of two holds the other. */
import { NEVER } from "./make.ts";
import { intersectNumbers, subsumesNumber } from "./number.ts";
import { intersectStrings, subsumesString } from "./string.ts";
import type { Type } from "./type.ts";

export { holdsNumber } from "./number.ts";
export { codePoints, holdsString } from "./string.ts";

export function intersectScalars(a: Type, b: Type): Type {
  if (a.kind === "number" && b.kind === "number") return intersectNumbers(a, b);
  if (a.kind === "string" && b.kind === "string") return intersectStrings(a, b);
  if (a.kind === "boolean" && b.kind === "boolean") {
    if (a.value === null) return b;
    return b.value === null || a.value === b.value ? a : NEVER;
  }
  return a.kind === "null" && b.kind === "null" ? a : NEVER;
}

/** Does `a` hold every value of `b`? False where that is not plain to see. */
export function subsumes(a: Type, b: Type): boolean {
  if (a.kind === "number" && b.kind === "number") return subsumesNumber(a, b);
  if (a.kind === "string" && b.kind === "string") return subsumesString(a, b);
  if (a.kind === "boolean" && b.kind === "boolean") return a.value === null || a.value === b.value;
  return a.kind === "null" && b.kind === "null";
}
