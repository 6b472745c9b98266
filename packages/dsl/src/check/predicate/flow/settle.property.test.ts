/**
 * What is said of the parts of a predicate must be so for everything that the schema lets through, and
 * what is known after a predicate has answered must be true of each request that gets this answer.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Diagnostic, Report } from "../../../diagnostics/index.ts";
import { textOf } from "../../../source.ts";
import type { Predicate } from "../../model.ts";
import { checkParts } from "../check.ts";
import { evaluate } from "../evaluate.ts";
import type { Environment } from "../scope.ts";
import { check, contractOf, expressionOf } from "../testing/check-text.ts";
import { holdsValue } from "../testing/holds-value.ts";
import { instances, type Schema, schemas } from "../testing/instances.ts";
import { readOf, tests, type Written } from "../testing/tests.ts";
import { assume } from "./assume.ts";
import { known, START } from "./state.ts";
import { subjectsIn } from "./subjects.ts";

// ---------------------------------------------------------------- predicates with their parts

interface Whole extends Written {
  /** Each part and the whole, by its text. */
  readonly parts: ReadonlyMap<string, Predicate>;
}

function wholeOf(text: string, predicate: Predicate, inside: readonly Whole[]): Whole {
  const parts = inside.flatMap((one) => [...one.parts]);
  return { text, predicate, parts: new Map([...parts, [text, predicate], [`(${text})`, predicate]]) };
}

function predicates(leaf: fc.Arbitrary<Written>): fc.Arbitrary<Whole> {
  const single = leaf.map(({ text, predicate }) => wholeOf(text, predicate, []));
  const { any } = fc.letrec<{ any: Whole }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: single },
      tie("any").map((of) => wholeOf(`not (${of.text})`, { kind: "not", of: of.predicate }, [of])),
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom("and" as const, "or" as const), fc.array(tie("any"), { minLength: 2, maxLength: 3 }))
          .map(([kind, of]) => {
            const text = of.map((one) => `(${one.text})`).join(` ${kind} `);
            return wholeOf(text, { kind, of: of.map((one) => one.predicate) }, of);
          }),
      },
    ),
  }));
  return any;
}

/** Few places and few values, so that tests have to do with each other. */
function narrow(): fc.Arbitrary<Written> {
  const places = fc.constantFrom(["a"], ["b"], ["a", "b"], ["a", "c"]);
  const scalars = fc.constantFrom("a", "b", 0, 1, 2);
  const sign = fc.constantFrom("==" as const, "!=" as const, "<" as const, ">=" as const);
  const presence = fc.constantFrom("absent" as const, "present" as const, "empty" as const);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(places, sign, scalars).map(([path, operator, value]) => compared(path, operator, value)),
    },
    tests(),
    fc.tuple(places, fc.nat(2), fc.nat(1)).map(([path, low, more]) => ({
      text: `${wordsOf(path)} in ${low}..${low + more}`,
      predicate: { kind: "in_range" as const, left: readOf(path), low, high: low + more },
    })),
    {
      weight: 2,
      arbitrary: fc.tuple(places, presence).map(([path, test]) => ({
        text: `${wordsOf(path)} is ${test}`,
        predicate: { kind: "is" as const, operand: readOf(path), test },
      })),
    },
  );
}

function compared(
  path: readonly (string | number)[],
  operator: "==" | "!=" | "<" | ">=",
  value: string | number | boolean,
): Written {
  const right = { kind: "value" as const, value };
  return {
    text: `${wordsOf(path)} ${operator} ${JSON.stringify(value)}`,
    predicate: { kind: "compare", operator, left: readOf(path), right },
  };
}

function wordsOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, one) => (typeof one === "number" ? `${text}[${one}]` : `${text}.${one}`),
    "request",
  );
}

const cases = fc.oneof({ weight: 1, arbitrary: schemas() }, { weight: 4, arbitrary: looseSchemas() }).chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    whole: predicates(narrow()),
    values: fc.array(instances(schema), { minLength: 1, maxLength: 20 }),
  }),
);

