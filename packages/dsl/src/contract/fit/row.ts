/** A row of a collection of answers: status, headers, body, and what else its collector wrote down. */
import { BUILT_IN_SIGNALS } from "@fbp/runtime/core";
import type { Captured, Place } from "./capture.ts";
import { isRecord } from "./recognise.ts";
import { shownWord } from "./shown.ts";
import { parsed } from "./split.ts";

/** How a row says which signal it should be. */
export interface Expectations {
  /** The row's field that says so: a text or a list of them. */
  readonly field: string;
  /** What a word stands for, where it is no signal itself; any of the signals is right. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Signals that the contract names beside the built-in ones. */
  readonly signals: ReadonlySet<string>;
}

export function capturedOf(
  row: Readonly<Record<string, unknown>> & { readonly status: number },
  place: Place,
): Captured {
  const { status, body, headers } = row;
  const value = typeof body === "string" ? (parsed(body) ?? body) : body;
  return { place, value, status, headers: headersOf(headers), row, event: null };
}

function headersOf(headers: unknown): Readonly<Record<string, string>> | null {
  if (!isRecord(headers)) return null;
  const made: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string" || typeof first === "number") made[name.toLowerCase()] = String(first);
  }
  return made;
}

/** `words` are those that stand for no signal, fit to be printed; then nothing is expected. */
export function expectedOf(
  row: Captured["row"],
  { field, words, signals }: Expectations,
): { readonly expected: readonly string[] | null; readonly words: readonly string[] } {
  const said = row !== null && Object.hasOwn(row, field) ? row[field] : null;
  const texts = (Array.isArray(said) ? said : [said]).filter((one) => typeof one === "string");
  const isSignal = (word: string) => BUILT_IN_SIGNALS.some(({ name }) => name === word) || signals.has(word);
  const meant = texts.map((word) => words.get(word) ?? (isSignal(word) ? [word] : null));
  const unknown = texts.filter((_, index) => meant[index] === null).map((word) => shownWord(word) ?? "…");
  const expected = meant.flatMap((one) => one ?? []);
  return { expected: unknown.length > 0 || expected.length === 0 ? null : expected, words: unknown };
}
