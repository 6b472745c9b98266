/** What a schema says by itself, without the schemas in it that are asked about the same value. */
import { below } from "../contract/pointer.ts";
import { listOf } from "../diagnostics/define.ts";
import { intersect, union } from "./combine.ts";
import { ownKindOf, type ReadAt } from "./keywords.ts";
import { ANYTHING, literal, unknown } from "./make.ts";
import { isRecord, own, type SchemaObject } from "./own.ts";
import type { Type } from "./type.ts";

export function ownType(schema: SchemaObject, pointer: string, at: ReadAt): Type {
  const kind = ownKindOf(schema, pointer, at) ?? ANYTHING;
  const values = own(schema, "enum");
  const listed = Array.isArray(values)
    ? union(values.map((value, index) => literal(value, below(pointer, "enum", index))))
    : ANYTHING;
  const constant = Object.hasOwn(schema, "const") ? literal(own(schema, "const"), below(pointer, "const")) : ANYTHING;
  return [kind, listed, constant].reduce(intersect);
}

/** Cheap to read, and worth knowing before it is asked for: values that tell one branch from another. */
export function isPlain(schema: unknown): boolean {
  if (!isRecord(schema)) return typeof schema === "boolean";
  const keywords = Object.keys(schema);
  const isListed = keywords.length === 0 || Object.hasOwn(schema, "const") || Object.hasOwn(schema, "enum");
  return isListed && keywords.every((keyword) => PLAIN.has(keyword));
}

const PLAIN = new Set([
  "const",
  "enum",
  "type",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "$comment",
]);

/** Why nothing is known of what a schema lets through. */
export function unnarrowed(schema: SchemaObject): Type {
  const keywords = Object.keys(schema).filter((keyword) => NARROWING.has(keyword));
  if (keywords.length === 0) return ANYTHING;
  return unknown(
    `its schema says only ${listOf(
      keywords.map((keyword) => `\`${keyword}\``),
      "and",
    )}, which no type can say`,
  );
}

const NARROWING = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedItems",
  "unevaluatedProperties",
  "uniqueItems",
  "contains",
]);
