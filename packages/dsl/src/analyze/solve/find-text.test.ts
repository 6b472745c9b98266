import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePoints } from "../../types/scalar.ts";
import { findText } from "./find-text.ts";
import { passes, type TextTest } from "./text-test.ts";

function has(text: string, held = true, ignoreCase = false): TextTest {
  return { kind: "contains", text, ignoreCase, held };
}

function begins(text: string, held = true, ignoreCase = false): TextTest {
  return { kind: "starts_with", text, ignoreCase, held };
}

function textFor(tests: readonly TextTest[], without: readonly string[] = [], maxLength: number | null = null) {
  const found = findText(tests, without, maxLength);
  return found.kind === "found" ? found.text : found.kind;
}

describe("a text for tests", () => {
  it("is what a person would write", () => {
    expect(textFor([begins("rate limit"), has("reached")])).toBe("rate limit reached");
    expect(textFor([has("quota"), has("insufficient quota")])).toBe("insufficient quota");
  });

  it("overlaps its parts where it may not be longer", () => {
    expect(textFor([has("abc"), has("cde")], [], 5)).toBe("abcde");
    expect(textFor([has("abc"), has("cde")], [], 4)).toBe("none");
    expect(textFor([begins("ab"), has("ba"), has("ab")], [], 3)).toBe("aba");
  });

  it("is none where a part brings with it what must not be there", () => {
    expect(textFor([has("insufficient_quota"), has("quota", false)])).toBe("none");
    expect(textFor([begins("ab"), begins("a", false)])).toBe("none");
    expect(textFor([begins("ab"), begins("ac")])).toBe("none");
    expect(textFor([has("QUOTA"), has("quota", false, true)])).toBe("none");
  });

  it("uses letter case where only one of two tests minds it", () => {
    const text = textFor([has("quota", true, true), has("quota", false)]);
    expect(text.toLowerCase()).toContain("quota");
    expect(text).not.toContain("quota");
  });

  it("knows the letters that few think of", () => {
    // The sign for kelvin is a k in lower case.
    const tests = [has("k", true, true), has("k", false), has("K", false)];
    expect(textFor(tests)).toBe("\u212a");
  });

  it("steers around texts that it must not be", () => {
    expect(textFor([begins("a")], ["a", "a ", "ax"], 2)).not.toBe("none");
    expect(textFor([has("a")], ["a"], 1)).toBe("none");
    expect(textFor([has("a", true, true)], ["a"], 1)).toBe("A");
  });

  it("comes with a filler that no test sees", () => {
    const tests = [has("x"), has("xy", false)];
    const found = findText(tests, [], null);
    expect(found.kind).toBe("found");
    if (found.kind !== "found") return;
    expect(tests.every((test) => passes(found.text + found.filler.repeat(5), test))).toBe(true);
  });
});

const piece = fc.constantFrom("a", "b", "ab", "ba", "A", "aB", "bb", "");
const test = fc
  .record({
    kind: fc.constantFrom("starts_with" as const, "contains" as const),
    text: piece,
    ignoreCase: fc.boolean(),
    held: fc.boolean(),
  })
  .map((one): TextTest => ({ ...one, text: one.ignoreCase ? one.text.toLowerCase() : one.text }));

/** Every text of up to four of the characters that tests can tell apart. */
const ALL = (() => {
  const letters = ["a", "b", "A", "B", "z"];
  let last = [""];
  const all = [""];
  for (let length = 1; length <= 4; length++) {
    last = last.flatMap((text) => letters.map((letter) => text + letter));
    all.push(...last);
  }
  return all;
})();

it("finds a text exactly where there is one, among all short ones", () => {
  fc.assert(
    fc.property(
      fc.array(test, { maxLength: 4 }),
      fc.array(fc.constantFrom("", "a", "b", "ab", "z"), { maxLength: 3 }),
      fc.nat(4),
      (tests, without, most) => {
        const good = (text: string) => !without.some((one) => one === text) && tests.every((one) => passes(text, one));
        const found = findText(tests, without, most);
        const isThere = ALL.some((text) => codePoints(text) <= most && good(text));
        // One that holds a character which no test mentions may stand for `z` where that is taken.
        if (isThere) expect(found.kind).toBe("found");
        if (found.kind !== "found") return;
        expect(good(found.text) && codePoints(found.text) <= most).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});
