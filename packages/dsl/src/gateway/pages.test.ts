/** The pages of what an import finds: each shows a configuration that gets exactly its message, and one that does not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROOT } from "../contract/testing/shipped.ts";
import { gatewayMessages } from "../diagnostics/gateways.ts";
import { Report } from "../diagnostics/index.ts";
import { span } from "../source.ts";
import { importGateway } from "./index.ts";

/** Of the file system: shown by the test of the command. */
const WITHOUT_EXAMPLE = new Set(["FBP3380"]);

const codes = Object.keys(gatewayMessages) as readonly (keyof typeof gatewayMessages)[];

function read(code: string, kind: "wrong" | "right") {
  const page = readFileSync(`${ROOT}docs/diagnostics/${code}.md`, "utf8");
  const text = new RegExp(`\`\`\`json ${kind}\\n(.*?)\n\`\`\``, "su").exec(page)?.[1] ?? "";
  const report = new Report();
  const place = span({ name: "config.json", text }, 0, 0);
  const document = { value: JSON.parse(text) as unknown, spanOf: () => place };
  const made = importGateway(document, { from: null, source: "config.json" }, report);
  return { made, diagnostics: report.diagnostics };
}

describe.each(codes.filter((code) => !WITHOUT_EXAMPLE.has(code)))("%s", (code) => {
  const wrong = read(code, "wrong");

  test("is what the wrong example gets, and all that it gets", () => {
    expect([...new Set(wrong.diagnostics.map((one) => one.code))]).toEqual([code]);
    expect(wrong.made === null).toBe(gatewayMessages[code].severity === "error");
  });

  test("is not what the right example gets", () => {
    const { made, diagnostics } = read(code, "right");
    expect(diagnostics.map(({ text }) => text)).toEqual([]);
    expect(made).not.toBeNull();
  });

  test("is one sentence: lower case, no full stop", () => {
    expect(wrong.diagnostics[0]?.text).toMatch(/^[^A-Z].*[^.]$/u);
    expect(wrong.diagnostics[0]?.hint ?? "none").toMatch(/^[^A-Z].*[^.]$/u);
  });
});
