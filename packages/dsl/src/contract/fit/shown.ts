/**
 * What of a captured value may be printed: kinds of values, and short words as they stand in lists of
 * words. Never a sentence, never anything that looks like a key: a capture holds what people wrote.
 */
import { secretIn } from "../secrets.ts";

/** `stop`, `chat.completion.chunk`, `gpt-4o`: no blank, and not long enough to say much. */
const WORD = /^[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,38}[A-Za-z0-9_])?$/u;
/** Longer runs of digits are numbers of something: accounts, phones, cards. */
const LONG_NUMBER = /\d{9}/u;
/** Letters and digits in turn without a break: no word of a language, but a token of some kind. */
const SCRAMBLED = /(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{13}/u;

/** The word itself, or null where it may not be shown. */
export function shownWord(text: string): string | null {
  const isPlain = WORD.test(text) && !LONG_NUMBER.test(text) && !SCRAMBLED.test(text);
  return isPlain && secretIn(text) === null ? text : null;
}

/** What a collector of captures calls a provider: `openrouter/DeepInfra`, `acme (nginx)`. */
export function shownLabel(text: string): string {
  const isPlain = /^[\p{L}\p{N} ._/()-]{1,40}$/u.test(text) && !LONG_NUMBER.test(text) && !SCRAMBLED.test(text);
  return isPlain && secretIn(text) === null ? text : "…";
}

/** `"eos"`, `12`, `null`, or the kind of a value that may not be shown. */
export function shownValue(value: unknown): string {
  if (typeof value === "string" && value !== "") {
    const word = shownWord(value);
    return word === null ? "some other text" : JSON.stringify(word);
  }
  if (typeof value === "number") return LONG_NUMBER.test(String(value)) ? "a number" : String(value);
  return kindOf(value);
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  switch (typeof value) {
    case "string":
      return value === "" ? "empty text" : "text";
    case "number":
      return Number.isInteger(value) ? "a whole number" : "a number";
    case "boolean":
      return String(value);
    default:
      return "an object";
  }
}

/** A step into a value, for a pointer that is printed: a name that may not be shown becomes `…`. */
export function shownStep(step: string | number): string {
  if (typeof step === "number") return String(step);
  return shownWord(step.replace(/^[$@_]+/u, "")) === null ? "…" : step;
}
