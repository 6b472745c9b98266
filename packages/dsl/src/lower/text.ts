/**
 * JavaScript text that is safe to paste together. Whatever comes from a policy or a contract passes
 * through `quote`, `keyText`, `commentText` or `Names` before it reaches generated text.
 */

const WIDTH = 110;

/**
 * A string as a JavaScript literal without a raw line terminator (also none of U+2028 and U+2029), a
 * lone surrogate, or the start of an HTML end tag or comment, so that it may stand in any script.
 */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replace(/<(?=[/!])/g, "\\u003C");
}

/** One line of text for a comment: it cannot end a `//` or a block comment, nor a script element. */
export function commentText(text: string): string {
  return quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("*/", "*\\/");
}

/** A property's name in an object literal. `__proto__` is computed: as a plain name it would set the prototype. */
export function keyText(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

/** `.name` or `["na-me"]` */
export function memberText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${quote(name)}]`;
}

/** Shifts every line but the first one step to the right; literals hold no raw newline. */
export function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

export type Entry = readonly [key: string, text: string];

export function objectText(entries: readonly Entry[]): string {
  if (entries.length === 0) return "{}";
  const inline = `{ ${entries.map(([key, text]) => `${keyText(key)}: ${text}`).join(", ")} }`;
  if (inline.length <= WIDTH && !inline.includes("\n")) return inline;
  return `{\n${entries.map(([key, text]) => `  ${keyText(key)}: ${indent(text)},\n`).join("")}}`;
}

export function arrayText(items: readonly string[]): string {
  const inline = `[${items.join(", ")}]`;
  if (inline.length <= WIDTH && !inline.includes("\n")) return inline;
  return `[\n${items.map((item) => `  ${indent(item)},\n`).join("")}]`;
}

/**
 * A map whose keys are the operator's or the provider's words: it has no prototype, so that a look-up
 * never finds what nobody wrote.
 */
export function mapText(entries: readonly Entry[]): string {
  const fields = [...entries].map(([key, text]) => `${keyText(key)}: ${text}`);
  const inline = `{ ${["__proto__: null", ...fields].join(", ")} }`;
  if (inline.length <= WIDTH && !inline.includes("\n")) return inline;
  return `{\n  __proto__: null,\n${fields.map((field) => `  ${indent(field)},\n`).join("")}}`;
}

/**
 * JSON-like data as JavaScript; fields that are undefined are left out.
 *
 * @throws RangeError for a number that is not finite, TypeError for what JSON has no form for: bugs of the caller.
 */
export function dataText(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return arrayText(value.map(dataText));
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return objectText(entries.map(([key, field]) => [key, dataText(field)]));
  }
  throw new TypeError(`no text for a ${typeof value}`);
}

/** @throws RangeError for a number that is not finite. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`no text for the number ${value}`);
  return String(value);
}

/** @throws RangeError for a number that is not finite. */
export function scalarText(value: string | number | boolean | null): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" ? numberText(value) : String(value);
}
