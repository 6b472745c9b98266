/** One JSON document laid over another: JSON Merge Patch (RFC 7396). */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * `patch` over `target`: objects key by key, null takes a key away, everything else replaces what is
 * there. Keys that have a meaning to JavaScript are plain keys. Neither is changed.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const base: JsonObject = isObject(target) ? target : {};
  const kept = Object.entries(base).filter(([key]) => !Object.hasOwn(patch, key));
  const changed = Object.entries(patch).flatMap(([key, value]): [string, unknown][] =>
    value === null ? [] : [[key, mergePatch(Object.hasOwn(base, key) ? base[key] : undefined, value)]],
  );
  // As JSON.parse does: `__proto__` becomes an own field.
  return Object.fromEntries([...kept, ...changed]);
}

/** Places of `patch` that take away what `target` does not have: each with the keys that are there. */
export function idleRemovals(
  target: unknown,
  patch: JsonObject,
): readonly { readonly path: readonly string[]; readonly keys: readonly string[] }[] {
  const base: JsonObject = isObject(target) ? target : {};
  return Object.entries(patch).flatMap(([key, value]) => {
    const there = Object.hasOwn(base, key) ? base[key] : undefined;
    if (value === null) return there === undefined ? [{ path: [key], keys: Object.keys(base) }] : [];
    if (!isObject(value)) return [];
    return idleRemovals(there, value).map(({ path, keys }) => ({ path: [key, ...path], keys }));
  });
}
