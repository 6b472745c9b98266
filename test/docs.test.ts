/** The examples of the documentation compile, pass their scenarios, and stand as the formatter writes them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format, runScenario } from "@fbp/dsl";
import { describe, expect, it } from "vitest";
import { compilation } from "./support/compile.ts";
import { evidenceText } from "./support/evidence.ts";

const DOCS = join(import.meta.dirname, "../docs");

/** A provider that says the same things in other words. */
const TURNS = {
  "contracts/turns.contract.json": readFileSync(
    join(import.meta.dirname, "fixtures/mistakes/contracts/turns.contract.json"),
    "utf8",
  ),
};

/** With evidence that shows each fallback of the example to be fit. */
function compiled(text: string): ReturnType<typeof compilation> {
  const { fallbacks } = compilation(text, TURNS).standing;
  const evidence = fallbacks.flatMap(({ targets }) =>
    targets.flatMap(({ path, for: original, subject }) =>
      subject === null ? [] : [[`evidence/${path}.evidence.json`, evidenceText(path, original, subject, "2026-11-22")]],
    ),
  );
  return compilation(text, { ...TURNS, ...Object.fromEntries(evidence) });
}

function examples(page: string): string[] {
  const text = readFileSync(join(DOCS, page), "utf8");
  return [...text.matchAll(/^```fbp\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
}

describe("docs/language.md", () => {
  const all = examples("language.md");

  it("has examples", () => expect(all.length).toBeGreaterThan(8));

  it.each(all.map((text, at) => [at + 1, text] as const))("example %i is a right program", (_, text) => {
    const result = compiled(text);
    const problems = result.diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
    expect(problems.map(({ code, text: what }) => `${code} ${what}`)).toEqual([]);
    const [policy] = result.policies();
    const [model] = result.program?.policies ?? [];
    if (policy === undefined || model === undefined) throw new Error("no policy");
    for (const scenario of result.program?.scenarios ?? []) {
      expect(runScenario(policy, model, scenario)).toMatchObject({ passed: true });
    }
  });

  it.each(all.map((text, at) => [at + 1, text] as const))("example %i is formatted", (_, text) => {
    expect(format({ name: "example.fbp", text })).toEqual({ kind: "formatted", text });
  });
});

it("every link of the documentation leads somewhere", () => {
  const pages = ["../README.md", "../CONTRIBUTING.md", ...readdirSync(DOCS).filter((name) => name.endsWith(".md"))];
  for (const page of pages) {
    const path = join(DOCS, page);
    for (const [, target] of readFileSync(path, "utf8").matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (target === undefined || target.includes("://")) continue;
      expect(() => readdirOrFile(join(path, "..", target)), `${page} -> ${target}`).not.toThrow();
    }
  }
});

function readdirOrFile(path: string): void {
  try {
    readFileSync(path);
  } catch {
    readdirSync(path);
  }
}
