/**
 * The JSON Schemas inside of a document: is each keyword well formed, and does each reference lead to
 * a schema? Follows references, so that what they lead to is checked too; every schema once.
 */

import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import { resolveReference } from "../types/reference.ts";
import type { JsonDocument } from "./json.ts";
import { below, parsePointer, valueAt } from "./pointer.ts";
import { type Edge, edgeOfCircle } from "./schema-circles.ts";
import { FOREIGN_KEYWORDS, type Keyword, SCHEMA_KEYWORDS } from "./schema-keywords.ts";

export const MOST_SCHEMAS = 50_000;

/** Checks the schemas at these places and all that they hold or refer to. */
export function checkSchemas(document: JsonDocument, places: readonly string[], report: Report): void {
  new SchemaCheck(document, report).run(places);
}

class SchemaCheck {
  readonly #document: JsonDocument;
  readonly #report: Report;
  readonly #found = new Set<string>();
  readonly #waiting: { readonly pointer: string; readonly schema: unknown }[] = [];
  /** From each schema to those that are asked about the same value. */
  readonly #inPlace = new Map<string, Edge[]>();

  constructor(document: JsonDocument, report: Report) {
    this.#document = document;
    this.#report = report;
  }

  run(places: readonly string[]): void {
    for (const place of places) this.#find(place, this.#valueAt(place));
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      if (this.#found.size > MOST_SCHEMAS) {
        this.#report.add("FBP3046", this.#document.spanOf(places[0] ?? ""), { limit: MOST_SCHEMAS });
        return;
      }
      this.#check(next.pointer, next.schema);
    }
    const closing = edgeOfCircle(this.#inPlace);
    if (closing === null) return;
    const place = below(closing.from, "$ref");
    this.#report.add("FBP3041", this.#document.spanOf(place), { ref: String(this.#valueAt(place)) });
  }

  #find(pointer: string, schema: unknown): void {
    if (this.#found.has(pointer)) return;
    this.#found.add(pointer);
    this.#waiting.push({ pointer, schema });
  }

  #valueAt(pointer: string): unknown {
    return valueAt(this.#document.value, parsePointer(pointer) ?? []);
  }

  #check(pointer: string, schema: unknown): void {
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
    for (const [name, value] of Object.entries(schema)) {
      const place = below(pointer, name);
      const keyword = SCHEMA_KEYWORDS.get(name);
      if (keyword === undefined) this.#foreign(name, place);
      else if (!keyword.fits(value)) this.#malformed(name, keyword, place);
      else if (name === "$ref") this.#reference(String(value), pointer);
      else this.#inside(keyword, value, pointer, place);
    }
  }

  #foreign(name: string, place: string): void {
    const instead = FOREIGN_KEYWORDS.get(name);
    if (instead !== undefined) {
      this.#report.add("FBP3045", this.#document.keySpanOf(place), { keyword: name, instead });
      return;
    }
    // Any other keyword is allowed and says nothing: only a slip of the pen is worth a word.
    const near = name.length < 4 || name.startsWith("x-") ? undefined : nearest(name, SCHEMA_KEYWORDS.keys());
    if (near !== undefined) this.#report.add("FBP3044", this.#document.keySpanOf(place), { keyword: name, near });
  }

  #malformed(name: string, keyword: Keyword, place: string): void {
    this.#report.add("FBP3043", this.#document.spanOf(place), {
      keyword: name,
      expected: keyword.expected,
      ...(keyword.hint === undefined ? {} : { hint: keyword.hint }),
    });
  }

  #inside(keyword: Keyword, value: unknown, pointer: string, place: string): void {
    const inner: readonly (readonly [pointer: string, schema: unknown])[] =
      keyword.schemas === undefined
        ? []
        : keyword.schemas === "one"
          ? [[place, value]]
          : Object.entries(Object(value)).map(([key, schema]) => [below(place, key), schema]);
    for (const [to, schema] of inner) {
      this.#find(to, schema);
      if (keyword.isInPlace === true) this.#edge({ from: pointer, to, isReference: false });
    }
  }

  #reference(reference: string, pointer: string): void {
    const target = resolveReference(this.#document.value, pointer, reference);
    if (target.kind === "found") {
      const value = this.#valueAt(target.pointer);
      if (typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value))) {
        this.#find(target.pointer, value);
        this.#edge({ from: pointer, to: target.pointer, isReference: true });
        return;
      }
    }
    const place = this.#document.spanOf(below(pointer, "$ref"));
    if (target.kind === "elsewhere" && !reference.startsWith("#")) {
      this.#report.add("FBP3042", place, { ref: reference });
      return;
    }
    const why = {
      found: "leads to something that is no schema",
      nowhere: "leads nowhere",
      malformed: "is not a place in a file",
      elsewhere: "leads to another file",
      no_anchor: "names an anchor that no schema here has",
      ambiguous: "names two schemas",
      dynamic: "leads to one schema or another",
    }[target.kind];
    const near = target.kind === "nowhere" ? this.#nearestDefinition(reference) : undefined;
    this.#report.add("FBP3040", place, { ref: reference, why, near });
  }

  #nearestDefinition(reference: string): string | undefined {
    const definitions = this.#valueAt("/$defs");
    if (typeof definitions !== "object" || definitions === null) return undefined;
    return nearest(
      reference,
      Object.keys(definitions).map((name) => `#${below("/$defs", name)}`),
    );
  }

  #edge(edge: Edge): void {
    const edges = this.#inPlace.get(edge.from);
    if (edges === undefined) this.#inPlace.set(edge.from, [edge]);
    else edges.push(edge);
  }
}
