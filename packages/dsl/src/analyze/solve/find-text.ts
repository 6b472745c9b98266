/**
 * The shortest text that gives certain answers to certain tests, by a search over what the tests can
 * tell apart: how far each is along its own text. Characters that no test mentions are all alike, so one
 * stands for them; a search that comes to its end without a text has shown that there is none.
 */
import { codePoints } from "../../types/scalar.ts";
import { passes, type TextTest } from "./text-test.ts";

export type FoundText =
  /** `filler` may be put behind the text as often as one likes: no test sees it. */
  | { readonly kind: "found"; readonly text: string; readonly filler: string }
  | { readonly kind: "none" }
  /** Given up: too many ways to look at. */
  | { readonly kind: "unsure" };

const NONE: FoundText = { kind: "none" };
const UNSURE: FoundText = { kind: "unsure" };

/** States of the search; policies come nowhere near it. */
const MOST_STATES = 4_000;

/** @param maxLength in code points; null: no bound */
export function findText(tests: readonly TextTest[], without: readonly string[], maxLength: number | null): FoundText {
  if (tests.some((test) => isRefuted(test, tests))) return NONE;
  const filler = fillerFor(tests, without);
  const isGood = (text: string) =>
    (maxLength === null || codePoints(text) <= maxLength) &&
    !without.includes(text) &&
    tests.every((test) => passes(text, test));
  const guess = guesses(tests, filler).find(isGood);
  return guess === undefined ? search(tests, without, maxLength, filler) : { kind: "found", text: guess, filler };
}

/** Is there a test that, having been passed, rules this one's answer out? */
function isRefuted(test: TextTest, tests: readonly TextTest[]): boolean {
  return !test.held && tests.some((other) => other.held && implies(other, test));
}

/** Does each text that passes the first pass the second? False where that is not plain. */
function implies(first: TextTest, second: TextTest): boolean {
  if (first.ignoreCase && !second.ignoreCase) return false;
  const text = second.ignoreCase ? first.text.toLowerCase() : first.text;
  if (second.kind === "contains") return text.includes(second.text);
  return first.kind === "starts_with" && text.startsWith(second.text);
}

/** What a person would try: the beginning, then all parts that are asked for. */
function guesses(tests: readonly TextTest[], filler: string): readonly string[] {
  const held = tests.filter((test) => test.held);
  const begins = held.filter((test) => test.kind === "starts_with").map((test) => test.text);
  const start = begins.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
  const parts = held.filter((test) => test.kind === "contains" && !start.includes(test.text)).map((test) => test.text);
  const needed = parts.filter(
    (part, at) => !parts.some((other, by) => by !== at && other.includes(part) && (other !== part || by < at)),
  );
  const joined = [start, ...needed].filter((part) => part !== "");
  return [joined.join(" "), joined.join(""), [start, ...needed].join(filler), `${joined.join(filler)}${filler}`];
}

const FILLERS = ["x", "y", "z", "q", "w", "0", "1", "2", "-", "_", "·", "…", "†", "‡", "◊"];

/** A character that no test mentions, in any letter case. */
function fillerFor(tests: readonly TextTest[], without: readonly string[]): string {
  const mentioned = new Set([...tests.map((test) => test.text), ...without].join("").toLowerCase());
  const known = FILLERS.find((one) => !mentioned.has(one));
  if (known !== undefined) return known;
  // Ideographs have no letter case, and there are more of them than a policy mentions.
  for (let code = 0x4e00; ; code++) {
    const one = String.fromCodePoint(code);
    if (!mentioned.has(one)) return one;
  }
}

// ---------------------------------------------------------------- the search

interface Symbol {
  readonly text: string;
  readonly lower: string;
}

/** How far something is along its text; `OFF` where it can no longer come to its end. */
type Progress = number;
const OFF = -1;

interface Tracker {
  readonly start: Progress;
  step(progress: Progress, symbol: Symbol): Progress;
  /** Nothing that follows can mend it. */
  isLost(progress: Progress): boolean;
  mayEnd(progress: Progress): boolean;
}

interface Node {
  readonly at: readonly Progress[];
  readonly before: Node | null;
  readonly text: string;
  readonly length: number;
}

