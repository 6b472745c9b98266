/**
 * Cuts ajv's standalone text down to functions that only say yes or no. Ajv writes one statement a
 * line in a handful of fixed forms; here those that collect errors are removed, and what is left is the
 * control flow with its count of errors. String literals are taken out first, so that nothing a schema
 * says can look like code. The result is held against ajv itself over the official JSON Schema tests.
 *
 * @see https://github.com/ajv-validator/ajv/blob/v8.20.0/lib/compile/errors.ts for the forms
 */
import { isOnEveryObject } from "../lower/prototype-names.ts";
import { dataText, quote } from "../lower/text.ts";
import { askOnce } from "./required.ts";
import { shareChecks } from "./share.ts";
import { simplify } from "./simplify.ts";
import { parseStatements, printStatements } from "./statements.ts";

/** Functions that the text calls and that its module must define. */
export type ValidatorHelper = "codePoints" | "equal" | "hasOwn" | "isObject";

export interface Slim {
  /** Indented definitions; the function that ajv named `validate7` is `validate$7`. */
  readonly text: string;
  readonly helpers: ReadonlySet<ValidatorHelper>;
}

/** @throws Error when ajv wrote a form that is not known here: a bug, met by the tests of this file. */
export function slim(standalone: string): Slim {
  const strings: string[] = [];
  const places = new Map<string, number>();
  const fields: string[] = [];
  let code = standalone
    .replace(/"(?:[^"\\]|\\.)*"/g, (literal) => mask(strings, places, JSON.parse(literal) as string))
    // A field may be named as ajv names its variables.
    .replace(/(?<=\bdata\d*\.)[A-Za-z_$][\w$]*\d\b/g, (name) => `\u00b6${fields.push(name) - 1}\u00b6`);
  for (const [form, replacement] of FORMS) code = code.replace(form, replacement);
  const helpers = new Set<ValidatorHelper>();
  code = nameFunctions(code, strings, helpers);
  code = dropOwnChecks(code, strings, helpers);
  const values = new Map<string, string>();
  code = placeValues(code, strings, values);
  const simple = parseStatements(code).map((statement) =>
    statement.kind === "block" ? { ...statement, body: simplify(statement.body) } : statement,
  );
  code = nameObjects(printStatements(askOnce(shareChecks(simple))), strings, helpers);
  code = code.replace(/\b(validate|pattern|field)(\d+)\b/g, "$1$$$2");
  const rest =
    /\b(?:vErrors|instancePath|schemaPath|parentData|rootData|dynamicAnchors|require|import|schema\d+|func\d+)\b|\.errors\b/;
  const found = rest.exec(code);
  if (found !== null)
    throw new Error(`ajv wrote a form that is not known: ${code.slice(found.index - 80, found.index + 80)}`);
  const constants = [...values].map(([text, name]) => `const ${name} = ${text};\n`).join("");
  const text = code.replace(/\u00b6(\d+)\u00b6/g, (_, index: string) => fields[Number(index)] ?? "");
  return { text: constants + unmask(text, strings).trimEnd(), helpers };
}

/** What stands in the place of a string literal: a word that ajv does not write, the same for the same text. */
function mask(strings: string[], places: Map<string, number>, text: string): string {
  const place = places.get(text) ?? strings.push(text) - 1;
  places.set(text, place);
  return `\u00a7${place}\u00a7`;
}

function unmask(code: string, strings: readonly string[]): string {
  return code.replace(/\u00a7(\d+)\u00a7/g, (_, index: string) => quote(strings[Number(index)] ?? ""));
}

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^\u00a7\d+\u00a7;\n/, ""],
  [/^export .*\n/gm, ""],
  [/\(data, \{instancePath=[^\n]*\}=\{\}\)\{/g, "(data) {"],
  [/^let vErrors = null;\n/gm, ""],
  [
    /^const err(\d+) = \{[^;]*\};\nif\(vErrors === null\)\{\nvErrors = \[err\1\];\n\}\nelse \{\nvErrors\.push\(err\1\);\n\}\n/gm,
    "",
  ],
  [
    /^vErrors = vErrors === null \? [\w.]+\.errors : vErrors\.concat\([\w.]+\.errors\);\nerrors = vErrors\.length;\n/gm,
    "errors++;\n",
  ],
  [
    /^if\(vErrors !== null\)\{\nif\(_errs\d+\)\{\nvErrors\.length = _errs\d+;\n\}\nelse \{\nvErrors = null;\n\}\n\}\n/gm,
    "",
  ],
  [/^validate\d+\.errors = (?:vErrors|null|\[\{[^;]*\}\]);\n/gm, ""],
  [/, \{instancePath[^{}]*,dynamicAnchors\}\)/g, ")"],
  [/ && \((missing\d+) = [^()]*\)/g, ""],
  [/^let (?:missing|passing|ifClause)\d+(?: = null)?;\n/gm, ""],
  [/^(?:passing|ifClause)\d+ = .*;\n/gm, ""],
  [/^return false;\nbreak(?: outer\d+)?;\n/gm, "return false;\n"],
];

