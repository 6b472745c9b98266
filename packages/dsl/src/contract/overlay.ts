/**
 * A contract that is laid over another by `extends`: the two are merged, and every place of the result
 * knows the file that it stands in.
 *
 * - Fields merge as JSON Merge Patch (RFC 7396) has it: null takes away, a list replaces a list.
 * - `errors.conditions` of the overlay stand before those of what it extends.
 * - A verification is never taken over: an area that states none is pending.
 * - `$schema`, `fbp`, `name`, `title` and `extends` are each file's own.
 * - Where null is a value of the form, it stays one: `auth.env` and `response.stream.end`.
 */
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Load } from "../loading.ts";
import type { Source } from "../source.ts";
import { AREA_NAMES, type Verification } from "./document.ts";
import { type JsonDocument, readJson } from "./json.ts";
import { idleRemovals, isObject, type JsonObject, mergePatch } from "./merge.ts";
import { below, listIndex, parsePointer, valueAt } from "./pointer.ts";
import { checkShape } from "./shape.ts";

/** A contract may extend one that extends another, up to this many times. */
export const DEEPEST_EXTENDS = 4;

/** A contract with all that it extends. */
export interface ContractDocument extends JsonDocument {
  /** The documents it was made of, its own first, each as it was written. */
  readonly parts: readonly JsonDocument[];
}

/** Null where a file is missing or no JSON, which was reported. */
export function readContract(source: Source, load: Load | undefined, report: Report): ContractDocument | null {
  return readChain(source, [], load, report);
}

function readChain(
  source: Source,
  above: readonly Source[],
  load: Load | undefined,
  report: Report,
): ContractDocument | null {
  const own = readJson(source, report);
  if (own === null) return null;
  const extended = valueAt(own.value, ["extends"]);
  // Of the wrong kind, it is reported with the rest of the form.
  if (typeof extended !== "string" || extended === "") return alone(own, above.length > 0, report);
  const base = loadExtended(extended, own, above, load, report);
  if (base === null) return null;
  const document = readChain(base, [...above, source], load, report);
  return document === null ? null : overlaid(own, document, report);
}

/** What is no object, or in another form, cannot be laid over: that is the fault of this file alone. */
function alone(own: JsonDocument, isExtended: boolean, report: Report): ContractDocument | null {
  const isUsable = isObject(own.value) && (own.value.fbp === 1 || !isExtended);
  if (isExtended && !isUsable) {
    checkShape(own, report);
    if (report.failed) return null;
  }
  return { ...own, parts: [own] };
}

function loadExtended(
  file: string,
  own: JsonDocument,
  above: readonly Source[],
  load: Load | undefined,
  report: Report,
): Source | null {
  const place = own.spanOf("/extends");
  if (above.length >= DEEPEST_EXTENDS) {
    report.add("FBP3074", place, { limit: DEEPEST_EXTENDS });
    return null;
  }
  const found = load?.(file, own.source) ?? { kind: "unreadable", why: "no other file can be had here" };
  switch (found.kind) {
    case "missing":
      report.add("FBP3070", place, { file });
      return null;
    case "outside":
      report.add("FBP3071", place, { file });
      return null;
    case "unreadable":
      report.add("FBP3072", place, { file, why: found.why });
      return null;
    case "source": {
      const names = [...above, own.source].map(({ name }) => name);
      const circle = names.indexOf(found.source.name);
      if (circle === -1) return found.source;
      report.add("FBP3073", place, { circle: [...names.slice(circle), found.source.name] });
      return null;
    }
  }
}

/** Keys at the top that are each file's own. */
const OWN_KEYS: ReadonlySet<string> = new Set(["$schema", "fbp", "name", "title", "extends"]);

/** Where null says something. */
const NULL_VALUES: readonly (readonly string[])[] = [
  ["auth", "env"],
  ["response", "stream", "end"],
];

