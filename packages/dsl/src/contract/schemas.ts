/**
 * The JSON Schemas inside of a document: is each keyword well formed, and does each reference lead to
 * a schema? Follows references, so that what they lead to is checked too; every schema once.
 */

import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import { DEEPEST, MOST_MEMBERS } from "../types/limits.ts";
import {
  libraryOf,
  NO_DOCUMENTS,
  type Reference,
  resolveDynamicReference,
  resolveReference,
} from "../types/reference.ts";
import type { Resource, Resources } from "../types/resources.ts";
import type { JsonDocument } from "./json.ts";
import { below, parsePointer, valueAt } from "./pointer.ts";
import { type Edge, edgeOfCircle } from "./schema-circles.ts";
import { FOREIGN_KEYWORDS, type Keyword, SCHEMA_KEYWORDS } from "./schema-keywords.ts";
import { MOST_SCHEMAS } from "./schema-places.ts";
import { beyondLimits } from "./schema-reach.ts";

export { MOST_SCHEMAS } from "./schema-places.ts";

/** Checks the schemas at these places and all that they hold or refer to. */
export function checkSchemas(document: JsonDocument, places: readonly string[], report: Report): void {
  new SchemaCheck(document, report).run(places);
}

class SchemaCheck {
  readonly #document: JsonDocument;
  readonly #report: Report;
  readonly #resources: Resources;
  readonly #found = new Set<string>();
  #hasNames = false;
  readonly #waiting: { readonly pointer: string; readonly schema: unknown }[] = [];
  /** From each schema to those that are asked about the same value. */
  readonly #inPlace = new Map<string, Edge[]>();

  constructor(document: JsonDocument, report: Report) {
    this.#document = document;
    this.#report = report;
    this.#resources = libraryOf(NO_DOCUMENTS).resourcesOf(document.value, "");
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
    for (const { keyword, name, pointer, first } of this.#hasNames ? this.#resources.repeated() : []) {
      const place = this.#document.spanOf(below(pointer, keyword));
      const related = [{ span: this.#document.spanOf(first), text: "the first schema of that name" }];
      this.#report.add("FBP3047", place, { keyword, name }, { related });
    }
    const closing = edgeOfCircle(this.#inPlace);
    if (closing !== null) {
      const keyword = this.#valueAt(below(closing.from, "$ref")) === undefined ? "$dynamicRef" : "$ref";
      const place = below(closing.from, keyword);
      this.#report.add("FBP3041", this.#document.spanOf(place), { ref: String(this.#valueAt(place)) });
    } else {
      this.#reach();
    }
  }

  /** Of what goes too far for the checker: a validator may still follow it. */
  #reach(): void {
    const { depth, alternatives } = beyondLimits(this.#inPlace, { depth: DEEPEST, alternatives: MOST_MEMBERS });
    if (depth !== null) this.#report.add("FBP3061", this.#document.spanOf(depth), { limit: DEEPEST });
    if (alternatives !== null)
      this.#report.add("FBP3062", this.#document.spanOf(alternatives), { limit: MOST_MEMBERS });
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
      this.#hasNames ||= NAMING.has(name);
      if (keyword === undefined) this.#foreign(name, place);
      else if (!keyword.fits(value)) this.#malformed(name, keyword, place);
      else if (name === "$ref" || name === "$dynamicRef") this.#reference(name, String(value), pointer);
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
      // Values that are listed make up one alternative together.
      if (keyword.isInPlace !== true || (keyword.isChoice === true && isListed(schema))) continue;
      const among = keyword.isChoice === true ? { among: place } : {};
      this.#edge({ from: pointer, to, isReference: false, ...among });
    }
  }

  #reference(keyword: "$ref" | "$dynamicRef", reference: string, pointer: string): void {
    const resolve = keyword === "$ref" ? resolveReference : resolveDynamicReference;
    const target = resolve(this.#document.value, pointer, reference);
    if (target.kind === "found") {
      const value = this.#valueAt(target.pointer);
      if (typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value))) {
        this.#find(target.pointer, value);
        this.#edge({ from: pointer, to: target.pointer, isReference: true });
        return;
      }
    }
    const place = this.#document.spanOf(below(pointer, keyword));
    const code = CODES.get(target.kind);
    if (code !== undefined) {
      this.#report.add(code, place, { ref: reference });
      return;
    }
    const around = this.#resources.around(pointer);
    this.#report.add("FBP3040", place, {
      ref: reference,
      why: WHY[target.kind],
      near: nearest(reference, this.#names(around, target)),
      base: around.pointer === "" ? undefined : around.uri,
    });
  }

  /** What a reference of that kind could have meant. */
  #names({ pointer, anchors }: Resource, { kind }: Reference): readonly string[] {
    if (kind === "no_anchor") return [...anchors.keys()].map((name) => `#${name}`);
    const definitions = kind === "nowhere" ? this.#valueAt(below(pointer, "$defs")) : null;
    if (typeof definitions !== "object" || definitions === null) return [];
    return Object.keys(definitions).map((name) => `#${below("/$defs", name)}`);
  }

  #edge(edge: Edge): void {
    const edges = this.#inPlace.get(edge.from);
    if (edges === undefined) this.#inPlace.set(edge.from, [edge]);
    else edges.push(edge);
  }
}

const NAMING = new Set(["$id", "$anchor", "$dynamicAnchor"]);

const CODES = new Map<Reference["kind"], "FBP3042" | "FBP3060">([
  ["elsewhere", "FBP3042"],
  ["dynamic", "FBP3060"],
]);

const WHY: Readonly<Record<Reference["kind"], string>> = {
  found: "leads to something that is no schema",
  nowhere: "leads nowhere",
  malformed: "is not a place in a file",
  no_anchor: "names an anchor that no schema here has",
  ambiguous: "names two schemas",
  elsewhere: "leads out of this file",
  dynamic: "leads to one schema or another",
};

function isListed(schema: unknown): boolean {
  return (
    typeof schema === "object" && schema !== null && (Object.hasOwn(schema, "const") || Object.hasOwn(schema, "enum"))
  );
}