/** Two places of several kinds each, one of them also a union of objects that a field tells apart. */
function looseSchemas(): fc.Arbitrary<Schema> {
  const kinds: readonly Schema[] = [
    { type: "string", maxLength: 2 },
    { type: "integer", minimum: 0, maximum: 3 },
    { type: "number", minimum: 0, maximum: 2 },
    { enum: ["a", "b", 2] },
    { type: "boolean" },
    { type: "null" },
    { type: "array", items: { type: "string" }, maxItems: 2 },
  ];
  const shape = fc
    .tuple(fc.constantFrom("a", "b", 0, 1), fc.constantFrom("required", "allowed", "none"), fc.boolean())
    .map(
      ([tag, field, isWide]): Schema => ({
        type: "object",
        properties: { ...(field !== "none" && { b: { const: tag } }), ...(isWide && { c: { enum: ["a", 1] } }) },
        required: [...(field === "required" ? ["b"] : []), ...(isWide ? ["c"] : [])],
        additionalProperties: false,
      }),
    );
  const some = fc.subarray([...kinds], { minLength: 2 });
  return fc.tuple(fc.array(shape, { minLength: 2, maxLength: 3 }), some, some, fc.subarray(["a", "b"])).map(
    ([shapes, first, second, required]): Schema => ({
      type: "object",
      properties: { a: { anyOf: [...shapes, ...first] }, b: { anyOf: second } },
      required,
      additionalProperties: false,
    }),
  );
}

// ---------------------------------------------------------------- what is known