/** `wrapper3.validate` is the function itself; `require`d and native functions get our names. */
function nameFunctions(masked: string, strings: readonly string[], helpers: Set<ValidatorHelper>): string {
  let code = masked;
  for (const [line, wrapper, target] of masked.matchAll(
    /^const (wrapper\d+|root\d+) = \{validate: (validate\d+)\};\n/gm,
  )) {
    code = code.replace(line, "").replaceAll(`${wrapper}.validate`, String(target));
  }
  for (const [line, local, index] of masked.matchAll(/^const (func\d+) = require\(\u00a7(\d+)\u00a7\)\.default;\n/gm)) {
    const helper = REQUIRED[strings[Number(index)] ?? ""];
    if (helper === undefined) continue;
    helpers.add(helper);
    code = code.replace(line, "").replace(new RegExp(`\\b${local}\\b`, "g"), helper);
  }
  for (const [line, local] of masked.matchAll(/^const (func\d+) = Object\.prototype\.hasOwnProperty;\n/gm)) {
    code = code.replace(line, "").replaceAll(`${local}.call(`, "hasOwn(");
  }
  return code;
}

const REQUIRED: Readonly<Record<string, ValidatorHelper>> = {
  "ajv/dist/runtime/ucs2length": "codePoints",
  "ajv/dist/runtime/equal": "equal",
};

/** Only objects are asked for fields: as own ones only where every object seems to have one of the name. */
function dropOwnChecks(masked: string, strings: readonly string[], helpers: Set<ValidatorHelper>): string {
  const isPlain = (index: string | undefined) => !isOnEveryObject(strings[Number(index)] ?? "__proto__");
  const code = masked
    .replace(/ && hasOwn\(\w+, \u00a7(\d+)\u00a7\)/g, (form, index: string) => (isPlain(index) ? "" : form))
    .replace(/ \|\| \(!\(hasOwn\(\w+, \u00a7(\d+)\u00a7\)\)\)/g, (form, index: string) => (isPlain(index) ? "" : form));
  if (code.includes("hasOwn(")) helpers.add("hasOwn");
  return code;
}

/** Ajv spells out what an object is wherever it asks for one. */
function nameObjects(masked: string, strings: readonly string[], helpers: Set<ValidatorHelper>): string {
  return masked.replace(
    /\b(\w+) && typeof \1 == \u00a7(\d+)\u00a7 && !Array\.isArray\(\1\)/g,
    (form, name: string, index: string) => {
      if (strings[Number(index)] !== "object") return form;
      helpers.add("isObject");
      return `isObject(${name})`;
    },
  );
}

/** Ajv keeps the whole schema for the few values that the code looks at: only those are kept, in `values` by their text. */
function placeValues(masked: string, strings: readonly string[], values: Map<string, string>): string {
  const schemas = new Map<string, unknown>();
  const code = masked.replace(/^const (schema\d+) = (.*);\n/gm, (_, name: string, text: string) => {
    const json = text.replace(/\u00a7(\d+)\u00a7/g, (__, index: string) => JSON.stringify(strings[Number(index)]));
    schemas.set(name, JSON.parse(json));
    return "";
  });
  return code.replace(SCHEMA_PLACE, (_, name: string, path: string) => {
    const value = [...path.matchAll(/\.([\w$]+)|\[\u00a7(\d+)\u00a7\]|\[(\d+)\]/g)].reduce<unknown>(
      (at, [, field, index, item]) => member(at, field ?? item ?? strings[Number(index)] ?? ""),
      schemas.get(name),
    );
    const text = dataText(value);
    const known = values.get(text) ?? `value$${values.size}`;
    values.set(text, known);
    return known;
  });
}

const SCHEMA_PLACE = /\b(schema\d+)((?:\.[A-Za-z_$][\w$]*|\[\u00a7\d+\u00a7\]|\[\d+\])*)/g;

function member(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}
