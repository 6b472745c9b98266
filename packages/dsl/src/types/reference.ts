/** Where a `$ref` leads inside of its own document; nothing is ever fetched. */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";

export type Reference =
  | { readonly kind: "found"; readonly pointer: string }
  /** Not of the form `#` or `#/…`: another document, or a name given by `$anchor`. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "malformed" }
  | { readonly kind: "nowhere" };

/**
 * Resolves `reference`, written in the schema at `pointer`. A fragment counts from the nearest schema
 * around it that has an `$id`, else from the top of the document.
 */
export function resolveReference(root: unknown, pointer: string, reference: string): Reference {
  if (reference !== "#" && !reference.startsWith("#/")) return { kind: "elsewhere" };
  const fragment = decode(reference.slice(1));
  const segments = fragment === null ? null : parsePointer(fragment);
  if (segments === null) return { kind: "malformed" };
  const base = baseOf(root, pointer);
  const target = [...(parsePointer(base) ?? []), ...segments];
  return valueAt(root, target) === undefined ? { kind: "nowhere" } : { kind: "found", pointer: below("", ...target) };
}

function decode(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}

function baseOf(root: unknown, pointer: string): string {
  const segments = parsePointer(pointer) ?? [];
  for (let length = segments.length; length > 0; length--) {
    const around = segments.slice(0, length);
    const schema = valueAt(root, around);
    if (typeof schema !== "object" || schema === null || !Object.hasOwn(schema, "$id")) continue;
    if (typeof valueAt(schema, ["$id"]) === "string") return below("", ...around);
  }
  return "";
}
