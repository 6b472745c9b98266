import { expect, test } from "vitest";
import { findingAt, placeIn } from "../testing/place.ts";
import { renderSarif } from "./sarif.ts";

const OPTIONS = { version: "0.1.0", pageOf: (code: string) => (code === "FBP2101" ? "# FBP2101: a page" : null) };

test("a run with rules and results", async () => {
  const findings = [
    findingAt(placeIn("path a {\n  «bakup»\n}", "policies/my chat.fbp"), {
      hint: "did you mean backup?",
      related: [{ span: placeIn("«path» a {"), text: "declared here" }],
    }),
    findingAt(placeIn("«x\ny»"), { code: "FBP9999", severity: "note", text: "two lines" }),
    findingAt(placeIn("«x»"), { severity: "warning" }),
  ];
  await expect(renderSarif(findings, OPTIONS)).toMatchFileSnapshot("./snapshots/sarif.txt");
});

test("without findings there is a run without rules and results", () => {
  const { runs } = JSON.parse(renderSarif([], OPTIONS)) as {
    runs: [{ results: unknown; tool: { driver: { rules: unknown } } }];
  };
  expect([runs[0].results, runs[0].tool.driver.rules]).toEqual([[], []]);
});
