/**
 * JSON Schema draft 2020-12 -> type. The type holds every value that the schema lets through, and
 * perhaps more: keywords that narrow in ways a type cannot say (`not`, `contains`, `pattern`,
 * `dependentSchemas`, `unevaluatedProperties` …) are passed over, and what cannot be read at all is
 * `unknown` with the reason.
 */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { intersect, union } from "./combine.ts";
import { isRecord, own, ownKindOf, type ReadAt } from "./keywords.ts";
import { lazy, literal, NEVER, unknown } from "./make.ts";
import { resolveReference } from "./reference.ts";
import type { Type } from "./type.ts";

/** So many schemas inside of each other without a field or an item between them; deeper ones are `unknown`. */
const DEEPEST = 100;
const DIALECT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/u;

/**
 * The type of the schema at a JSON Pointer in a document; `$ref` resolves against the document. Types
 * are computed when they are asked for and kept with the document, which must not change afterwards.
 */
export function typeOf(root: unknown, pointer: string): Type {
  return readerOf(root).typeAt(pointer, valueAt(root, parsePointer(pointer) ?? []));
}

const readers = new WeakMap<object, Reader>();

function readerOf(root: unknown): Reader {
  if (typeof root !== "object" || root === null) return new Reader(root);
  let reader = readers.get(root);
  if (reader === undefined) {
    reader = new Reader(root);
    readers.set(root, reader);
  }
  return reader;
}

class Reader {
  readonly #root: unknown;
  readonly #known = new Map<string, Type>();
  /** The schemas that are being read, each inside of the one before it. */
  readonly #open = new Set<string>();

  constructor(root: unknown) {
    this.#root = root;
  }

  /** `schema` is what stands at the pointer. */
  typeAt(pointer: string, schema: unknown): Type {
    const known = this.#known.get(pointer);
    if (known !== undefined) return known;
    if (this.#open.has(pointer)) return unknown("its schema refers to itself");
    if (this.#open.size >= DEEPEST) return unknown("its schema is nested too deeply");
    this.#open.add(pointer);
    try {
      const type = this.#read(schema, pointer);
      this.#known.set(pointer, type);
      return type;
    } finally {
      this.#open.delete(pointer);
    }
  }

  readonly #lazyAt: ReadAt = (pointer, schema) => lazy(() => this.typeAt(pointer, schema));

  #read(schema: unknown, pointer: string): Type {
    if (schema === false) return NEVER;
    if (schema === true) return unknown("the schema lets everything through");
    if (!isRecord(schema)) return unknown("its schema is not there");
    const dialect = own(schema, "$schema");
    if (typeof dialect === "string" && !DIALECT.test(dialect)) return unknown("its schema is of another dialect");
    const parts = [
      ownKindOf(schema, pointer, this.#lazyAt),
      this.#listed(schema, pointer),
      this.#referred(schema, pointer),
      ...this.#each(schema, "allOf", pointer),
      this.#anyOf(schema, "anyOf", pointer),
      this.#anyOf(schema, "oneOf", pointer),
      this.#conditional(schema, pointer),
      refusesAll(own(schema, "not")) ? NEVER : null,
    ];
    return parts.filter((part) => part !== null).reduce(intersect, ANYTHING);
  }

  // Each of these gives null where the schema says nothing by its keywords.

  #listed(schema: object, pointer: string): Type | null {
    const values = own(schema, "enum");
    const listed = Array.isArray(values)
      ? union(values.map((value, index) => literal(value, below(pointer, "enum", index))))
      : null;
    if (!Object.hasOwn(schema, "const")) return listed;
    return intersect(listed ?? ANYTHING, literal(own(schema, "const"), below(pointer, "const")));
  }

  #referred(schema: object, pointer: string): Type | null {
    const reference = own(schema, "$ref");
    if (typeof reference !== "string") return null;
    const target = resolveReference(this.#root, pointer, reference);
    if (target.kind !== "found") return unknown(`its schema refers to ${reference}`);
    return this.typeAt(target.pointer, valueAt(this.#root, parsePointer(target.pointer) ?? []));
  }

  #each(schema: object, keyword: string, pointer: string): Type[] {
    const schemas = own(schema, keyword);
    if (!Array.isArray(schemas)) return [];
    return schemas.map((inner, index) => this.typeAt(below(pointer, keyword, index), inner));
  }

  /** `oneOf` is read as `anyOf`: that a second branch must not hold is beyond a type. */
  #anyOf(schema: object, keyword: "anyOf" | "oneOf", pointer: string): Type | null {
    const branches = this.#each(schema, keyword, pointer);
    return branches.length === 0 ? null : union(branches);
  }

  /** A value either fits `if`, and then `then`, or it fits `else`. */
  #conditional(schema: object, pointer: string): Type | null {
    if (!["if", "then", "else"].every((keyword) => Object.hasOwn(schema, keyword))) return null;
    const [test, then, otherwise] = ["if", "then", "else"].map((keyword) =>
      this.typeAt(below(pointer, keyword), own(schema, keyword)),
    );
    return union([intersect(test ?? ANYTHING, then ?? ANYTHING), otherwise ?? ANYTHING]);
  }
}

const ANYTHING: Type = unknown("the schema does not describe it");

function refusesAll(negated: unknown): boolean {
  return negated === true || (isRecord(negated) && Object.keys(negated).length === 0);
}
