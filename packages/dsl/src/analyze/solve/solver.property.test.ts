/**
 * The solver beside brute force: random predicates over random types. Each "yes" must be one by
 * `evaluate` and by the types; no "no" may be contradicted by any value that is tried.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Operand, Predicate, Read, Scalar } from "../../check/model.ts";
import { evaluate, type Facts } from "../../check/predicate/evaluate.ts";
import { typeOf } from "../../types/from-schema.ts";
import { admits } from "../../types/relate.ts";
import { document, value } from "../../types/testing/schemas.ts";
import type { Type } from "../../types/type.ts";
import { type Demand, Solver } from "./solver.ts";

// ---------------------------------------------------------------- predicates

const SEGMENTS = ["a", "b", "ab", "x-a", "1", 0, 1] as const;
const SCALARS: readonly Exclude<Scalar, null>[] = [
  true,
  false,
  0,
  1,
  2,
  1.5,
  3,
  -1,
  7,
  "",
  "a",
  "ab",
  "abc",
  "b",
  "stop",
];
const TEXTS = ["", "a", "b", "ab", "A", "bc", "st", "OP"];

function readFrom(from: Read["from"], segments: readonly (string | number)[]): Read {
  return { kind: "read", from, segments, type: { kind: "unknown", why: "of a test" }, optional: true };
}

const anyPlace = fc
  .tuple(
    fc.constantFrom<Read["from"]>("request", "request", "request", "response"),
    fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 2 }),
  )
  .map(([from, segments]) => readFrom(from, segments));
/** Of the small world, of which everything is tried. */
const smallPlace = fc.constantFrom(
  readFrom("request", ["a"]),
  readFrom("request", ["b"]),
  readFrom("response", []),
  readFrom("request", []),
);
const scalar = fc.constantFrom(...SCALARS);
const operator = fc.constantFrom(
  "==" as const,
  "!=" as const,
  "<" as const,
  "<=" as const,
  ">" as const,
  ">=" as const,
);
const written = scalar.map((of): Operand => ({ kind: "value", value: of }));

function demandsOn(place: fc.Arbitrary<Read>): fc.Arbitrary<readonly Demand[]> {
  const leaf: fc.Arbitrary<Predicate> = fc.oneof(
    fc.record({ kind: fc.constant("compare" as const), operator, left: place, right: written }),
    fc.record({ kind: fc.constant("compare" as const), operator, left: written, right: place }),
    fc.record({ kind: fc.constant("compare" as const), operator, left: place, right: place }),
    fc.record({ kind: fc.constant("in_set" as const), left: place, values: fc.array(scalar, { maxLength: 3 }) }),
    fc
      .tuple(place, fc.integer({ min: -1, max: 3 }), fc.nat(2))
      .map(([left, low, more]): Predicate => ({ kind: "in_range", left, low, high: low + more })),
    fc.record({
      kind: fc.constant("is" as const),
      operand: place,
      test: fc.constantFrom("absent" as const, "present" as const, "empty" as const, "not_empty" as const),
    }),
    fc.record({
      kind: fc.constantFrom("starts_with" as const, "contains" as const),
      left: place,
      text: fc.constantFrom(...TEXTS),
      ignoreCase: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("has" as const), left: place, value: scalar }),
    fc.record({ kind: fc.constant("truth" as const), operand: place }),
  );

  const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 2, arbitrary: leaf },
      tie("predicate").map((of): Predicate => ({ kind: "not", of })),
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        of: fc.array(tie("predicate"), { maxLength: 3 }),
      }),
    ),
  }));
  return fc.array(fc.record({ predicate, held: fc.boolean() }), { minLength: 1, maxLength: 6 });
}

function meets(facts: Facts, asked: readonly Demand[]): boolean {
  return asked.every((demand) => evaluate(demand.predicate, facts) === demand.held);
}

// ---------------------------------------------------------------- the test

const tally = { yes: 0, no: 0, unknown: 0 };

/** Whether the solver is right about what `request` and `response` of these types can be. */
function judge(
  request: Type,
  response: Type,
  asked: readonly Demand[],
  tried: readonly (readonly [unknown, unknown])[],
): void {
  const frame = { request: { type: request, optional: false }, response: { type: response, optional: true } };
  const solution = new Solver([frame]).solve(asked);
  tally[solution.kind]++;
  if (solution.kind === "yes") {
    expect(meets(solution.facts, asked)).toBe(true);
    expect(admits(request, solution.facts.request)).toBe(true);
    expect(solution.facts.response === null || admits(response, solution.facts.response)).toBe(true);
    return;
  }
  if (solution.kind === "unknown") return;
  for (const [one, other] of tried) {
    if (!admits(request, one) || !(other === null || admits(response, other))) continue;
    expect(meets({ request: one, response: other }, asked)).toBe(false);
  }
}

const pairs = fc.array(fc.tuple(value, value), { minLength: 60, maxLength: 60 });

describe("the solver beside brute force", () => {
  it("is right over any schemas", () => {
    fc.assert(
      fc.property(document, document, demandsOn(anyPlace), pairs, (first, second, asked, tried) => {
        judge(typeOf(first, ""), typeOf(second, ""), asked, tried);
      }),
      { numRuns: 150 },
    );
  });

  it("is right over a small world, of which everything is tried", () => {
    const mixed = typeOf({ enum: [0, 2, "a", "stop", true] }, "");
    const schema = {
      type: "object",
      properties: {
        a: { type: "integer", minimum: -1, maximum: 3 },
        b: { enum: ["", "a", "ab", "stop", "abc", null, true, 2] },
      },
      additionalProperties: false,
    };
    const numbers = [undefined, -1, 0, 1, 2, 3];
    const others = [undefined, "", "a", "ab", "stop", "abc", null, true, 2];
    const requests = numbers.flatMap((a) => others.map((b) => JSON.parse(JSON.stringify({ a, b })) as unknown));
    const responses = [null, 0, 2, "a", "stop", true];
    const all = requests.flatMap((one) => responses.map((other) => [one, other] as const));
    fc.assert(
      fc.property(demandsOn(smallPlace), (asked) => {
        judge(typeOf(schema, ""), mixed, asked, all);
      }),
      { numRuns: 400 },
    );
  });

  afterAll(() => {
    const all = tally.yes + tally.no + tally.unknown;
    console.info(`solver: ${tally.yes} yes, ${tally.no} no, ${tally.unknown} unknown of ${all}`);
    expect(tally.unknown / all).toBeLessThan(0.005);
  });
});
