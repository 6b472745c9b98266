/** Keys that the environment holds, taken out of whatever is printed. */
import { withoutKeys } from "@fbp/runtime/core";

/** As the runtime: anything shorter is a placeholder, and would turn up in ordinary words. */
const SHORTEST_KEY = 8;

/** @param keys the values themselves; those of other lines of the policy too, for a provider may be behind several */
export function cleanerOf(keys: readonly string[]): (text: string) => string {
  const known = keys.filter((key) => key.length >= SHORTEST_KEY).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((left, key) => left.replaceAll(key, "[redacted]"), text);
}

/** Also without what only looks like a key: for what providers put into words. */
export function cleanWords(clean: (text: string) => string, text: string): string {
  return withoutKeys(clean(text));
}
