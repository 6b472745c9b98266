/** Whether values fit the schemas of a contract: ajv over the schemas as the artefact's validators have them. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { BrokenKeyword, SchemaTruth } from "../contract/fit/truth.ts";
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { normalizeSchema } from "./normalize-schema.ts";

const OPTIONS = {
  strict: false,
  inlineRefs: false,
  messages: false,
  ownProperties: true,
  validateFormats: false,
  validateSchema: false,
  meta: false,
  logger: false,
} as const;

/** Keywords that look at the value itself and hold no schema. */
const OWN = [
  "type",
  "enum",
  "const",
  "multipleOf",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "required",
  "dependentRequired",
] as const;

/** Functions are made as they are asked for. @throws where a schema cannot be compiled, with ajv's account of it */
export class AjvTruth implements SchemaTruth {
  readonly document: unknown;
  readonly #ajv = new Ajv2020(OPTIONS);
  readonly #ownAjv = new Ajv2020({ ...OPTIONS, allErrors: true });
  readonly #whole = new Map<string, ValidateFunction>();
  readonly #own = new Map<string, ValidateFunction>();

  /** @param root the contract, as parsed JSON */
  constructor(root: unknown) {
    this.document = normalizeSchema(root);
    this.#ajv.addSchema(this.document as object, "contract");
  }

  fits(pointer: string, value: unknown): boolean {
    const schema = this.#schemaAt(pointer);
    if (typeof schema !== "object" || schema === null) return schema !== false;
    let validate = this.#whole.get(pointer);
    if (validate === undefined) {
      const steps = (parsePointer(pointer) ?? []).map((segment) => encodeURIComponent(below("", segment).slice(1)));
      validate = this.#ajv.compile({ $ref: ["contract#", ...steps].join("/") });
      this.#whole.set(pointer, validate);
    }
    return holds(validate, value);
  }

  own(pointer: string, value: unknown): readonly BrokenKeyword[] {
    let validate = this.#own.get(pointer);
    if (validate === undefined) {
      validate = this.#ownAjv.compile(ownPart(this.#schemaAt(pointer)));
      this.#own.set(pointer, validate);
    }
    if (holds(validate, value)) return [];
    return (validate.errors ?? []).map(({ keyword, params }) => ({ keyword, field: fieldOf(params) }));
  }

  #schemaAt(pointer: string): unknown {
    return valueAt(this.document, parsePointer(pointer) ?? []);
  }
}

/** A value nested so deep that a recursive schema overflows the stack does not fit. */
function holds(validate: ValidateFunction, value: unknown): boolean {
  try {
    return validate(value);
  } catch {
    return false;
  }
}

function ownPart(schema: unknown): object {
  if (typeof schema !== "object" || schema === null) return {};
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => OWN.some((name) => name === keyword)));
}

function fieldOf(params: Readonly<Record<string, unknown>>): string | null {
  const { missingProperty } = params;
  return typeof missingProperty === "string" ? missingProperty : null;
}
