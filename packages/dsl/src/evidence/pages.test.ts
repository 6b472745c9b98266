/** The pages of what can be wrong with an evidence file: each example gets exactly its message, or none. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eligibilityMessages } from "../diagnostics/eligibility.ts";
import { Report } from "../diagnostics/index.ts";
import { loadEvidence } from "./load.ts";
import { COMPLETE, patched } from "./testing/complete.ts";

const PAGES = new URL("../../../../docs/diagnostics/", import.meta.url);

const codes = (Object.keys(eligibilityMessages) as (keyof typeof eligibilityMessages)[]).filter((code) =>
  code.startsWith("FBP801"),
);

function load(patch: unknown) {
  const report = new Report();
  const text = JSON.stringify(patched(COMPLETE, patch), null, 2);
  return { loaded: loadEvidence({ name: "a.evidence.json", text }, report), diagnostics: report.diagnostics };
}

function example(code: string, kind: "wrong" | "right"): unknown {
  const page = readFileSync(new URL(`${code}.md`, PAGES), "utf8");
  return JSON.parse(new RegExp(`\`\`\`json ${kind}\\n(.*?)\n\`\`\``, "su").exec(page)?.[1] ?? "") as unknown;
}

describe.each(codes)("%s", (code) => {
  test("is what the wrong example gets, and all that it gets", () => {
    const { loaded, diagnostics } = load(example(code, "wrong"));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(loaded).toBeNull();
  });

  test("is not what the right example gets", () => {
    const { loaded, diagnostics } = load(example(code, "right"));
    expect(diagnostics).toEqual([]);
    expect(loaded).not.toBeNull();
  });

  test("is one sentence: lower case, no full stop", () => {
    const [said] = load(example(code, "wrong")).diagnostics;
    expect(said?.text).toMatch(/^[^A-Z].*[^.]$/u);
    expect(said?.hint ?? "none").toMatch(/^[^A-Z].*[^.]$/u);
  });
});
