/** Whole programs that are right, and what a single slip in one leads to. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Compilation, compile, type Diagnostic, memoryHost, positionOf } from "@fbp/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withEvidence } from "./support/evidence.ts";

const FOLDER = join(import.meta.dirname, "fixtures/programs");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const CHAT = read("chat.fbp");
const BESIDE = Object.fromEntries(
  ["contracts/comet.contract.json", "evidence/backup.evidence.json"].map((name) => [name, read(name)]),
);

function compileChat(
  text: string,
  profile: "development" | "production" = "development",
  prove: boolean = true,
): Compilation {
  const options = { profile, asOf: "2026-11-22", prove } as const;
  return compile("chat.fbp", withEvidence("chat.fbp", memoryHost({ ...BESIDE, "chat.fbp": text }), options), options);
}

function written({ code, severity, span, text }: Diagnostic): string {
  const { line, column } = positionOf(span.source, span.start);
  return `${code} ${line}:${column} ${severity}: ${text}`;
}

/** As a hint names the command: to be pasted. */
function verify(area: string): string {
  return `fbp contract verify contracts/comet.contract.json ${area} --checker "$USER" --valid-days 90`;
}

describe("the language's whole program", () => {
  it("checks in development, but for the two assertions that its own rules break", () => {
    const { diagnostics } = compileChat(CHAT);
    const { program } = compileChat(CHAT, "development", false);
    expect(diagnostics.map(written)).toEqual([
      "FBP3201 2:10 warning: the contract `comet` is not verified where this program relies on it: `endpoint`, `auth`, `request`, `response`, `errors` and `limits`",
      "FBP5008 74:6 note: `on primary` leaves health signals to their default: `budget_exhausted` fails under the reason `budget_exhausted`",
      "FBP5008 90:6 note: `on backup` leaves health signals to their default: `budget_exhausted` fails under the reason `budget_exhausted`",
      "FBP7001 112:3 error: `assert never outcome.signals has auth_or_account and outcome.fallbacks > 0` does not hold: a request can end as failure, reason `auth_or_account_error`, after 1 attempt",
      "FBP7001 113:3 error: `assert always outcome.attempts <= 2` does not hold: a request can end as answer from `backup`, reason `primary_unavailable`, after 3 attempts",
    ]);
    expect(program?.policies.map(({ name }) => name)).toEqual(["chat_completions"]);
    expect(program?.scenarios).toHaveLength(2);
  });

  it("is refused in production with one message for each area that it relies on", () => {
    const { diagnostics, program } = compileChat(CHAT, "production");
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ code, span }) => [code, positionOf(span.source, span.start).line])).toEqual([
      ["FBP3101", 10],
      ["FBP3101", 10],
      ["FBP3101", 10],
      ["FBP3101", 10],
      ["FBP3101", 33],
      ["FBP3101", 55],
    ]);
    expect(errors.map(({ hint }) => hint)).toEqual([
      `check it against its source, then record that: ${verify("endpoint")}`,
      `check it against its source, then record that: ${verify("auth")}`,
      `check it against its source, then record that: ${verify("request")}`,
      `check it against its source, then record that: ${verify("response")}`,
      `check it against its source, then record that: ${verify("errors")}`,
      `check it against its source, then record that: ${verify("limits")}`,
    ]);
    expect(program).toBeNull();
  });
});

describe("a single slip in a whole program", () => {
  const lines = CHAT.split("\n");
  const usual = new Set(compileChat(CHAT, "development", false).diagnostics.map(({ code }) => code));
  const slips: readonly (readonly [string, (line: string) => string | null])[] = [
    ["a line is left out", () => null],
    ["a line is cut before its last word", (line) => line.replace(/\S+$/, "")],
    ["two letters of a line's first word change places", (line) => line.replace(/(\w)(\w)/, "$2$1")],
    ["two letters of a line's last word change places", (line) => line.replace(/(\w)(\w)(\W*)$/, "$2$1$3")],
  ];

  it.each(slips)("is told in few messages: %s", (_, slip) => {
    for (const [at, line] of lines.entries()) {
      const slipped = slip(line);
      const changed = slipped === null ? lines.toSpliced(at, 1) : lines.with(at, slipped);
      // What can happen is told by a right program alone.
      const { diagnostics, program } = compileChat(changed.join("\n"), "development", false);
      const told = diagnostics.filter(({ code }) => !usual.has(code) && !code.startsWith("FBP1"));
      expect(told.map(written).length, `line ${at + 1}: ${line}\n${told.map(written).join("\n")}`).toBeLessThan(4);
      expect(program === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
    }
  });
});

describe("a program out of which anything was cut", () => {
  it("gets messages, or is a program", () => {
    const cut = fc.tuple(fc.nat(CHAT.length), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        const text = cuts.reduce((left, [at, length]) => left.slice(0, at) + left.slice(at + length), CHAT);
        const { diagnostics, program } = compileChat(text, "development", false);
        expect(program === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
        for (const { span, text: said } of diagnostics) {
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(span.source.text.length);
          expect(said).toMatch(/^[^A-Z].*[^.]$/s);
        }
      }),
      { numRuns: 150 },
    );
  });
});
