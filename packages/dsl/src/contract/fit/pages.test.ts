/** The pages of what a check of captures finds: each shows a capture that gets exactly its message, and one that does not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { captureMessages } from "../../diagnostics/captures.ts";
import { type Diagnostic, Report } from "../../diagnostics/index.ts";
import { AjvTruth } from "../../emit/schema-truth.ts";
import { plainReading } from "../testing/reading.ts";
import { load, localWith, ROOT } from "../testing/shipped.ts";
import { CaptureCheck } from "./check.ts";
import { reportCaptures } from "./report.ts";

/** Of the file system, too large or too deep to show, or of an empty file. */
const WITHOUT_EXAMPLE = new Set(["FBP3320", "FBP3322", "FBP3324", "FBP3326"]);

const codes = Object.keys(captureMessages) as readonly (keyof typeof captureMessages)[];

function example(code: string, kind: "contract" | "wrong" | "right"): string {
  const page = readFileSync(`${ROOT}docs/diagnostics/${code}.md`, "utf8");
  return new RegExp(`\`\`\`(?:json|text) ${kind}\\n(.*?)\n\`\`\``, "su").exec(page)?.[1] ?? "";
}

function check(code: string, capture: string): readonly Diagnostic[] {
  const patch = example(code, "contract");
  const { loaded } = load(localWith(patch === "" ? {} : JSON.parse(patch)));
  if (loaded === null) throw new Error(`the contract of ${code} does not load`);
  const checked = new CaptureCheck(loaded, new AjvTruth(loaded.root), {
    as: "auto",
    classify: ({ status }) => plainReading(status),
    expectations: { field: "expect", words: new Map(), signals: new Set() },
  });
  const file = checked.file("capture.json");
  for (const line of capture.split("\n")) file.line(line);
  file.end();
  const report = new Report();
  reportCaptures(checked.result(), loaded, report);
  return report.diagnostics;
}

describe.each(codes.filter((code) => !WITHOUT_EXAMPLE.has(code)))("%s", (code) => {
  const said = check(code, example(code, "wrong"));

  test("is what the wrong example gets, and all that it gets", () => {
    expect(said.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });

  test("is not what the right example gets", () => {
    expect(example(code, "right")).not.toBe("");
    expect(check(code, example(code, "right")).map((diagnostic) => diagnostic.code)).toEqual([]);
  });

  test("is one sentence: lower case, no full stop", () => {
    expect(said[0]?.text).toMatch(/^[^A-Z].*[^.]$/u);
    expect(said[0]?.hint ?? "none").toMatch(/^[^A-Z].*[^.]$/u);
  });
});
