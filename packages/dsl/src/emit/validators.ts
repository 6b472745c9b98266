/** JSON Schemas -> text of functions that tell whether a value fits, by way of ajv's standalone code. */
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneModule from "ajv/dist/standalone/index.js";
import { mentionsKeyword, normalizeSchema } from "./normalize-schema.ts";
import { slim, type ValidatorHelper } from "./slim.ts";

/** A schema that stands at `pointer` (`#/response/schema`) in the document `root`. */
export interface SchemaPlace {
  readonly root: unknown;
  readonly pointer: string;
}

export type Validators =
  | {
      readonly kind: "made";
      /** Definitions; "" for no places. */
      readonly text: string;
      /** The function's name for each place, in order. It takes any value and gives a boolean, without throwing. */
      readonly functions: readonly string[];
    }
  /** The schema at `place` is none, or refers to what is not there; `why` is ajv's own account. */
  | { readonly kind: "failed"; readonly place: SchemaPlace; readonly why: string };

export function makeValidators(places: readonly SchemaPlace[]): Validators {
  const roots = [...new Set(places.map((place) => place.root))];
  const documents = roots.map(normalizeSchema);
  const ajv = new Ajv2020({
    strict: false,
    inlineRefs: false,
    messages: false,
    ownProperties: true,
    validateFormats: false,
    validateSchema: false,
    meta: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  // Accounts of evaluated fields are kept only for the two keywords that read them.
  if (!mentionsKeyword(documents, /^unevaluated/)) Object.assign(ajv.opts, { unevaluated: false });

  const names: Record<string, string> = {};
  for (const [index, place] of places.entries()) {
    const number = roots.indexOf(place.root);
    const id = `document:${number}`;
    try {
      if (ajv.schemas[id] === undefined) ajv.addSchema(documents[number] as object, id);
      const key = `${id}${place.pointer === "#" ? "" : place.pointer}`;
      if (ajv.getSchema(key) === undefined)
        return { kind: "failed", place, why: `no schema stands at ${place.pointer}` };
      names[`fits${index}`] = key;
    } catch (error) {
      return { kind: "failed", place, why: error instanceof Error ? error.message : String(error) };
    }
  }
  if (places.length === 0) return { kind: "made", text: "", functions: [] };
  const standalone = standaloneModule.default(ajv, names);
  const validates = new Map(
    [...standalone.matchAll(/^export const fits(\d+) = validate(\d+);$/gm)].map(([, index, name]) => [index, name]),
  );
  const { text, helpers } = slim(standalone);
  const functions = places.map((_, index) => `fits$${index + 1}`);
  const wrappers = functions.map((name, index) => wrapper(name, `validate$${validates.get(String(index))}`));
  return {
    kind: "made",
    text: [...HELPERS.filter(([name]) => helpers.has(name)).map(([, code]) => code), text, ...wrappers].join("\n"),
    functions,
  };
}

/** A value nested so deep that a recursive schema overflows the stack does not fit. */
function wrapper(name: string, validate: string): string {
  return `const ${name} = (value) => {
  try {
    return ${validate}(value);
  } catch {
    return false;
  }
};`;
}

const HELPERS: readonly (readonly [ValidatorHelper, string])[] = [
  ["hasOwn", "const hasOwn = Object.hasOwn;"],
  ["isObject", 'const isObject = (value) => value && typeof value == "object" && !Array.isArray(value);'],
  [
    "codePoints",
    `const codePoints = (text) => {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
};`,
  ],
  [
    "equal",
    `const equal = (a, b) => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
};`,
  ],
];
