/** The form of a contract as editors want it: a JSON Schema of draft 2020-12, with descriptions. */
import * as z from "zod/mini";
import { AREA_NAMES } from "./document.ts";
import { isObject, type JsonObject } from "./merge.ts";
import { contractSchema, notes } from "./schema.ts";

/** A contract that extends another says what it changes; every other one says all. */
export function publishedContractSchema(): JsonObject {
  const { $schema, $defs, description, ...whole } = z.toJSONSchema(contractSchema(), {
    metadata: notes,
    reused: "ref",
  });
  return {
    $schema,
    title: "fbp contract",
    description,
    if: { type: "object", required: ["extends"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { ...(partly(whole, []) as JsonObject), required: ["fbp", "name", "extends"] },
    else: whole,
    $defs,
  };
}

/**
 * A schema of what may be laid over a value that the given one describes: any of its fields, and null for
 * one that is taken away. Lists, verifications and whatever `$ref` names are given whole.
 */
function partly(schema: unknown, path: readonly string[]): unknown {
  if (!isObject(schema) || isGivenWhole(path)) return schema;
  const { required: _, properties, additionalProperties, ...rest } = schema;
  const fields = isObject(properties)
    ? { properties: mapped(properties, (inner, key) => removable(partly(inner, [...path, key]), [...path, key])) }
    : {};
  const others =
    additionalProperties === undefined
      ? {}
      : {
          additionalProperties: isObject(additionalProperties)
            ? removable(partly(additionalProperties, [...path, "*"]), [...path, "*"])
            : additionalProperties,
        };
  return { ...rest, ...fields, ...others };
}

function isGivenWhole(path: readonly string[]): boolean {
  return (
    path[1] === "verification" ||
    path.at(-1) === "schema" ||
    path.at(-1) === "chunk" ||
    (path[0] === "$defs" && path.length > 1)
  );
}

function removable(schema: unknown, path: readonly string[]): unknown {
  const [top = ""] = path;
  const isOwn = path.length === 1 && top !== "$defs";
  const isArea = (AREA_NAMES as readonly string[]).includes(top);
  if (isOwn || !(isArea || top === "$defs") || path[1] === "verification") return schema;
  return { anyOf: [schema, { type: "null" }] };
}

function mapped(fields: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value, key)]));
}
