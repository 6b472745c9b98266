import type { Type } from "../type.ts";

/** Reasons why nothing is known of a value because nothing is said of it: then it may be anything. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "the schema lets everything through",
  "the schema does not describe it",
]);

/** Does the type let every value through, and not only because its schema could not be read? */
export function isOpen(type: Type): boolean {
  return type.kind === "unknown" && SAYS_NOTHING.has(type.why);
}
