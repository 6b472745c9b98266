/** Random schemas and values over a small world, so that many values fit. */
import fc from "fast-check";

const name = fc.constantFrom("a", "b", "ab", "x-a", "1");
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 3, -1, 1.5, 7, "", "a", "ab", "abc", "😀", "stop"),
  fc.integer({ min: -3, max: 6 }),
);

export const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
})).value;

const type = fc.constantFrom("null", "boolean", "number", "integer", "string", "array", "object");
const count = fc.integer({ min: 0, max: 3 });
const bound = fc.constantFrom(-1, 0, 1, 1.5, 2, 3);
const names = fc.uniqueArray(name, { maxLength: 3 });

const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const one = tie("schema");
  const some = fc.array(one, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(name, one, { maxKeys: 3 });
  const keyword = (key: string, held: fc.Arbitrary<unknown>) => held.map((is) => ({ [key]: is }));
  const patterns = fc.dictionary(fc.constantFrom("^a", "^x-", "b$", "(a+)+$"), one, { maxKeys: 2 });
  const object = fc.record(
    { properties: map, patternProperties: patterns, additionalProperties: one, required: names },
    { requiredKeys: [] },
  );
  const keywords: fc.Arbitrary<object> = fc.oneof(
    // Keywords that speak of each other.
    fc.record({ allOf: fc.array(object, { minLength: 2, maxLength: 2 }) }),
    fc
      .tuple(keyword("if", one), keyword("then", one), keyword("else", one))
      .map((held): object => Object.assign({}, ...held)),
    fc.record({ properties: map, required: names, additionalProperties: one }),
    fc.record({ prefixItems: some, items: one, minItems: count }),
    keyword("type", fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 }))),
    keyword("enum", fc.array(value, { maxLength: 4 })),
    keyword("const", value),
    keyword("minimum", bound),
    keyword("maximum", bound),
    keyword("exclusiveMinimum", bound),
    keyword("exclusiveMaximum", bound),
    keyword("multipleOf", fc.constantFrom(0.5, 1, 2)),
    keyword("minLength", count),
    keyword("maxLength", count),
    keyword("pattern", fc.constantFrom("^a", "b$", ".")),
    keyword("minItems", count),
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
    keyword("required", names),
    keyword("minProperties", count),
    keyword("maxProperties", count),
    keyword("dependentRequired", fc.dictionary(name, names, { maxKeys: 2 })),
    keyword("dependentSchemas", map),
    keyword("unevaluatedProperties", one),
    keyword("unevaluatedItems", one),
    keyword("allOf", some),
    keyword("anyOf", some),
    keyword("oneOf", some),
    keyword("not", one),
    keyword("if", one),
    keyword("then", one),
    keyword("else", one),
    keyword("$ref", fc.constantFrom("#", "#/$defs/one", "#/$defs/two")),
  );
  // A few keywords at a time make schemas that values fit.
  const few = fc.array(keywords, { maxLength: 4 }).map((held): unknown => Object.assign({}, ...held));
  return { schema: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.boolean(), { weight: 9, arbitrary: few }) };
});

/** A document with two definitions that any schema in it may refer to. */
export const document: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .record({ top: schema, one: schema, two: schema })
  .map(({ top, one, two }) => ({
    ...(typeof top === "object" && top !== null ? top : { allOf: [top] }),
    $defs: { one, two },
  }));
