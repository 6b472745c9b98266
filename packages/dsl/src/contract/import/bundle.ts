/** Gathers the schemas that a contract needs, each once, under `$defs`, with references between them. */
import type { Report } from "../../diagnostics/index.ts";
import { below } from "../pointer.ts";
import { MOST_SCHEMAS } from "../schemas.ts";
import { convertLevel, type Remarks, type Schema, withNull } from "./convert.ts";
import { REQUIRED, relaxed } from "./lenient.ts";
import { freeName, schemaName } from "./names.ts";
import type { References } from "./references.ts";
import { type ImportDocument, isRecord, type Place, placeAt, textField } from "./source.ts";

/** `whole`: as `lenient`, but the value itself is never null. */
export type Mode = "strict" | "lenient" | "whole";

export interface BundleOptions {
  /** In OpenAPI 3.0 nothing that stands beside a `$ref` counts. */
  readonly isRefAlone: boolean;
  readonly descriptions: boolean;
}

const COMPONENTS = /^\/(?:components\/schemas|\$defs|definitions)\/[^/]+$/u;

export class Bundle {
  readonly definitions: Record<string, unknown> = {};
  /** Pointers of patterns that are left out, and of texts in which something like a key was. */
  readonly patterns: string[] = [];
  readonly secrets: string[] = [];
  readonly #document: ImportDocument;
  readonly #references: References;
  readonly #options: BundleOptions;
  readonly #report: Report;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #waiting: { readonly place: Place; readonly mode: Mode; readonly name: string }[] = [];
  #schemas = 0;

  constructor(document: ImportDocument, references: References, options: BundleOptions, report: Report) {
    this.#document = document;
    this.#references = references;
    this.#options = options;
    this.#report = report;
  }

  /** The schema at this place, as it stands in a contract: one that has a name in the document keeps it. */
  schema(pointer: string, mode: Mode): unknown {
    const place = placeAt(this.#document, pointer);
    const isNamed = COMPONENTS.test(pointer);
    const made = isNamed ? { $ref: `#${below("/$defs", this.#nameOf(place, mode))}` } : this.#convert(place, mode);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.definitions[next.name] = this.#convert(next.place, next.mode);
    }
    return made;
  }

  #convert(place: Place, mode: Mode): unknown {
    const { value, pointer } = place;
    if (!isRecord(value)) return value;
    if (++this.#schemas > MOST_SCHEMAS) {
      if (this.#schemas === MOST_SCHEMAS + 1) {
        this.#report.add("FBP3360", this.#document.spanOf(pointer), { why: `needs more than ${MOST_SCHEMAS} schemas` });
      }
      return true;
    }
    const reference = textField(value, "$ref");
    if (reference === null) return this.#level(place, mode);
    const target = this.#references.target(pointer, reference);
    if (target === null) return true;
    const $ref = `#${below("/$defs", this.#nameOf(target, mode))}`;
    const beside = this.#options.isRefAlone ? {} : this.#level(place, mode);
    // A flag that is often put there in spite of the rule.
    const isNullable = this.#options.isRefAlone && value.nullable === true;
    return isNullable ? withNull({ $ref }) : { $ref, ...beside };
  }

  #level({ value, pointer }: Place, mode: Mode): Schema {
    if (!isRecord(value)) return {};
    const remarks: Remarks = {
      pattern: (keyword) => this.patterns.push(below(pointer, keyword)),
      secret: (keyword) => this.secrets.push(below(pointer, keyword)),
    };
    const inner = (keyword: string, key: string | number | null, schema: unknown): unknown => {
      const place = { pointer: below(pointer, keyword, ...(key === null ? [] : [key])), value: schema };
      return this.#convert(place, innerMode(keyword, key, mode));
    };
    const schema = convertLevel(value, this.#options.descriptions, inner, remarks);
    return mode === "strict" ? schema : relaxed(schema, mode === "whole");
  }

  #nameOf(target: Place, mode: Mode): string {
    const key = JSON.stringify([target.pointer, mode]);
    let name = this.#names.get(key);
    if (name === undefined) {
      const base = schemaName(target.pointer);
      // What a request holds stays strict; the same in an answer is another schema.
      const isTwice = mode !== "strict" && this.#names.has(JSON.stringify([target.pointer, "strict"]));
      name = freeName(isTwice ? `${base}Lenient` : base, this.#taken);
      this.#taken.add(name);
      this.#names.set(key, name);
      this.#waiting.push({ place: target, mode, name });
    }
    return name;
  }
}

/** Keywords under which to let more in is to let less in. */
const TURNED = new Set(["not", "if", "contains"]);
const IN_PLACE = new Set(["allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"]);

function innerMode(keyword: string, key: string | number | null, mode: Mode): Mode {
  if (mode === "strict" || TURNED.has(keyword)) return "strict";
  // What is asked about the whole answer itself keeps from being null, and so does what it must have.
  const isWhole = IN_PLACE.has(keyword) || (keyword === "properties" && key === REQUIRED);
  return mode === "whole" && isWhole ? "whole" : "lenient";
}
