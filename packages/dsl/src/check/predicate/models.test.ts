/** What comes out of the checks where there is no mistake: the predicates, and what they rely on. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Claim, Predicate } from "../model.ts";
import { checkCase } from "./testing/case-files.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/predicates");
const checked = (name: string) => checkCase(join(FOLDER, `${name}.fbp`));

/** Without the types, which are long. */
function bare(predicate: Predicate | Claim | null | undefined): unknown {
  return JSON.parse(
    JSON.stringify(predicate, (key, held) => (key === "type" || key === "optional" ? undefined : held)),
  );
}

const read = (from: string, ...segments: (string | number)[]) => ({ kind: "read", from, segments });
const value = (of: unknown) => ({ kind: "value", value: of });

describe("a checked guard", () => {
  const guards = () => checked("right-guards").predicates.map(bare);

  it("has durations in milliseconds, and one node for a chain", () => {
    expect(guards()[0]).toEqual({
      kind: "and",
      of: [
        { kind: "compare", operator: "<", left: read("attempts"), right: value(2) },
        { kind: "compare", operator: ">", left: read("elapsed"), right: value(5000) },
      ],
    });
  });

  it("asks of a token that was seen", () => {
    expect(guards()[1]).toEqual({ kind: "not", of: { kind: "truth", operand: read("committed") } });
  });

  it("reads fields and items by their own names and indexes", () => {
    expect(guards()[5]).toEqual({ kind: "in_range", left: read("request", "pair", 1), low: 2, high: 5 });
    expect(guards()[7]).toMatchObject({ left: read("request", "node", "next", "next", "value") });
  });

  it("keeps the sides as they are written", () => {
    expect(guards()[9]).toEqual({
      kind: "compare",
      operator: ">",
      left: value(4096),
      right: read("request", "max_tokens"),
    });
  });

  it("knows of each place whether it can hold nothing", () => {
    const [, , mixed] = checked("right-guards").predicates;
    expect(mixed).toMatchObject({
      of: [
        { left: { optional: true, type: { kind: "number" } } },
        { left: { optional: true, type: { kind: "array" } } },
      ],
    });
  });
});

describe("a checked line of signals", () => {
  it("reads header names in lower case and faults by name", () => {
    const [lines] = checked("right-signals").signals;
    expect(bare(lines?.[0]?.when)).toMatchObject({
      of: [
        { kind: "compare", left: read("transport"), right: value("connect") },
        { kind: "is", operand: read("transport"), test: "present" },
        { kind: "in_set", left: read("status"), values: [408, 504] },
      ],
    });
    expect(bare(lines?.[3]?.when)).toMatchObject({ of: [{}, { operand: read("header", "retry-after") }] });
  });
});

describe("reliance", () => {
  it("names the area, the contract and the words that rely on it", () => {
    const { reliance } = checked("right-accept");
    const seen = reliance.map(({ contract, area, what }) => `${contract} ${area} ${what}`);
    expect(seen).toContain("rich response response.choices[0].message.refusal");
    expect(seen).toContain("rich request request.max_tokens");
    expect(seen).toContain("rich response the standard check of an answer");
    expect(seen).toContain("rich response content matches schema");
  });

  it("holds of each contract in scope", () => {
    const { reliance } = checked("two-contracts-fine");
    const areas = reliance.map(({ contract, area, what }) => `${contract} ${area} ${what}`);
    expect(areas).toEqual([
      "rich request request.mode",
      "plain request request.mode",
      "rich request request.model",
      "plain request request.model",
    ]);
  });
});

describe("a checked assertion", () => {
  it("has money in nano-units, time in milliseconds and names as text", () => {
    const asserts = checked("right-asserts").asserts.map((item) => ({ ...item, claim: bare(item?.claim) }));
    expect(asserts.map((item) => item.mode)).toEqual(["never", "always", "possible", "always", "never", "always"]);
    expect(asserts[0]?.claim).toEqual({
      kind: "and",
      of: [
        { kind: "has", left: read("outcome", "signals"), value: "auth_or_account" },
        { kind: "compare", operator: ">", left: read("outcome", "fallbacks"), right: value(0) },
      ],
    });
    expect(asserts[1]?.claim).toMatchObject({ of: [{}, { left: read("outcome", "elapsed"), right: value(20_000) }] });
    expect(asserts[3]?.claim).toMatchObject({ of: [{ right: value(50_000_000) }, { right: value(24_000) }] });
  });

  it("keeps the condition apart", () => {
    const { asserts } = checked("right-asserts");
    expect(asserts[0]?.when).toBeNull();
    expect(bare(asserts[1]?.when)).toMatchObject({
      kind: "compare",
      left: read("context", "tier"),
      right: value("free"),
    });
  });
});

describe("a checked alert", () => {
  it("has its measures, thresholds and times in base units", () => {
    const alerts = checked("right-alerts").alerts.map((alert) => [alert?.name, alert?.when, alert?.forMs]);
    const compare = (measure: object, operator: string, threshold: object) => ({
      kind: "compare",
      operator,
      measure,
      threshold,
    });
    const cost = { kind: "cost_rate" };
    expect(alerts).toEqual([
      ["failures", compare({ kind: "failure_rate", path: "primary" }, ">", { kind: "value", value: 0.1 }), 300_000],
      ["volume", compare({ kind: "fallback_rate" }, ">", { kind: "baseline", factor: 3, agoMs: 86_400_000 }), 600_000],
      [
        "bad_keys",
        compare({ kind: "count", reason: "bad_key", windowMs: 300_000 }, ">", { kind: "value", value: 0 }),
        0,
      ],
      [
        "slow",
        {
          kind: "or",
          of: [
            compare({ kind: "percentile", percentile: 95, path: "primary" }, ">", { kind: "value", value: 6000 }),
            compare({ kind: "slow_rate", path: "primary", thanMs: 6000 }, ">=", { kind: "value", value: 0.2 }),
          ],
        },
        600_000,
      ],
      [
        "spend",
        {
          kind: "and",
          of: [
            compare(cost, ">", { kind: "baseline", factor: 1, agoMs: 86_400_000 }),
            compare(cost, ">", { kind: "value", value: 0.05 }),
          ],
        },
        0,
      ],
      ["rate", compare({ kind: "rate", reason: "server_failed" }, ">", { kind: "value", value: 0.01 }), 0],
    ]);
  });

  it("calls whom it names", () => {
    expect(checked("right-alerts").alerts[1]?.hook).toEqual({ kind: "notify", target: "oncall" });
  });
});