function search(
  tests: readonly TextTest[],
  without: readonly string[],
  maxLength: number | null,
  filler: string,
): FoundText {
  const trackers = [...tests.map(trackerOf), ...without.map(whole)];
  const symbols = symbolsOf(tests, without, filler);
  const first: Node = { at: trackers.map((one) => one.start), before: null, text: "", length: 0 };
  if (trackers.some((one, index) => one.isLost(first.at[index] ?? OFF))) return NONE;
  const seen = new Set([first.at.join()]);
  const queue: Node[] = [first];
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next];
    if (node === undefined) break;
    if (trackers.every((one, index) => one.mayEnd(node.at[index] ?? OFF))) {
      return { kind: "found", text: textOf(node), filler };
    }
    if (maxLength !== null && node.length >= maxLength) continue;
    for (const symbol of symbols) {
      const at = trackers.map((one, index) => one.step(node.at[index] ?? OFF, symbol));
      if (trackers.some((one, index) => one.isLost(at[index] ?? OFF))) continue;
      const key = at.join();
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > MOST_STATES) return UNSURE;
      queue.push({ at, before: node, text: symbol.text, length: node.length + 1 });
    }
  }
  return NONE;
}

function textOf(node: Node): string {
  const parts: string[] = [];
  for (let one: Node | null = node; one !== null; one = one.before) parts.push(one.text);
  return parts.reverse().join("");
}

function trackerOf(test: TextTest): Tracker {
  const wanted = [...test.text];
  const read = (symbol: Symbol) => (test.ignoreCase ? symbol.lower : symbol.text);
  const isSeen = (progress: Progress) => progress === wanted.length;
  return {
    start: 0,
    step: test.kind === "contains" ? containing(wanted, read) : beginning(wanted, read),
    isLost: (progress) => (test.held ? progress === OFF : isSeen(progress)),
    mayEnd: (progress) => isSeen(progress) === test.held,
  };
}

/** Once the whole text was seen, it stays so. */
function beginning(wanted: readonly string[], read: (symbol: Symbol) => string): Tracker["step"] {
  return (progress, symbol) => {
    if (progress === OFF || progress === wanted.length) return progress;
    return wanted[progress] === read(symbol) ? progress + 1 : OFF;
  };
}

/** Knuth, Morris and Pratt: the longest end of what was read that is a beginning of the text. */
function containing(wanted: readonly string[], read: (symbol: Symbol) => string): Tracker["step"] {
  const back: number[] = [0, 0];
  for (let index = 1; index < wanted.length; index++) {
    let from = back[index] ?? 0;
    while (from > 0 && wanted[from] !== wanted[index]) from = back[from] ?? 0;
    back.push(wanted[from] === wanted[index] ? from + 1 : 0);
  }
  return (progress, symbol) => {
    if (progress === wanted.length) return progress;
    let from = progress;
    while (from > 0 && wanted[from] !== read(symbol)) from = back[from] ?? 0;
    return wanted[from] === read(symbol) ? from + 1 : 0;
  };
}

/** The text may not be this one. */
function whole(text: string): Tracker {
  const wanted = [...text];
  return {
    start: 0,
    step: (progress, symbol) => (progress !== OFF && wanted[progress] === symbol.text ? progress + 1 : OFF),
    isLost: () => false,
    mayEnd: (progress) => progress !== wanted.length,
  };
}

/** Every character that a test can tell from the others, and one of the others. */
function symbolsOf(tests: readonly TextTest[], without: readonly string[], filler: string): readonly Symbol[] {
  const texts = new Set([...tests.map((test) => test.text), ...without].flatMap((text) => [...text]));
  if (tests.some((test) => test.ignoreCase)) {
    for (const text of [...texts]) {
      texts.add(text.toLowerCase());
      for (const source of sourcesOf(text.toLowerCase())) texts.add(source);
    }
  }
  const symbols = [...texts, filler].map((text): Symbol => ({ text, lower: text.toLowerCase() }));
  return symbols.filter(({ text, lower }) => codePoints(text) === 1 && codePoints(lower) === 1);
}

let sources: Map<string, string[]> | null = null;

/** The characters that become this one in lower case. */
function sourcesOf(lower: string): readonly string[] {
  if (sources === null) {
    sources = new Map();
    // No letter beyond has a case.
    for (let code = 0; code < 0x1f000; code++) {
      const text = String.fromCodePoint(code);
      const to = text.toLowerCase();
      if (to !== text) sources.set(to, [...(sources.get(to) ?? []), text]);
    }
  }
  return sources.get(lower) ?? [];
}
