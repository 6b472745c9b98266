/** JSON Pointers (RFC 6901), in their plain form; own properties only. */

/** The segments, with escapes resolved; null where the text is no pointer. */
export function parsePointer(text: string): readonly string[] | null {
  if (text === "") return [];
  if (!text.startsWith("/") || (text.includes("~") && /~(?![01])/u.test(text))) return null;
  const segments = text.slice(1).split("/");
  return text.includes("~") ? segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~")) : segments;
}

/** `base` with one more segment, escaped. */
export function below(base: string, ...segments: readonly (string | number)[]): string {
  return segments.reduce<string>((path, segment) => `${path}/${escapeSegment(String(segment))}`, base);
}

function escapeSegment(segment: string): string {
  if (!segment.includes("~") && !segment.includes("/")) return segment;
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The position that a segment means in a list: `0`, `7`, `12`, without leading zeros. */
export function listIndex(segment: string): number | null {
  return /^(?:0|[1-9]\d{0,8})$/u.test(segment) ? Number(segment) : null;
}

/** What stands at the place; undefined where nothing does, which no JSON value is. */
export function valueAt(root: unknown, segments: readonly string[]): unknown {
  let value = root;
  for (const segment of segments) {
    if (Array.isArray(value)) {
      const index = listIndex(segment);
      value = index === null ? undefined : value[index];
    } else if (typeof value === "object" && value !== null && Object.hasOwn(value, segment)) {
      value = (value as Readonly<Record<string, unknown>>)[segment];
    } else {
      return undefined;
    }
  }
  return value;
}
