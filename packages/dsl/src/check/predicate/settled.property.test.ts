/**
 * What is reported of a test as always so must be so for everything that the schema lets through:
 * random schemas, random tests, random instances of the schema.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { loadContract } from "../../contract/load.ts";
import { Report } from "../../diagnostics/index.ts";
import { parse } from "../../syntax/parse.ts";
import { typeOf } from "../../types/from-schema.ts";
import { unknown } from "../../types/make.ts";
import type { Operand, Predicate, Read, Scalar } from "../model.ts";
import { evaluate } from "./evaluate.ts";
import { type ContractInScope, checkPredicate } from "./index.ts";

const FILE = join(import.meta.dirname, "../fixtures/predicates/contracts/plain.contract.json");
const PLAIN = loadContract({ name: "plain", text: readFileSync(FILE, "utf8") }, new Report());

type Schema = { readonly [keyword: string]: unknown };

// ---------------------------------------------------------------- schemas and their instances

const TEXTS = ["", "a", "b", "ab", "chat"];

function scalarSchemas(): fc.Arbitrary<Schema> {
  const small = fc.integer({ min: -3, max: 6 });
  const bounds = fc.tuple(small, fc.nat(4)).map(([low, more]) => ({ minimum: low, maximum: low + more }));
  return fc.oneof(
    fc.constantFrom<Schema>({ type: "boolean" }, { type: "integer" }, { type: "string" }, { type: "null" }),
    bounds.map((limits): Schema => ({ type: "integer", ...limits })),
    bounds.map((limits): Schema => ({ type: "number", ...limits })),
    bounds.map(({ minimum, maximum }): Schema => ({ type: "number", minimum, exclusiveMaximum: maximum + 1 })),
    bounds.map(({ minimum }): Schema => ({ type: "integer", exclusiveMinimum: minimum })),
    fc
      .tuple(fc.nat(2), fc.nat(2))
      .map(([least, more]): Schema => ({ type: "string", minLength: least, maxLength: least + more })),
    fc.uniqueArray(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 3 }).map((of): Schema => ({ enum: of })),
    fc.uniqueArray(small, { minLength: 1, maxLength: 3 }).map((of): Schema => ({ enum: of })),
    fc.constantFrom<Schema>({ const: "a" }, { const: 2 }, { const: true }, { const: null }),
  );
}

function schemas(): fc.Arbitrary<Schema> {
  const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 2 },
      { weight: 5, arbitrary: scalarSchemas() },
      fc.array(scalarSchemas(), { minLength: 2, maxLength: 3 }).map((anyOf): Schema => ({ anyOf })),
      fc
        .tuple(tie("schema"), fc.nat(2), fc.nat(2))
        .map(([items, least, more]): Schema => ({ type: "array", items, minItems: least, maxItems: least + more })),
      fc
        .tuple(scalarSchemas(), scalarSchemas())
        .map((prefixItems): Schema => ({ type: "array", prefixItems, items: false, minItems: 2 })),
      { weight: 2, arbitrary: tie("object") },
    ),
    object: fc
      .tuple(fc.dictionary(fc.constantFrom("a", "b", "c"), tie("schema")), fc.subarray(["a", "b", "c"]))
      .map(([properties, wanted]): Schema => {
        const required = wanted.filter((name) => Object.hasOwn(properties, name));
        return { type: "object", properties: { ...properties }, required, additionalProperties: false };
      }),
  }));
  return fc
    .tuple(fc.record({ a: schema, b: schema, c: schema }), fc.subarray(["a", "b", "c"]))
    .map(([properties, required]) => ({ type: "object", properties, required, additionalProperties: false }));
}

/** Some values that the schema lets through; which of them is left to chance. */
function instances(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one: Schema) => instances(one)));
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
    case "number":
      return numbers(schema);
    case "string": {
      const [least, most] = [number(schema.minLength, 0), number(schema.maxLength, 5)];
      return fc.string({ unit: fc.constantFrom("a", "b", "😀"), minLength: least, maxLength: most });
    }
    case "array": {
      if (Array.isArray(schema.prefixItems))
        return fc.tuple(...schema.prefixItems.map((one: Schema) => instances(one)));
      const [minLength, maxLength] = [number(schema.minItems, 0), number(schema.maxItems, 2)];
      return fc.array(instances(schema.items as Schema), { minLength, maxLength });
    }
    default: {
      const fields = Object.entries(schema.properties as Record<string, Schema>);
      const record = Object.fromEntries(fields.map(([name, one]) => [name, instances(one)]));
      return fc.record(record, { requiredKeys: schema.required as string[] });
    }
  }
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const low = number(schema.minimum, number(schema.exclusiveMinimum, -9));
  const high = number(schema.maximum, number(schema.exclusiveMaximum, low + 9));
  const whole = fc.integer({ min: low, max: high });
  const any = schema.type === "integer" ? whole : fc.oneof(whole, fc.double({ min: low, max: high, noNaN: true }));
  return any.filter((one) => one !== schema.exclusiveMinimum && one !== schema.exclusiveMaximum);
}

