/** What a schema names: which fields, and which values, through all that is asked about the same value. */
import { resolveReference } from "../../types/reference.ts";
import { below, listIndex, parsePointer, valueAt } from "../pointer.ts";
import { isRecord, textField } from "./source.ts";

/** Schemas that are looked at for one question. */
const MOST_STEPS = 2_000;

/**
 * The schemas that the schema at `pointer` names for a place in its values (`/choices/0/message`): their own
 * pointers, none where it names none. A step that is an index asks for items.
 */
export function declaredAt(root: unknown, pointer: string, place: string): readonly string[] {
  let here: readonly string[] = [pointer];
  for (const step of parsePointer(place) ?? []) {
    here = here.flatMap((each) => inPlace(root, each)).flatMap((each) => inside(root, each, step));
    if (here.length === 0) return [];
  }
  return here;
}

export function declares(root: unknown, pointer: string, place: string): boolean {
  return declaredAt(root, pointer, place).length > 0;
}

/** The values that are listed at a place; null where any may stand there. */
export function listedAt(root: unknown, pointer: string, place: string): readonly unknown[] | null {
  const schemas = declaredAt(root, pointer, place).flatMap((each) => inPlace(root, each));
  const lists = schemas.flatMap((each) => {
    const schema = schemaAt(root, each);
    if (!isRecord(schema)) return [];
    return Array.isArray(schema.enum) ? [schema.enum] : Object.hasOwn(schema, "const") ? [[schema.const]] : [];
  });
  return lists.length === 0 ? null : lists.flat();
}

/** The schema itself, and every one that is asked about the very same value. */
export function inPlace(root: unknown, pointer: string): readonly string[] {
  const found = new Set([pointer]);
  for (const each of found) {
    if (found.size > MOST_STEPS) break;
    const schema = schemaAt(root, each);
    const reference = textField(schema, "$ref");
    const target = reference === null ? null : resolveReference(root, each, reference);
    if (target?.kind === "found") found.add(target.pointer);
    for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
      const forms = isRecord(schema) ? schema[keyword] : undefined;
      if (Array.isArray(forms)) for (const index of forms.keys()) found.add(below(each, keyword, index));
    }
  }
  return [...found];
}

function inside(root: unknown, pointer: string, step: string): readonly string[] {
  const schema = schemaAt(root, pointer);
  if (!isRecord(schema)) return [];
  if (isRecord(schema.properties) && Object.hasOwn(schema.properties, step))
    return [below(pointer, "properties", step)];
  const isIndex = listIndex(step) !== null;
  if (!isIndex) return [];
  if (Array.isArray(schema.prefixItems) && schema.prefixItems[Number(step)] !== undefined) {
    return [below(pointer, "prefixItems", step)];
  }
  return isRecord(schema.items) ? [below(pointer, "items")] : [];
}

function schemaAt(root: unknown, pointer: string): unknown {
  return valueAt(root, parsePointer(pointer) ?? []);
}
