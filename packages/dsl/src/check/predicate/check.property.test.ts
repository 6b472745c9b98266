/** Any expression that can be written is checked to its end: without a throw, and never silently refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadContract } from "../../contract/load.ts";
import { Report } from "../../diagnostics/index.ts";
import { cover, type Source } from "../../source.ts";
import { parse } from "../../syntax/parse.ts";
import type * as tree from "../../syntax/tree.ts";
import { checkAlert } from "../alert.ts";
import { checkAssert } from "../assertion.ts";
import type { ContextFieldModel } from "../model.ts";
import { type ContractInScope, checkPredicate, evaluate, type Scope } from "./index.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/predicates/contracts");

function contract(name: string): ContractInScope {
  const text = readFileSync(join(FOLDER, `${name}.contract.json`), "utf8");
  const loaded = loadContract({ name, text }, new Report());
  if (loaded === null) throw new Error("the fixture is a valid contract");
  return { name, loaded };
}

const CONTRACTS = [contract("rich"), contract("plain")];

const CONTEXT: readonly ContextFieldModel[] = [
  { name: "tier", doc: null, type: "enum", values: ["free", "paid"] },
  { name: "depth", doc: null, type: "number" },
];

const NAMES = { paths: ["primary"], reasons: ["failed"], signals: ["server_error"], currency: "USD" };

// ---------------------------------------------------------------- expressions as text

const PLACES = [
  "transport",
  "sent",
  "status",
  "attempts",
  "elapsed",
  "error",
  "error.code",
  "error.type",
  'error["error-code"]',
  "error.shard.deep[3].er",
  'header["retry-after"]',
  'header["x-region"]',
  "header",
  "header.x",
  "request",
  "request.model",
  "request.stop",
  "request.tags",
  "request.pair[1]",
  "request.pair[7]",
  "request.messages[0].content[0].text",
  "request.temperature",
  "request.unset",
  "request.constructor",
  "request.__proto__",
  "request.extra.length",
  "request.metadata.toString",
  "response.choices[0].finish_reason",
  "response.usage",
  "context",
  "context.tier",
  "context.depth",
  "context.hasOwnProperty",
  "outcome",
  "outcome.source",
  "outcome.signals",
  "outcome.cost",
  "outcome.elapsed",
  "outcome.signals[0]",
];

const NAMED = ["connect", "primary", "failed", "server_error", "free", "foo", "constructor", "baseline"];

const VALUES = [
  '"a"',
  '""',
  '"free"',
  "true",
  "false",
  "null",
  "0",
  "5",
  "429",
  "1.5",
  "-3",
  "5s",
  "0s",
  "50%",
  "2 USD",
];

const CALLS = [
  "failure_rate(primary)",
  "p95(primary)",
  "count(failed, 5m)",
  "baseline(1d)",
  "2x baseline(1d)",
  "p0(x)",
];

function expressions(): fc.Arbitrary<string> {
  const operand = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...PLACES) },
    { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
    fc.constantFrom(...NAMED),
    fc.constantFrom(...CALLS),
    fc.constantFrom("transport failed", "before first_token", "(status == 5)", "(not sent)"),
  );
  const operator = fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "has", "contains", "starts with");
  const leaf = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(operand, operator, operand).map((words) => words.join(" ")) },
    fc
      .tuple(operand, fc.array(operand, { minLength: 1, maxLength: 4 }))
      .map(([a, set]) => `${a} in {${set.join(", ")}}`),
    fc.tuple(operand, operand, operand).map(([a, low, high]) => `${a} in ${low} .. ${high}`),
    fc.tuple(operand, fc.constantFrom("absent", "present", "empty", "not empty")).map(([a, test]) => `${a} is ${test}`),
    operand,
  );
  const joined = fc.array(leaf, { minLength: 2, maxLength: 4 });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    joined.map((parts) => parts.join(" or ")),
    joined.map((parts) => parts.join(" and ")),
    leaf.map((part) => `not (${part})`),
  );
}

/** Null where the text is no expression of the language after all. */
function parsed(text: string): tree.Expression | null {
  const report = new Report();
  const source: Source = { name: "case.fbp", text: `policy p {\n  repeat only when ${text}\n}` };
  const [policy] = parse(source, report).items;
  const [repeat] = policy?.kind === "policy" ? policy.items : [];
  return repeat?.kind === "repeat" && !report.failed ? repeat.when : null;
}

function areInside(report: Report, expression: tree.Expression): boolean {
  return report.diagnostics.every(({ span }) => {
    const both = cover(span, expression.span);
    return both.start === expression.span.start && both.end === expression.span.end && span.end > span.start;
  });
}

describe("any expression", () => {
  it("gives a predicate, or an error inside of it", () => {
    let checked = 0;
    const where = fc.constantFrom<Scope["where"]>("signals", "accept", "repeat", "guard");
    const contracts = fc.subarray(CONTRACTS);
    fc.assert(
      fc.property(expressions(), where, contracts, (text, place, inScope) => {
        const expression = parsed(text);
        if (expression === null) return;
        checked++;
        const report = new Report();
        const scope: Scope = { where: place, contracts: inScope, context: CONTEXT };
        const predicate = checkPredicate(expression, scope, report, () => {});
        expect(predicate === null).toBe(report.failed);
        expect(areInside(report, expression)).toBe(true);
        if (predicate !== null) expect(typeof evaluate(predicate, {})).toBe("boolean");
      }),
      { numRuns: 2000 },
    );
    expect(checked).toBeGreaterThan(1000);
  });

  it("gives an assertion, or an error inside of it", () => {
    fc.assert(
      fc.property(expressions(), (text) => {
        const claim = parsed(text);
        if (claim === null) return;
        const report = new Report();
        const item: tree.AssertItem = {
          kind: "assert",
          span: claim.span,
          doc: null,
          mode: "always",
          claim,
          when: null,
        };
        const model = checkAssert(item, { ...NAMES, contracts: CONTRACTS, context: CONTEXT }, report, () => {});
        expect(model === null).toBe(report.failed);
        expect(areInside(report, claim)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives an alert, or an error inside of it", () => {
    fc.assert(
      fc.property(expressions(), (text) => {
        const when = parsed(text);
        if (when === null) return;
        const report = new Report();
        const { span } = when;
        const hook: tree.Hook = { kind: "page", span, target: { span, value: "oncall" } };
        const alert: tree.Alert = { kind: "alert", span, doc: null, name: { span, text: "a" }, when, for: null, hook };
        expect(checkAlert(alert, NAMES, report) === null).toBe(report.failed);
        expect(areInside(report, when)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