function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

// ---------------------------------------------------------------- tests over the places of such a schema

interface Written {
  readonly text: string;
  readonly predicate: Predicate;
}

const SHALLOW: readonly (readonly (string | number)[])[] = [["a"], ["b"], ["c"]];

const DEEP: readonly (readonly (string | number)[])[] = [
  ["a", 0],
  ["a", 1],
  ["b", "a"],
  ["b", 0],
  ["c", "b"],
  ["c", 0, "a"],
];

const SCALARS: readonly Scalar[] = [true, false, "", "a", "b", "chat", "aaaaaaaaa", -4, 0, 1, 2, 2.5, 5, 11];

function tests(): fc.Arbitrary<Written> {
  const place = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...SHALLOW) }, fc.constantFrom(...DEEP));
  const scalar = fc.constantFrom(...SCALARS);
  const text = fc.constantFrom(...TEXTS, "aaaaaaaaa");
  const operator = fc.constantFrom(
    "==" as const,
    "!=" as const,
    "<" as const,
    "<=" as const,
    ">" as const,
    ">=" as const,
  );
  return fc.oneof(
    fc.tuple(place, operator, scalar, fc.boolean()).map(([path, sign, value, isFlipped]): Written => {
      const [one, other]: [Operand, Operand] = [readOf(path), { kind: "value", value }];
      const [left, right] = isFlipped ? [other, one] : [one, other];
      const words = isFlipped ? [JSON.stringify(value), textOf(path)] : [textOf(path), JSON.stringify(value)];
      return { text: words.join(` ${sign} `), predicate: { kind: "compare", operator: sign, left, right } };
    }),
    fc.tuple(place, operator, place).map(
      ([a, sign, b]): Written => ({
        text: `${textOf(a)} ${sign} ${textOf(b)}`,
        predicate: { kind: "compare", operator: sign, left: readOf(a), right: readOf(b) },
      }),
    ),
    fc.tuple(place, fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 })).map(
      ([path, values]): Written => ({
        text: `${textOf(path)} in {${values.map((value) => JSON.stringify(value)).join(", ")}}`,
        predicate: { kind: "in_set", left: readOf(path), values },
      }),
    ),
    fc.tuple(place, fc.integer({ min: -4, max: 8 }), fc.nat(8)).map(
      ([path, low, more]): Written => ({
        text: `${textOf(path)} in ${low}..${low + more}`,
        predicate: { kind: "in_range", left: readOf(path), low, high: low + more },
      }),
    ),
    fc.tuple(place, fc.constantFrom("absent" as const, "present" as const, "empty" as const, "not_empty" as const)).map(
      ([path, test]): Written => ({
        text: `${textOf(path)} is ${test.replace("_", " ")}`,
        predicate: { kind: "is", operand: readOf(path), test },
      }),
    ),
    fc.tuple(place, fc.constantFrom("starts_with" as const, "contains" as const), text).map(
      ([path, kind, part]): Written => ({
        text: `${textOf(path)} ${kind.replace("_", " ")} ${JSON.stringify(part)}`,
        predicate: { kind, left: readOf(path), text: part, ignoreCase: false },
      }),
    ),
    fc.tuple(place, scalar).map(
      ([path, value]): Written => ({
        text: `${textOf(path)} has ${JSON.stringify(value)}`,
        predicate: { kind: "has", left: readOf(path), value },
      }),
    ),
    place.map((path): Written => ({ text: textOf(path), predicate: { kind: "truth", operand: readOf(path) } })),
  );
}

