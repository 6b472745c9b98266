/** The pages of family 3: each shows a contract that gets exactly its message, and one that does not. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conditionMessages } from "../diagnostics/conditions.ts";
import { contractMessages } from "../diagnostics/contracts.ts";
import { overlayMessages } from "../diagnostics/overlays.ts";
import { load, localWith, ROOT } from "./testing/shipped.ts";

/** Shown by a whole text that is no contract. */
const OF_TEXT = new Set(["FBP3003", "FBP3004"]);
/** Too large to show, or of the file system. */
const WITHOUT_EXAMPLE = new Set(["FBP3001", "FBP3002", "FBP3006", "FBP3046", "FBP3061", "FBP3072", "FBP3074"]);
/** Said of a policy, not of a contract. */
const OF_POLICIES = new Set(["FBP3005", "FBP3101", "FBP3102"]);

const messages = { ...contractMessages, ...conditionMessages, ...overlayMessages };
const codes = Object.keys(messages) as readonly (keyof typeof messages)[];
const shown = codes.filter((code) => !WITHOUT_EXAMPLE.has(code) && !OF_POLICIES.has(code));

function pageOf(code: string): string {
  return readFileSync(`${ROOT}docs/diagnostics/${code}.md`, "utf8");
}

function example(code: string, kind: "wrong" | "right"): string {
  return new RegExp(`\`\`\`json ${kind}\\n(.*?)\n\`\`\``, "su").exec(pageOf(code))?.[1] ?? "";
}

/** The text of a contract: the page shows it whole, or as a change to `local`. */
function contractText(code: string, kind: "wrong" | "right"): string {
  const text = example(code, kind);
  const isWhole = code in overlayMessages || (kind === "wrong" && OF_TEXT.has(code));
  return isWhole ? text : localWith(JSON.parse(text));
}

test.each(codes)("%s has a page under its title", (code) => {
  expect(existsSync(`${ROOT}docs/diagnostics/${code}.md`)).toBe(true);
  expect(pageOf(code).split("\n")[0]).toBe(`# ${code}: ${messages[code].title}`);
});

describe.each(shown)("%s", (code) => {
  test("is what the wrong example gets, and all that it gets", () => {
    const { loaded, diagnostics } = load(contractText(code, "wrong"));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(loaded === null).toBe(messages[code].severity === "error");
  });

  test("is not what the right example gets", () => {
    expect(load(contractText(code, "right")).diagnostics).toEqual([]);
  });

  test("is one sentence: lower case, no full stop", () => {
    const [said] = load(contractText(code, "wrong")).diagnostics;
    expect(said?.text).toMatch(/^[^A-Z].*[^.]$/u);
    expect(said?.hint ?? "none").toMatch(/^[^A-Z].*[^.]$/u);
  });
});
