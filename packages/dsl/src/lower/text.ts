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
  const json = JSON.stringify(text);
  // Nearly every text is plain, and most of a module is texts.
  if (!/[\u2028\u2029<]/.test(json)) return json;
  return json
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replace(/<(?=[/!])/g, "\\u003C");
}

/** One line of text for a comment: it cannot end a `//` or a block comment, nor a script element. */
export function commentText(text: string): string {
  if (/^[\w .:$-]*$/.test(text)) return text;
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
  return text.includes("\n") ? text.replaceAll("\n", "\n  ") : text;
}

export type Entry = readonly [key: string, text: string];

export function objectText(entries: readonly Entry[]): string {
  if (entries.length === 0) return "{}";
  const fields = entries.map(([key, text]) => `${keyText(key)}: ${text}`);
  return onOneLine("{ ", fields, " }") ?? `{\n${lines(fields)}}`;
}

export function arrayText(items: readonly string[]): string {
  return onOneLine("[", items, "]") ?? `[\n${lines(items)}]`;
}

/** null where they are too long for that. */
function onOneLine(open: string, items: readonly string[], close: string): string | null {
  let width = open.length + close.length + 2 * (items.length - 1);
  for (const item of items) {
    width += item.length;
    if (width > WIDTH || item.includes("\n")) return null;
  }
  return `${open}${items.join(", ")}${close}`;
}

function lines(items: readonly string[]): string {
  return items.map((item) => `  ${indent(item)},\n`).join("");
}

/**
 * A map whose keys are the operator's or the provider's words: it has no prototype, so that a look-up
 * never finds what nobody wrote.
 */
export function mapText(entries: readonly Entry[]): string {
  const fields = ["__proto__: null", ...entries.map(([key, text]) => `${keyText(key)}: ${text}`)];
  return onOneLine("{ ", fields, " }") ?? `{\n${lines(fields)}}`;
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
