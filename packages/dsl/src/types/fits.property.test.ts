import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyItem, fieldNames, lookupField, lookupIndex } from "./access.ts";
import { union } from "./combine.ts";
import { fits } from "./fits.ts";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { document, value } from "./testing/schemas.ts";
import type { Type } from "./type.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Pairs that often fit, or nearly: two schemas drawn alone hardly ever do. */
const pair: fc.Arbitrary<readonly [value: Schema, place: Schema]> = fc.oneof(
  fc.tuple(document, document),
  fc
    .tuple(document, document)
    .map(([one, other]) => [one, { anyOf: [moved(one, 0), moved(other, 1)], $defs: defs(one, other) }] as const),
  fc
    .tuple(document, document)
    .map(([one, other]) => [{ allOf: [moved(one, 0), moved(other, 1)], $defs: defs(one, other) }, one] as const),
  {
    weight: 2,
    arbitrary: fc
      .tuple(document, fc.nat(), fc.nat())
      .map(([one, which, what]) => [one, damaged(one, which, what)] as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(document, fc.nat(), fc.nat())
      .map(([one, which, what]) => [damaged(one, which, what), one] as const),
  },
);

/** The document as one of several definitions: its references follow it. */
function moved(schema: Schema, to: number): unknown {
  const { $defs, ...top } = schema;
  return referring(top, `#/$defs/of${to}/$defs`);
}

function defs(one: Schema, other: Schema): Schema {
  return Object.fromEntries([one, other].map((each, at) => [`of${at}`, referring(each, `#/$defs/of${at}/$defs`)]));
}

function referring(schema: unknown, base: string): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, held: unknown) =>
      key === "$ref" && typeof held === "string"
        ? held === "#"
          ? base.replace(/\/\$defs$/, "")
          : held.replace("#/$defs", base)
        : held,
    ),
  );
}

/** With one value of one keyword taken out or replaced. */
function damaged(schema: Schema, which: number, what: number): Schema {
  const copy = JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const visit = (held: unknown): void => {
    if (typeof held !== "object" || held === null) return;
    for (const [key, inner] of Object.entries(held)) {
      // What must be there makes a difference that is seen in most values.
      const weight = Array.isArray(held) || key === "$defs" ? 0 : key === "required" ? 4 : 1;
      for (let times = 0; times < weight; times++) places.push([held as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(copy);
  const place = places[which % Math.max(1, places.length)];
  if (place === undefined) return copy;
  const [owner, key] = place;
  const replacements = [undefined, undefined, true, {}, 2, { type: "string" }];
  const replacement = replacements[what % replacements.length];
  if (replacement === undefined) delete owner[key];
  else owner[key] = replacement;
  return copy;
}

/** null where ajv itself cannot say. */
function judge(schema: Schema): ((value: unknown) => boolean | null) | null {
  try {
    const options = { strict: false, logger: false, ownProperties: true, meta: false, validateSchema: false } as const;
    const validate = new Ajv2020(options).compile(schema);
    return (held) => {
      try {
        return validate(held);
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}

/** Is there such a place in the type? */
function stands(type: Type, [step, ...further]: readonly string[]): boolean {
  if (step === undefined || type.kind === "unknown") return true;
  // A field that must be there and cannot has a place too.
  if (further.length === 0 && fieldNames(type).includes(step)) return true;
  const index = /^\[(\d+)\]$/.exec(step)?.[1];
  const inner =
    step === "[]"
      ? anyItem(type)
      : step === "*"
        ? anyField(type)
        : found(index === undefined ? lookupField(type, step) : lookupIndex(type, Number(index)));
  return inner !== null && stands(inner, further);
}

function found(result: ReturnType<typeof lookupField>): Type | null {
  return result.kind === "found" ? result.type : null;
}

function anyField(type: Type): Type | null {
  const objects = (type.kind === "union" ? type.of : [type]).filter((each) => each.kind === "object");
  const others = objects.flatMap((each) => [
    ...each.patterns.map((one) => one.type.get()),
    ...(each.rest === null ? [] : [each.rest.get()]),
  ]);
  return others.length === 0 ? null : union(others);
}

/** Compiling a schema costs ajv more than comparing two costs us. */
const MOST_JUDGED = 60;

test("what fits is admitted, and what does not has a place", () => {
  const seen = { yes: 0, no: 0, unknown: 0, valid: 0, counterexamples: 0 };
  let judged = 0;
  fc.assert(
    fc.property(pair, fc.array(value, { minLength: 25, maxLength: 25 }), ([from, to], values) => {
      const [given, place] = [typeOf(from, ""), typeOf(to, "")];
      const fit = fits(given, place);
      seen[fit.kind]++;
      if (fit.kind === "yes") {
        // More than what is valid: every value of the first type.
        for (const held of values)
          if (admits(given, held)) expect(admits(place, held), JSON.stringify(held)).toBe(true);
        const isValid = judged++ < MOST_JUDGED ? judge(from) : null;
        for (const held of values) {
          if (isValid?.(held) !== true || !admits(given, held)) continue;
          expect(admits(place, held), JSON.stringify(held)).toBe(true);
          seen.valid++;
        }
        return;
      }
      expect(fit.why).toMatch(/^[^A-Z].*[^.]$/s);
      expect(stands(given, fit.at) || stands(place, fit.at), fit.at.join(" ")).toBe(true);
      if (fit.kind === "no" && values.some((held) => admits(given, held) && !admits(place, held)))
        seen.counterexamples++;
    }),
    { numRuns: 100 },
  );
  // The property says nothing where nothing fits, or where nothing does not.
  expect(seen.yes).toBeGreaterThan(40);
  expect(seen.valid).toBeGreaterThan(150);
  expect(seen.no).toBeGreaterThan(5);
  expect(seen.counterexamples).toBeGreaterThan(seen.no / 4);
});

test("every schema fits itself, where all of it could be read", () => {
  let shown = 0;
  fc.assert(
    fc.property(document, (schema) => {
      const fit = fits(typeOf(schema, ""), typeOf(structuredClone(schema), ""));
      expect(fit.kind).not.toBe("no");
      if (fit.kind === "yes") shown++;
    }),
    { numRuns: 100 },
  );
  expect(shown).toBeGreaterThan(50);
});

test("a field whose name is refused is nowhere, so that it misses nothing", () => {
  const schema = {
    properties: { "x-a": { type: "null" } },
    propertyNames: { pattern: "^a" },
    anyOf: [{ additionalProperties: false }, { patternProperties: { "(a+)+$": false } }],
  };
  expect(fits(typeOf(schema, ""), typeOf(structuredClone(schema), "")).kind).not.toBe("no");
});
