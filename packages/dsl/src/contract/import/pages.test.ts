/** The pages of what an import finds: each shows a document that gets exactly its message, and one that does not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importMessages } from "../../diagnostics/import.ts";
import { mergePatch } from "../merge.ts";
import { type ImportSettings, imported, openapi, operation } from "../testing/imported.ts";
import { ROOT } from "../testing/shipped.ts";

/** Of the file system, of the reader of YAML, or too large to show: shown by the tests of the command. */
const WITHOUT_EXAMPLE = new Set(["FBP3359", "FBP3360", "FBP3370"]);

const codes = Object.keys(importMessages) as readonly (keyof typeof importMessages)[];

function read(code: string, kind: "wrong" | "right") {
  const page = readFileSync(`${ROOT}docs/diagnostics/${code}.md`, "utf8");
  const patch = new RegExp(`\`\`\`json ${kind}\\n(.*?)\n\`\`\``, "su").exec(page)?.[1] ?? "";
  const [, option, value] = /^Imported with `--(\S+) (\S+)`,/mu.exec(page) ?? [];
  return imported(mergePatch(DOCUMENT, JSON.parse(patch)), settingsOf(option, value));
}

/** The operation is named where a page says nothing else: in the smallest document that says all. */
const DOCUMENT = openapi({
  components: {
    securitySchemes: { key: { type: "http", scheme: "bearer" } },
    schemas: {},
    pathItems: { Chat: { post: operation() } },
  },
});

function settingsOf(option: string | undefined, value: string | undefined): ImportSettings {
  const [role, isSchema] = (option ?? "").split("-");
  if (option === undefined || role === undefined || value === undefined) return {};
  return isSchema === undefined ? { [role]: value } : { schemas: { [role]: value } };
}

describe.each(codes.filter((code) => !WITHOUT_EXAMPLE.has(code)))("%s", (code) => {
  const wrong = read(code, "wrong");

  test("is what the wrong example gets, and all that it gets", () => {
    expect([...new Set(wrong.messages.map((message) => message.slice(0, 7)))]).toEqual([code]);
    expect(wrong.made === null).toBe(importMessages[code].severity === "error");
  });

  test("is not what the right example gets", () => expect(read(code, "right").messages).toEqual([]));

  test("is one sentence: lower case, no full stop", () => {
    expect(wrong.diagnostics[0]?.text).toMatch(/^[^A-Z].*[^.]$/u);
    expect(wrong.diagnostics[0]?.hint ?? "none").toMatch(/^[^A-Z].*[^.]$/u);
  });
});
