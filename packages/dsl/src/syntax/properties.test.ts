import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { same, sameComments } from "./compare.ts";
import { format } from "./format.ts";
import { LIMITS } from "./limits.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";
import { commentedProgram, damaged, program } from "./testing/index.ts";

const RUNS = Number(process.env.FBP_RUNS ?? 200);

function read(text: string) {
  const source = { name: "random.fbp", text };
  const report = new Report();
  return { file: parse(source, report), report, source };
}

describe("of every program", () => {
  test("nothing is reported about it", () => {
    fc.assert(
      fc.property(program, (text) => {
        expect(read(text).report.diagnostics).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test("printing keeps the tree, and printing again changes nothing", () => {
    fc.assert(
      fc.property(program, (text) => {
        const { file } = read(text);
        const printed = print(file);
        const again = read(printed);
        expect(again.report.diagnostics).toEqual([]);
        expect(same(file, again.file)).toBe(true);
        expect(print(again.file)).toBe(printed);
      }),
      { numRuns: RUNS },
    );
  });

  test("formatting keeps every comment", () => {
    fc.assert(
      fc.property(commentedProgram, (text) => {
        const { file, report } = read(text);
        expect(report.failed).toBe(false);
        const result = format({ name: "random.fbp", text });
        expect(result.kind).toBe("formatted");
        if (result.kind !== "formatted") return;
        const again = read(result.text);
        expect(sameComments(file, again.file)).toBe(true);
        expect(same(file, again.file)).toBe(true);
        expect(format({ name: "random.fbp", text: result.text })).toEqual(result);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("of every damaged program", () => {
  test("reading gives a tree and messages at places of the text, and nothing else", () => {
    fc.assert(
      fc.property(damaged(commentedProgram), (text) => {
        const { file, report, source } = read(text);
        expect(file.kind).toBe("file");
        expect(report.diagnostics.length).toBeLessThanOrEqual(LIMITS.errors + 1);
        for (const { span, text: message, related } of report.diagnostics) {
          for (const place of [span, ...related.map((each) => each.span)]) {
            expect(place.source).toBe(source);
            expect(place.start).toBeGreaterThanOrEqual(0);
            expect(place.end).toBeGreaterThanOrEqual(place.start);
            expect(place.end).toBeLessThanOrEqual(text.length);
          }
          expect(message.replaceAll(/`[^`]*`/g, "")).not.toMatch(/undefined|null|NaN|\n/);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("no two messages stand at one place", () => {
    fc.assert(
      fc.property(damaged(program), (text) => {
        // Of several blocks that end unclosed, each is named.
        const others = read(text).report.diagnostics.filter(({ code }) => code !== "FBP1004");
        const places = others.map(({ span }) => span.start);
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: RUNS },
    );
  });

  test("formatting either gives a text that says the same, or names the errors", () => {
    fc.assert(
      fc.property(damaged(commentedProgram), (text) => {
        const result = format({ name: "random.fbp", text });
        if (result.kind === "failed") {
          expect(result.diagnostics.length).toBeGreaterThan(0);
          expect(result.diagnostics.map(({ code }) => code)).not.toContain("FBP9002");
        } else expect(same(read(text).file, read(result.text).file)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
