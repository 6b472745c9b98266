/** Takes the service's own key out of what a provider sends back: some echo it in their error messages. */

/** Anything shorter is a placeholder of a local provider, and would turn up in ordinary words. */
const SHORTEST_KEY = 8;

const REDACTED = "[redacted]";

export function withoutKey(text: string, key: string | null): string {
  return key !== null && key.length >= SHORTEST_KEY && text.includes(key) ? text.replaceAll(key, REDACTED) : text;
}

/** The same error object, or a copy whose texts are without the key. What is nested in it is never recorded. */
export function errorWithoutKey(error: unknown, key: string | null): unknown {
  if (key === null || typeof error !== "object" || error === null) return error;
  let cleaned: Record<string, unknown> | null = null;
  for (const [name, value] of Object.entries(error)) {
    if (typeof value !== "string") continue;
    const clean = withoutKey(value, key);
    if (clean === value) continue;
    cleaned ??= { ...error };
    cleaned[name] = clean;
  }
  return cleaned ?? error;
}
