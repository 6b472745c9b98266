/** A policy file that is too much of something costs bounded time and gets one message. */
import { parse, Report } from "@fbp/dsl";
import { describe, expect, it } from "vitest";

const condition = (text: string) => `policy chat {\n  repeat only when ${text}\n}\n`;

const FILES: readonly (readonly [what: string, code: string, text: string])[] = [
  ["more bytes than a file may have", "FBP1030", `// ${"é".repeat(600_000)}`],
  ["brackets nested too deep", "FBP1031", condition(`${"(".repeat(1000)}request.tools is absent${")".repeat(1000)}`)],
  ["more words and signs than a file may have", "FBP1032", "a ".repeat(250_000)],
  ["bytes that are no text", "FBP1033", "policy chat {\0}"],
  ["a condition of too many parts", "FBP1035", condition(Array(600).fill("request.tools is absent").join(" or "))],
];

describe("a file with", () => {
  it.each(FILES)("%s gets %s", (_, code, text) => {
    const report = new Report();
    parse({ name: "chat.fbp", text }, report);
    expect(report.diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(report.diagnostics.length).toBeLessThan(3);
  });

  it("more errors than anybody reads is read no further", () => {
    const report = new Report();
    parse({ name: "chat.fbp", text: "pollicy\n".repeat(1000) }, report);
    const syntax = report.diagnostics.map((diagnostic) => diagnostic.code);
    expect(syntax.filter((code) => code === "FBP1034")).toHaveLength(1);
    expect(syntax.length).toBeLessThan(110);
  });
});
