/** Random schemas and values over a small world, so that many values fit. */
import fc from "fast-check";

const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", "b", "ab", "x-a", "1") },
  // Names that every object has from its prototype.
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "toString", "constructor") },
);

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 3, -1, 1.5, 7, "", "a", "ab", "abc", "😀", "stop"),
  fc.integer({ min: -3, max: 6 }),
);

/** An object with own fields only, `__proto__` among them. */
function dictionary<T>(held: fc.Arbitrary<T>, maxLength: number, names: fc.Arbitrary<string> = name) {
  const entries = fc.uniqueArray(fc.tuple(names, held), { maxLength, selector: ([key]) => key });
  return entries.map((pairs) => Object.fromEntries(pairs));
}

export const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    dictionary(tie("value"), 4),
  ),
})).value;

const type = fc.constantFrom("null", "boolean", "number", "integer", "string", "array", "object");
const count = fc.integer({ min: 0, max: 3 });
const bound = fc.constantFrom(-1, 0, 1, 1.5, 2, 3);
const names = fc.uniqueArray(name, { maxLength: 3 });
const pattern = fc.constantFrom("^a", "b$", ".");
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 4, comparator: (a, b) => same(a, b) });

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** To everything in `document` that has a name, by each of its names. */
const reference = fc.constantFrom(
  "#",
  "#/$defs/one",
  "#/$defs/two",
  "#one",
  "inner",
  "https://fbp.test/inner",
  "inner#part",
  "inner#/$defs/part",
);

const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const one = tie("schema");
  const some = fc.array(one, { minLength: 1, maxLength: 3 });
  const map = dictionary(one, 3);
  const keyword = (key: string, held: fc.Arbitrary<unknown>) => held.map((is) => ({ [key]: is }));
  const all = (...parts: readonly fc.Arbitrary<object>[]) =>
    fc.tuple(...parts).map((held): object => Object.assign({}, ...held));
  const patterns = dictionary(one, 2, fc.constantFrom("^a", "^x-", "b$", "(a+)+$"));
  const object = fc.record(
    { properties: map, patternProperties: patterns, additionalProperties: one, required: names },
    { requiredKeys: [] },
  );
  const list = fc.record({ prefixItems: some, items: one, contains: one }, { requiredKeys: [] });
  /** What `not`, `if` and the branches of a `oneOf` are written with. */
  const plain = fc.oneof(
    keyword("type", fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 }))),
    keyword("const", value),
    keyword("enum", values),
    keyword("required", names),
    keyword("minimum", bound),
    keyword("maxLength", count),
    keyword("minItems", count),
    keyword("maxProperties", count),
    keyword("properties", dictionary(keyword("const", scalar), 2)),
    all(keyword("required", names), keyword("properties", dictionary(keyword("enum", values), 2))),
  );
  const keywords: fc.Arbitrary<object> = fc.oneof(
    // Keywords that speak of each other.
    fc.record({ allOf: fc.array(object, { minLength: 2, maxLength: 2 }) }),
    all(keyword("if", fc.oneof(one, plain)), keyword("then", one), keyword("else", one)),
    all(keyword("if", plain), keyword("then", one)),
    all(keyword("if", plain), keyword("else", one)),
    fc.record({ properties: map, required: names, additionalProperties: one }),
    fc.record({ properties: map, required: names, minProperties: count, maxProperties: count }),
    fc.record({ properties: map, propertyNames: fc.oneof(keyword("enum", names), keyword("pattern", pattern)) }),
    fc.record({ prefixItems: some, items: one, minItems: count }),
    fc.record({ contains: one, minContains: count, maxContains: count }),
    all(
      object,
      keyword("anyOf", fc.array(object, { minLength: 1, maxLength: 3 })),
      keyword("unevaluatedProperties", one),
    ),
    all(
      object,
      keyword("oneOf", fc.array(object, { minLength: 1, maxLength: 3 })),
      keyword("unevaluatedProperties", one),
    ),
    all(keyword("if", object), keyword("then", object), keyword("unevaluatedProperties", fc.constant(false))),
    all(keyword("$ref", reference), keyword("unevaluatedProperties", one), keyword("unevaluatedItems", one)),
    all(list, keyword("allOf", fc.array(list, { minLength: 1, maxLength: 2 })), keyword("unevaluatedItems", one)),
    keyword("oneOf", fc.array(plain, { minLength: 2, maxLength: 3 })),
    keyword("not", plain),
    plain,
    keyword("exclusiveMinimum", bound),
    keyword("exclusiveMaximum", bound),
    keyword("maximum", bound),
    keyword("multipleOf", fc.constantFrom(0.5, 1, 2, 3)),
    keyword("minLength", count),
    keyword("pattern", pattern),
    keyword("format", fc.constantFrom("date", "email")),
    keyword("maxItems", count),
    keyword("uniqueItems", fc.boolean()),
    keyword("prefixItems", some),
    keyword("items", one),
    keyword("contains", one),
    keyword("minContains", count),
    keyword("properties", map),
    keyword("patternProperties", patterns),
    keyword("additionalProperties", one),
    keyword("propertyNames", one),
    keyword("minProperties", count),
    keyword("dependentRequired", dictionary(names, 2)),
    keyword("dependentSchemas", map),
    keyword("unevaluatedProperties", one),
    keyword("unevaluatedItems", one),
    keyword("allOf", some),
    keyword("anyOf", some),
    keyword("oneOf", some),
    keyword("not", one),
    keyword("$ref", reference),
    keyword("$dynamicRef", fc.constantFrom("#one", "#two")),
  );
  // A few keywords at a time make schemas that values fit.
  const few = fc.array(keywords, { maxLength: 4 }).map((held): unknown => Object.assign({}, ...held));
  return { schema: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.boolean(), { weight: 9, arbitrary: few }) };
});

function named(held: unknown, names: object): object {
  return { ...(typeof held === "object" && held !== null ? held : { allOf: [held] }), ...names };
}

/**
 * A document with definitions that any schema in it may refer to: by place, by anchor, by an address of
 * their own. The same short references mean other schemas inside of `inner`.
 */
export const document: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .record({ top: schema, one: schema, two: schema, inner: schema, part: schema, innerOne: schema, innerTwo: schema })
  .map(({ top, one, two, inner, part, innerOne, innerTwo }) => ({
    ...named(top, { $id: "https://fbp.test/document" }),
    $defs: {
      one: named(one, { $anchor: "one" }),
      two: named(two, { $dynamicAnchor: "two" }),
      inner: named(inner, {
        $id: "inner",
        $defs: {
          part: named(part, { $anchor: "part" }),
          one: named(innerOne, { $anchor: "one" }),
          two: named(innerTwo, { $dynamicAnchor: "two" }),
        },
      }),
    },
  }));
