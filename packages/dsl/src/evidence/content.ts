/**
 * What a contract says, without what is only said to readers: who verified it and when, titles, notes,
 * descriptions. Prices and charges are left out too, for none of the criteria is about money. So a new
 * verification, a comment or a price leaves evidence as it was, and a changed address or schema does not.
 */
import type { Contract } from "../contract/document.ts";
import { SCHEMA_KEYWORDS } from "../contract/schema-keywords.ts";
import { digestText } from "../digest.ts";
import { canonicalJson } from "./canonical.ts";

type Fields = Readonly<Record<string, unknown>>;

const digests = new WeakMap<Contract, string>();

export function contentDigest(contract: Contract): string {
  let digest = digests.get(contract);
  if (digest === undefined) {
    digest = digestText(canonicalJson(contentOf(contract)));
    digests.set(contract, digest);
  }
  return digest;
}

export function contentOf(contract: Contract): unknown {
  const { endpoint, auth, request, response, errors, limits, $defs = {} } = contract;
  return {
    endpoint: without(endpoint, "verification"),
    auth: without(auth, "verification"),
    request: { ...without(request, "verification"), schema: bareSchema(request.schema) },
    response: {
      ...without(response, "verification"),
      schema: bareSchema(response.schema),
      ...(response.stream === undefined
        ? {}
        : { stream: { ...response.stream, chunk: bareSchema(response.stream.chunk) } }),
    },
    errors: {
      ...without(errors, "verification"),
      schema: bareSchema(errors.schema),
      conditions: errors.conditions.map((condition) => without(condition, "note")),
    },
    limits: {
      ...without(limits, "verification", "prices", "charges"),
      headers: mapped(limits.headers, (header) => without(header, "description")),
    },
    $defs: mapped($defs, bareSchema),
  };
}

/** Keywords that say nothing of which values fit. */
const FOR_READERS = [
  "$schema",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
];

/** The schema without its annotations, also inside of it; nested no deeper than a document may be. */
export function bareSchema(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const kept = Object.entries(without(schema, ...FOR_READERS));
  return Object.fromEntries(kept.map(([name, value]) => [name, bareValue(name, value)]));
}

function bareValue(keyword: string, value: unknown): unknown {
  switch (SCHEMA_KEYWORDS.get(keyword)?.schemas) {
    case "one":
      return bareSchema(value);
    case "list":
      return Array.isArray(value) ? value.map(bareSchema) : value;
    case "map":
      return typeof value === "object" && value !== null ? mapped(value, bareSchema) : value;
    default:
      return value;
  }
}

function without(value: object, ...keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function mapped<T>(fields: { readonly [key: string]: T } | object, change: (value: T) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value as T)]));
}
