/** JSON from a provider: a value that whoever gets it can walk and write again, or nothing. */

/**
 * Of lists and objects within each other. Node.js reads any depth and runs out of stack when it writes some thousands;
 * no answer in earnest is nested a tenth as deep as this.
 */
export const MOST_DEPTH = 512;

/** undefined: `text` is no JSON, or nested deeper than the bound. */
export function parsedJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Each level takes two characters at least, so most texts need not be walked.
  return text.length > 2 * MOST_DEPTH && isDeeper(value, MOST_DEPTH) ? undefined : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((each) => isDeeper(each, levels - 1));
  for (const name in value) {
    if (isDeeper((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  }
  return false;
}
