/** Every message has a page that shows the mistake and the way out, and a test that shows it. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompileOptions, compile, type Diagnostic, memoryHost, messages } from "@fbp/dsl";
import { describe, expect, it } from "vitest";
import { evidenceText, withEvidence } from "./support/evidence.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = join(ROOT, "docs/diagnostics");
const CODES = Object.keys(messages).sort();

/**
 * What is wrong with a contract is shown on its page by a contract, with a capture by a capture, with a document that is
 * imported by a document, with evidence by evidence; the tests `pages.test.ts` below packages/dsl/src hold those examples.
 */
const isOfContracts = (code: string) => /^FBP(30|310[2-5]|33|801)/.test(code) && code !== "FBP3005";

/** Said in production alone. */
const CIRCUMSTANCES: Readonly<Record<string, Partial<CompileOptions>>> = { FBP3101: { profile: "production" } };

/** Said only beside others, which are not what the page is about. */
const COMPANY: Readonly<Record<string, readonly string[]>> = { FBP8103: ["FBP8001"] };

/** Said of files that no example can hold: too large, too deep, no text; and of what no known policy does. */
const WITHOUT_EXAMPLE: ReadonlySet<string> = new Set([
  "FBP1030",
  "FBP1031",
  "FBP1032",
  "FBP1033",
  "FBP1034",
  "FBP1035",
  "FBP7003",
  "FBP9002",
  "FBP4030",
]);

/** Where a message must appear in a text: in a case, or in the test of the part that reports it. */
const SHOWN_IN = [
  "test/fixtures/mistakes/*.fbp",
  "packages/*/src/**/fixtures/**/*.fbp",
  "packages/*/src/**/*.test.ts",
  "test/limits.test.ts",
];

function pendingEvidence(path: string): string {
  return evidenceText(path, "primary", {}, "2026-11-22")
    .replaceAll('"passed"', '"pending"')
    .replaceAll('"against": {},', "");
}

/** What the examples of the pages may name beside themselves. */
const beside = {
  ...Object.fromEntries(
    readdirSync(join(ROOT, "policies/contracts")).map((name) => [
      `contracts/${name}`,
      readFileSync(join(ROOT, "policies/contracts", name), "utf8"),
    ]),
  ),
  "evidence/backup.evidence.json": pendingEvidence("backup"),
  "evidence/pending.evidence.json": pendingEvidence("backup"),
  "evidence/other.evidence.json": pendingEvidence("other"),
  // A provider that says the same things in other words, and some that are nearly the one that is shipped.
  ...Object.fromEntries(
    ["turns", "ends", "lists", "strict"].map((name) => [
      `contracts/${name}.contract.json`,
      readFileSync(join(ROOT, `test/fixtures/mistakes/contracts/${name}.contract.json`), "utf8"),
    ]),
  ),
  "logo.png": "\0",
};

interface Page {
  readonly code: string;
  readonly heading: string;
  readonly wrong: string;
  readonly right: string;
}

function readPage(code: string): Page {
  const text = readFileSync(join(PAGES, `${code}.md`), "utf8");
  const example = (kind: string) => new RegExp(`^\`\`\`fbp ${kind}\n([^]*?)^\`\`\`$`, "m").exec(text)?.[1] ?? "";
  return { code, heading: text.split("\n")[0] ?? "", wrong: example("wrong"), right: example("right") };
}

function check(text: string, code: string): readonly Diagnostic[] {
  const host = memoryHost({ ...beside, "policy.fbp": text });
  const options = { profile: "development", asOf: "2026-11-22", ...CIRCUMSTANCES[code] } as const;
  return compile("policy.fbp", withEvidence("policy.fbp", host, options), options).diagnostics;
}

/** The codes of what must be mended: notes only where the page is about a note. */
function codesOf(diagnostics: readonly Diagnostic[], about: string): readonly string[] {
  const told = diagnostics.filter(({ severity, code }) => severity !== "note" || code === about);
  return [...new Set(told.map(({ code }) => code))];
}

describe("the pages of messages", () => {
  it("are there for every message, and for nothing else", () => {
    const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ""));
    expect(pages.sort()).toEqual(CODES);
  });

  const pages = CODES.filter((code) => existsSync(join(PAGES, `${code}.md`))).map(readPage);
  const shown = pages.filter(({ code }) => !isOfContracts(code) && !WITHOUT_EXAMPLE.has(code));

  it.each(pages.map(({ code, heading }) => [code, heading]))("%s has its title", (code, heading) => {
    expect(heading).toBe(`# ${code}: ${messages[code as keyof typeof messages].title}`);
  });

  it.each(shown.map((page) => [page.code, page] as const))("%s shows the mistake and the way out", (code, page) => {
    expect(codesOf(check(page.wrong, code), code).toSorted()).toEqual([...(COMPANY[code] ?? []), code].toSorted());
    expect(codesOf(check(page.right, code), code)).toEqual([]);
  });
});

describe("messages", () => {
  it("are each shown by a case or a test", () => {
    const texts = SHOWN_IN.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).map((file) =>
      readFileSync(join(ROOT, file), "utf8"),
    );
    const unseen = CODES.filter((code) => !isOfContracts(code) && !texts.some((text) => text.includes(code)));
    expect(unseen).toEqual([]);
  });
});