describe("what is known after an answer", () => {
  it("is true of every request that gets it", () => {
    let narrowed = 0;
    fc.assert(
      fc.property(cases, fc.boolean(), ({ schema, whole, values }, held) => {
        const report = new Report();
        const environment: Environment = {
          where: "repeat",
          contracts: [contractOf(schema)],
          context: [],
          outcome: null,
          report,
          rely: () => {},
          places: new Map(),
        };
        const checked = checkParts(expressionOf(whole.text), environment);
        if (report.failed) return;
        const subjectOf = subjectsIn(environment.places);
        const state = assume(START, checked, held, subjectOf);
        for (const request of values.filter((value) => evaluate(whole.predicate, { request: value }) === held)) {
          expect([whole.text, held, state === null]).toEqual([whole.text, held, false]);
          if (state === null) continue;
          for (const [read, place] of environment.places) {
            const isAbsent = evaluate({ kind: "is", operand: read as never, test: "absent" }, { request });
            const { absent, values: left } = known(state, subjectOf(read));
            const isTrue = isAbsent ? absent : holdsValue(left, valueAt(request, read.segments));
            expect([whole.text, held, place.text, request, isTrue]).toEqual([
              whole.text,
              held,
              place.text,
              request,
              true,
            ]);
            if (state.places.size > 0) narrowed++;
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(narrowed).toBeGreaterThan(300);
  });
});

function valueAt(value: unknown, segments: readonly (string | number)[]): unknown {
  return segments.reduce<unknown>((at, segment) => (at as Readonly<Record<string | number, unknown>>)[segment], value);
}

// ---------------------------------------------------------------- what is said

describe("what is said of the parts of a predicate", () => {
  const said = new Map<string, number>();

  it("is so for every instance of the schema", () => {
    fc.assert(
      fc.property(cases, ({ schema, whole, values }) => {
        const { predicate, report } = check(whole.text, schema);
        for (const diagnostic of report.diagnostics) {
          const claim = claimOf(diagnostic, whole.parts);
          if (claim === null) continue;
          said.set(diagnostic.code, (said.get(diagnostic.code) ?? 0) + 1);
          for (const request of values) {
            const isSo = claim((part) => evaluate(part, { request }));
            expect([whole.text, diagnostic.text, request, isSo]).toEqual([whole.text, diagnostic.text, request, true]);
          }
        }
        for (const request of predicate === null ? [] : values) {
          expect(evaluate(predicate as Predicate, { request })).toBe(evaluate(whole.predicate, { request }));
        }
      }),
      { numRuns: 800 },
    );
  });

  afterAll(() => {
    for (const code of ["FBP2137", "FBP2138", "FBP2139", "FBP2140", "FBP2141"]) {
      expect([code, (said.get(code) ?? 0) > 3]).toEqual([code, true]);
    }
  });
});

type Claim = (holds: (part: Predicate) => boolean) => boolean;

/** What the message says of any one request; null where it says nothing of this kind. */
function claimOf(diagnostic: Diagnostic, parts: ReadonlyMap<string, Predicate>): Claim | null {
  if (diagnostic.code === "FBP2140") return absenceClaim(diagnostic, parts);
  const part = parts.get(textOf(diagnostic.span));
  const related = diagnostic.related.filter(({ span }) => span.source.name === "case.fbp");
  const others = related.map(({ span }) => parts.get(textOf(span))).filter((other) => other !== undefined);
  if (part === undefined || / \d more\b/.test(diagnostic.text)) return null;
  switch (diagnostic.code) {
    case "FBP2137":
      return (holds) => !(holds(part) && others.every(holds));
    case "FBP2138":
      return (holds) => holds(part) || others.some(holds);
    case "FBP2139":
      if (diagnostic.text.includes("it always holds")) return (holds) => !others.every(holds) || holds(part);
      // Of some that hold and others that do not, the text alone tells which are which.
      return / do(?:es)? and /.test(diagnostic.text) || diagnostic.text.includes("already")
        ? null
        : (holds) => others.some(holds) || !holds(part);
    case "FBP2141": {
      const place = placeNamed(diagnostic.hint);
      return (holds) => !holds({ kind: "is", operand: place, test: "present" }) || holds(part) || others.some(holds);
    }
    default:
      return null;
  }
}

/** Where the place is absent the inequality fails, and what the hint says to write instead holds. */
function absenceClaim({ hint }: Diagnostic, parts: ReadonlyMap<string, Predicate>): Claim | null {
  const [, equality = ""] = /write `not (.*)` to take/.exec(hint ?? "") ?? [];
  const unequal = parts.get(equality.replace("==", "!="));
  if (unequal?.kind !== "compare") return null;
  const operand = placeNamed(hint);
  return (holds) =>
    !holds({ kind: "is", operand, test: "absent" }) ||
    (!holds(unequal) && holds({ kind: "not", of: { ...unequal, operator: "==" } }));
}

function placeNamed(hint: string | undefined) {
  const [, words = ""] = /`request([^` ]*) is present`/.exec(hint ?? "") ?? [];
  const path = [...words.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, field, index]) => field ?? Number(index));
  return readOf(path);
}

// ---------------------------------------------------------------- what is missed

describe("over a place whose values are listed", () => {
  const VALUES = ["a", "b", "c"];
  const schema = { type: "object", properties: { a: { enum: VALUES } }, additionalProperties: false };
  const requests = [{}, ...VALUES.map((a) => ({ a }))];

  function listed(): fc.Arbitrary<Written> {
    const set = fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 });
    return fc.oneof(
      fc
        .tuple(fc.constantFrom("==" as const, "!=" as const), fc.constantFrom(...VALUES))
        .map(([sign, value]) => compared(["a"], sign, value)),
      set.map((values) => ({
        text: `request.a in {${values.map((value) => JSON.stringify(value)).join(", ")}}`,
        predicate: { kind: "in_set" as const, left: readOf(["a"]), values },
      })),
      fc.constantFrom("absent" as const, "present" as const).map((test) => ({
        text: `request.a is ${test}`,
        predicate: { kind: "is" as const, operand: readOf(["a"]), test },
      })),
    );
  }

  it("no predicate with but one answer goes unnoticed, and none with two is refused", () => {
    let settled = 0;
    fc.assert(
      fc.property(predicates(listed()), (whole) => {
        const answers = new Set(requests.map((request) => evaluate(whole.predicate, { request })));
        const { report } = check(whole.text, schema);
        if (answers.size === 1) {
          settled++;
          expect([whole.text, report.diagnostics.length > 0]).toEqual([whole.text, true]);
        }
        const isJunction = whole.predicate.kind === "and" || whole.predicate.kind === "or";
        const isFlat =
          isJunction && whole.predicate.of.every(({ kind }) => kind !== "and" && kind !== "or" && kind !== "not");
        if (isFlat) expect([whole.text, report.failed]).toEqual([whole.text, answers.size === 1]);
      }),
      { numRuns: 1000 },
    );
    expect(settled).toBeGreaterThan(100);
  });
});
