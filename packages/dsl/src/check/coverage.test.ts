import { SIGNAL } from "@fbp/runtime/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { parse } from "../syntax/parse.ts";
import type * as tree from "../syntax/tree.ts";
import { type Covered, cover, type Ground } from "./coverage.ts";
import { tabulate } from "./signal-table.ts";

const TABLE = tabulate(new Map(), new Report());

function blockOf(lines: readonly string[]): tree.OnBlock {
  const text = `policy p {\n  on a {\n${lines.join("\n")}\n  }\n}\n`;
  const report = new Report();
  const [policy] = parse({ name: "p.fbp", text }, report).items;
  expect(report.diagnostics).toEqual([]);
  const block = policy?.kind === "policy" ? policy.items[0] : undefined;
  if (block?.kind !== "on") throw new Error(text);
  return block;
}

interface Read extends Covered {
  readonly codes: readonly string[];
  readonly report: Report;
}

function read(lines: readonly string[], ground: Ground): Read {
  const report = new Report();
  const covered = cover(blockOf(lines), ground, TABLE, false, report);
  return { ...covered, report, codes: report.diagnostics.map(({ code }) => code) };
}

function groundOf(signals: readonly (keyof typeof SIGNAL)[], visible = true): Ground {
  const arising = new Set(signals.map((name) => SIGNAL[name]));
  return { path: "a", arising, whyNot: () => "of the test", visible, complete: true };
}

const named = ({ lines }: Covered) => lines.map(({ signals }) => signals.map(TABLE.nameOf));

describe("the lines of a block", () => {
  it("take what is left: `any` of its class, `otherwise` of all but health", () => {
    const ground = groundOf(["transport_timeout", "server_error", "rate_limited", "budget_exhausted"]);
    const covered = read(
      ["server_error -> a -> fail", "any transient -> b -> fail", "otherwise -> c -> fail", "any health -> d -> fail"],
      ground,
    );
    expect(named(covered)).toEqual([["server_error"], ["transport_timeout"], ["rate_limited"], ["budget_exhausted"]]);
    expect(covered.codes).toEqual(["FBP5004"]);
  });

  it("leave alone what has a line of its own below, unless that line has a condition", () => {
    const ground = groundOf(["transport_timeout", "server_error"]);
    const covered = read(
      ["any transient -> a -> fail", "server_error -> b -> fail", "transport_timeout when attempts < 2 -> c -> fail"],
      ground,
    );
    expect(named(covered)).toEqual([["transport_timeout"], ["server_error"], []]);
    expect(covered.codes).toEqual(["FBP5002"]);
  });

  it("give the health signals that are left to their default, and ask for no line", () => {
    const covered = read(["otherwise -> a -> fail"], groundOf(["server_error", "circuit_open", "latency_slo_breach"]));
    expect(covered.defaults.map(TABLE.nameOf)).toEqual(["latency_slo_breach", "circuit_open"]);
    expect(covered.codes).toEqual([]);
  });

  it("say nothing of what is missing where the contract is not known", () => {
    const covered = read(["server_error -> a -> fail"], { ...groundOf([]), arising: null });
    expect(covered.codes).toEqual([]);
  });
});

// ---------------------------------------------------------------- against following every case

const SIGNALS = ["transport_timeout", "server_error", "rate_limited", "stream_interrupted", "circuit_open"] as const;
const CLASS_OF = {
  transport_timeout: "transient",
  server_error: "transient",
  rate_limited: "capacity",
  stream_interrupted: "output_defect",
  circuit_open: "health",
} as const;
const GUARDS = ["attempts < 2", "elapsed < 1s"] as const;

interface Rule {
  readonly selector: string;
  readonly before: boolean;
  readonly guard: number | null;
}

const rules = fc.array(
  fc.record<Rule>({
    selector: fc.constantFrom(...SIGNALS, "any transient", "any output_defect", "any health", "otherwise"),
    before: fc.boolean(),
    guard: fc.constantFrom(null, null, 0, 1),
  }),
  { minLength: 1, maxLength: 7 },
);

const text = ({ selector, before, guard }: Rule) =>
  `${selector}${before ? " before first_token" : ""}${guard === null ? "" : ` when ${GUARDS[guard]}`} -> r -> fail`;

interface Case {
  readonly signal: (typeof SIGNALS)[number];
  readonly committed: boolean;
  readonly guards: readonly boolean[];
}

/** The line that a case takes, as the language says it; -1 where none does. */
function taken(lines: readonly Rule[], { signal, committed, guards }: Case, visible: boolean): number {
  const hasOwn = lines.some((line) => line.selector === signal && line.guard === null && (!line.before || !visible));
  return lines.findIndex(({ selector, before, guard }) => {
    if ((before && committed) || (guard !== null && guards[guard] !== true)) return false;
    if (selector === signal) return true;
    if (hasOwn) return false;
    return selector === "otherwise" ? CLASS_OF[signal] !== "health" : selector === `any ${CLASS_OF[signal]}`;
  });
}

function casesOf(signals: readonly (typeof SIGNALS)[number][], visible: boolean): readonly Case[] {
  return signals.flatMap((signal) =>
    (visible ? [false, true] : [false]).flatMap((committed) =>
      [0, 1, 2, 3].map((bits) => ({ signal, committed, guards: [(bits & 1) !== 0, (bits & 2) !== 0] })),
    ),
  );
}

describe("coverage", () => {
  it("is what following every case finds", () => {
    fc.assert(
      fc.property(rules, fc.subarray([...SIGNALS]), fc.boolean(), (lines, arising, visible) => {
        const covered = read(lines.map(text), groundOf(arising, visible));
        const cases = casesOf(arising, visible);
        const winners = cases.map((one) => ({ one, line: taken(lines, one, visible) }));
        for (const { one, line } of winners) {
          if (line >= 0) expect(covered.lines[line]?.signals, JSON.stringify(one)).toContain(SIGNAL[one.signal]);
        }
        const open = new Set(winners.filter(({ line }) => line < 0).map(({ one }) => one.signal));
        const health = [...open].filter((signal) => CLASS_OF[signal] === "health");
        expect(covered.defaults.map(TABLE.nameOf)).toEqual(health);
        const isMissing = open.size > health.length;
        expect(covered.codes.includes("FBP5001") || covered.codes.includes("FBP5005")).toBe(isMissing);
        const useless = covered.report.diagnostics
          .filter(({ code }) => code === "FBP5002")
          .map(({ span }) => span.source.text.slice(0, span.start).split("\n").length - 3);
        for (const line of useless) expect(winners.some((winner) => winner.line === line)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
