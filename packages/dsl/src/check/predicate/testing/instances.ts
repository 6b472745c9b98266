/** Random JSON Schemas of a request, and random values that each lets through. */
import fc from "fast-check";

export type Schema = { readonly [keyword: string]: unknown };

export const TEXTS = ["", "a", "b", "ab", "chat"];

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

export function schemas(): fc.Arbitrary<Schema> {
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
export function instances(schema: Schema): fc.Arbitrary<unknown> {
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
