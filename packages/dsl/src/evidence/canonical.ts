/**
 * The one text of a JSON value, as RFC 8785 has it: keys in the order of their UTF-16 units, no blanks,
 * numbers and texts as ECMAScript writes them. Two values that are equal as JSON have the same text.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => `${JSON.stringify(key)}:${canonicalJson(held)}`);
  return `{${fields.join(",")}}`;
}
