import { expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import type { CriterionRecord } from "./document.ts";
import { loadEvidence } from "./load.ts";
import { emptyEvidence, withCriterion } from "./record.ts";

const DIGEST = `sha256-${"0".repeat(64)}`;
const PASSED: CriterionRecord = {
  status: "passed",
  day: "2026-11-22",
  validDays: 30,
  check: "one call",
  against: { policy: DIGEST, contracts: DIGEST },
};

function read(text: string) {
  const report = new Report();
  const loaded = loadEvidence({ name: "backup.evidence.json", text }, report);
  expect(report.diagnostics).toEqual([]);
  return loaded?.evidence;
}

test("empty evidence has six criteria that are to be tried", () => {
  const evidence = read(emptyEvidence("backup", "primary"));
  expect(evidence).toMatchObject({ path: "backup", for: "primary" });
  expect(Object.values(evidence?.criteria ?? {})).toEqual(Array(6).fill({ status: "pending" }));
});

test("one criterion is written, and every other line stays", () => {
  const before = emptyEvidence("backup", "primary");
  const after = withCriterion(before, "response_format", PASSED);
  expect(read(after)?.criteria.response_format).toEqual(PASSED);
  const isOther = (line: string): boolean => !line.includes("response_format");
  const others = before.split("\n").filter(isOther);
  expect(after.split("\n").filter((line) => others.includes(line))).toEqual(expect.arrayContaining(others));
});

test("what a person signed for another trial goes with that trial", () => {
  const signed = { by: "Jo", day: "2026-11-20", statement: "it is fine" };
  const before = withCriterion(emptyEvidence("backup", "primary"), "response_format", { ...PASSED, signed });
  expect(read(withCriterion(before, "response_format", PASSED))?.criteria.response_format).toEqual(PASSED);
});

test("what is put where only a status stood takes the lines that it needs", () => {
  const after = withCriterion(emptyEvidence("backup", "primary"), "prompt", PASSED);
  expect(after).toContain('    "prompt": {\n      "status": "passed",\n      "day": "2026-11-22",\n');
  expect(after).toContain('    "token_budget": { "status": "pending" },\n');
});
