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
  const target = [...baseOf(root, pointer), ...segments];
  return valueAt(root, target) === undefined ? { kind: "nowhere" } : { kind: "found", pointer: below("", ...target) };
}

function decode(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}

/** The nearest schema around the place, or at it, that has an `$id`: its segments; none for the top of the document. */
function baseOf(root: unknown, pointer: string): readonly string[] {
  const segments = parsePointer(pointer) ?? [];
  let length = 0;
  let schema = root;
  for (const [index, segment] of segments.entries()) {
    schema = valueAt(schema, [segment]);
    if (typeof valueAt(schema, ["$id"]) === "string") length = index + 1;
  }
  return segments.slice(0, length);
}