function overlaid(own: JsonDocument, base: ContractDocument, report: Report): ContractDocument {
  if (!isObject(own.value) || !isObject(base.value)) return { ...own, parts: [own, ...base.parts] };
  reportIdleRemovals(own, own.value, base.value, report);
  const merged = mergePatch(withoutOwnKeys(base.value), own.value) as JsonObject;
  const value = withNulls(withPending(withConditions(merged, own.value, base.value), own.value), own.value);
  const count = conditionsOf(own.value).length;
  const holder = (pointer: string): readonly [JsonDocument, string] => holderOf(pointer, own, base, count);
  return {
    source: own.source,
    value,
    parts: [own, ...base.parts],
    spanOf: (pointer) => {
      const [document, at] = holder(pointer);
      return document.spanOf(at);
    },
    keySpanOf: (pointer) => {
      const [document, at] = holder(pointer);
      return document.keySpanOf(at);
    },
  };
}

function reportIdleRemovals(own: JsonDocument, patch: JsonObject, target: JsonObject, report: Report): void {
  for (const { path, keys } of idleRemovals(target, patch)) {
    if (isVerification(path) || OWN_KEYS.has(path[0] ?? "") || isNullValue(path)) continue;
    const key = path.at(-1) ?? "";
    report.add("FBP3075", own.keySpanOf(below("", ...path)), { key, near: nearest(key, keys) });
  }
}

function isVerification(path: readonly string[]): boolean {
  return path[1] === "verification" && (AREA_NAMES as readonly string[]).includes(path[0] ?? "");
}

function isNullValue(path: readonly string[]): boolean {
  return NULL_VALUES.some((place) => place.join() === path.join());
}

function withoutOwnKeys(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !OWN_KEYS.has(key)));
}

function conditionsOf(value: JsonObject): readonly unknown[] {
  const conditions = valueAt(value, ["errors", "conditions"]);
  return Array.isArray(conditions) ? conditions : [];
}

/** A list of the overlay comes first; null or anything else stands as it was merged. */
function withConditions(merged: JsonObject, own: JsonObject, base: JsonObject): JsonObject {
  if (!Array.isArray(valueAt(own, ["errors", "conditions"]))) return merged;
  return withValue(merged, ["errors", "conditions"], [...conditionsOf(own), ...conditionsOf(base)]);
}

function withPending(merged: JsonObject, own: JsonObject): JsonObject {
  return AREA_NAMES.reduce((value, area) => {
    if (!isObject(value[area])) return value;
    return withValue(value, [area, "verification"], valueAt(own, [area, "verification"]) ?? PENDING);
  }, merged);
}

const PENDING: Verification = {
  status: "pending_review",
  source: [],
  notes: "Taken over from the contract that this one extends; not checked for this provider.",
};

function withNulls(merged: JsonObject, own: JsonObject): JsonObject {
  return NULL_VALUES.reduce(
    (value, path) =>
      valueAt(own, path) === null && isObject(valueAt(value, path.slice(0, -1))) ? withValue(value, path, null) : value,
    merged,
  );
}

function withValue(target: JsonObject, [key, ...rest]: readonly string[], value: unknown): JsonObject {
  if (key === undefined) return target;
  const inner = target[key];
  const changed = rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value);
  return Object.fromEntries([...Object.entries(target).filter(([name]) => name !== key), [key, changed]]);
}

/**
 * The document that a place of the merged one stands in, and its place there. Of a place that is not
 * there, the document that goes furthest towards it, and of two the overlay.
 */
function holderOf(
  pointer: string,
  own: JsonDocument,
  base: JsonDocument,
  count: number,
): readonly [JsonDocument, string] {
  const path = parsePointer(pointer) ?? [];
  if (isVerification(path) || OWN_KEYS.has(path[0] ?? "")) return [own, pointer];
  const index = path[0] === "errors" && path[1] === "conditions" ? listIndex(path[2] ?? "") : null;
  if (index !== null && count > 0) {
    const [, , , ...inside] = path;
    return index < count ? [own, pointer] : [base, below("/errors/conditions", index - count, ...inside)];
  }
  return reach(own.value, path) >= reach(base.value, path) ? [own, pointer] : [base, pointer];
}

/** How many steps of the path lead somewhere. */
function reach(value: unknown, path: readonly string[]): number {
  const missing = path.findIndex((_, at) => valueAt(value, path.slice(0, at + 1)) === undefined);
  return missing === -1 ? path.length : missing;
}