function readOf(path: readonly (string | number)[]): Read {
  return { kind: "read", from: "request", segments: path, type: unknown("it is made up"), optional: true };
}

function textOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, one) => (typeof one === "number" ? `${text}[${one}]` : `${text}.${one}`),
    "request",
  );
}

// ---------------------------------------------------------------- what is said of them

function contractOf(schema: Schema): ContractInScope {
  if (PLAIN === null) throw new Error("the fixture is a valid contract");
  return { name: "made", loaded: { ...PLAIN, request: typeOf({ request: { schema } }, "/request/schema") } };
}

function check(text: string, schema: Schema) {
  const report = new Report();
  const source = { name: "case.fbp", text: `policy p {\n  repeat only when ${text}\n}` };
  const [policy] = parse(source, report).items;
  const [repeat] = policy?.kind === "policy" ? policy.items : [];
  if (repeat?.kind !== "repeat" || repeat.when === null || report.failed) throw new Error(`cannot read ${text}`);
  const scope = { where: "repeat", contracts: [contractOf(schema)], context: [] } as const;
  const predicate = checkPredicate(repeat.when, scope, report, () => {});
  return { predicate, codes: report.diagnostics.map(({ code }) => code), report };
}

const cases = schemas().chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    test: tests(),
    values: fc.array(instances(schema), { minLength: 1, maxLength: 20 }),
  }),
);

describe("what is said to be always so", () => {
  /** How often each claim was put to the test: a claim that is never made proves nothing. */
  const claims = new Map<string, number>();

  it("is asked of instances that fit their schema", () => {
    fc.assert(
      fc.property(cases, ({ schema, values }) => {
        const isValid = new Ajv2020({ strict: false }).compile(schema);
        expect(values.every((value) => isValid(value))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("is so for every instance of the schema", () => {
    fc.assert(
      fc.property(cases, ({ schema, test, values }) => {
        const { predicate, codes, report } = check(test.text, schema);
        expect(predicate === null).toBe(report.failed);
        for (const request of values) {
          const answer = evaluate(test.predicate, { request });
          if (predicate !== null) expect(evaluate(predicate, { request })).toBe(answer);
          for (const code of codes) {
            claims.set(code, (claims.get(code) ?? 0) + 1);
            const claim = claimOf(code, test.predicate, request);
            if (claim !== undefined) expect([test.text, code, answer]).toEqual([test.text, code, claim]);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  afterAll(() => {
    for (const code of ["FBP2101", "FBP2104", "FBP2105", "FBP2106", "FBP2107", "FBP2108", "FBP2109", "FBP2110"]) {
      expect([code, (claims.get(code) ?? 0) > 0]).toEqual([code, true]);
    }
  });
});

/** What the message claims that the test gives; undefined where it claims nothing of this test. */
function claimOf(code: string, predicate: Predicate, request: unknown): boolean | undefined {
  const isEqual = predicate.kind === "compare" && predicate.operator === "==";
  switch (code) {
    case "FBP2107":
      return false;
    case "FBP2108":
      return true;
    case "FBP2109":
      return evaluate({ kind: "is", operand: placeOf(predicate), test: "present" }, { request });
    // The value at fault is never equal; of `!=` nothing is claimed.
    case "FBP2104":
    case "FBP2105":
    case "FBP2106":
      return isEqual && isBesideValue(predicate) ? false : undefined;
    // The place is never there.
    case "FBP2101":
    case "FBP2110":
    case "FBP2125":
      return isEqual || predicate.kind === "truth" ? false : undefined;
    default:
      return undefined;
  }
}

function isBesideValue(predicate: Predicate): boolean {
  return predicate.kind === "compare" && [predicate.left, predicate.right].some((side) => side.kind === "value");
}

function placeOf(predicate: Predicate): Operand {
  if (predicate.kind === "is" || predicate.kind === "truth") return predicate.operand;
  if (predicate.kind === "compare") return predicate.left.kind === "read" ? predicate.left : predicate.right;
  if (predicate.kind === "in_set" || predicate.kind === "in_range") return predicate.left;
  if (predicate.kind === "contains" || predicate.kind === "starts_with" || predicate.kind === "has")
    return predicate.left;
  throw new Error("no such claim is made of it");
}
