import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { textOf } from "../source.ts";
import { loadEvidence } from "./load.ts";
import { COMPLETE, patched } from "./testing/complete.ts";

function load(text: string) {
  const report = new Report();
  return { loaded: loadEvidence({ name: "a.evidence.json", text }, report), diagnostics: report.diagnostics };
}

const found = (patch: unknown) =>
  load(JSON.stringify(patched(COMPLETE, patch), null, 2)).diagnostics.map(
    ({ code, span }) => `${code} @ ${textOf(span)}`,
  );

describe("every problem has its code and its place", () => {
  test.each<[patch: unknown, ...found: string[]]>([
    [{ extra: 1 }, 'FBP8010 @ "extra"'],
    [{ path: null }, "FBP8011 @ {"],
    [{ for: 7 }, "FBP8012 @ 7"],
    [{ criteria: [] }, 'FBP8012 @ "criteria"'],
    [{ fbp: 2, path: 7 }, "FBP8014 @ 2"],
    [{ criteria: { prompt: { status: "ok", day: "2026-13-01" } } }, 'FBP8013 @ "ok"', 'FBP8015 @ "2026-13-01"'],
    [{ criteria: { prompt: { against: null, check: null } } }, 'FBP8017 @ "passed"'],
    [{ criteria: { prompt: { validDays: 1.5 } } }, "FBP8012 @ 1.5"],
    [
      { criteria: { prompt: { signed: { day: "tomorrow" } } } },
      'FBP8011 @ "signed"',
      'FBP8011 @ "signed"',
      'FBP8015 @ "tomorrow"',
    ],
    [{ criteria: { prompt: { against: { policy: "sha256-A" } } } }, 'FBP8016 @ "sha256-A"'],
    [{ criteria: { data_handling_and_safety: { signed: null } } }, 'FBP8017 @ "passed"'],
    [{ criteria: { data_handling_and_safety: { status: "pending", signed: null } } }],
    [{ criteria: { prompt: null } }],
    [{}],
  ])("%j", (patch, ...briefs) => expect(found(patch)).toEqual(briefs));
});

test("finds places in its text", () => {
  const { loaded } = load(JSON.stringify(COMPLETE, null, 2));
  expect(loaded && textOf(loaded.spanOf("/criteria/prompt/status"))).toBe('"passed"');
});

describe("whatever the text", () => {
  test.each(["", "[]", "7", "null", "{}", '{"__proto__": {}}', '{"criteria": {"constructor": {}}}', "{"])(
    "%j is refused with a message",
    (text) => {
      const { loaded, diagnostics } = load(text);
      expect(loaded).toBeNull();
      expect(diagnostics.length).toBeGreaterThan(0);
    },
  );

  test("it is loaded, or refused with messages inside of the text", () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const patches = fc.oneof(
      json,
      fc.record({ criteria: fc.dictionary(fc.constantFrom("prompt", "output_parser", "x"), json) }),
      fc.record({
        criteria: fc.record({ prompt: fc.record({ day: json, against: json, signed: json, validDays: json }) }),
      }),
    );
    fc.assert(
      fc.property(patches, (patch) => {
        const text = JSON.stringify(patched(COMPLETE, patch)) ?? "null";
        const { loaded, diagnostics } = load(text);
        expect(loaded === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
        for (const { span, text: said } of diagnostics) {
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(said).not.toMatch(/undefined|NaN|\[object/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
