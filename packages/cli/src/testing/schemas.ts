/** docs/schemas, to hold what is printed against. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

interface Validate {
  (value: unknown): boolean;
  readonly errors?: unknown;
}

interface Ajv {
  addSchema(schema: object, key: string): void;
  getSchema(key: string): Validate | undefined;
}

const SCHEMAS = new URL("../../../../docs/schemas/", import.meta.url);

/** The compiler's own copy: the command does not depend on ajv. */
const { Ajv2020 } = createRequire(new URL("../../../dsl/package.json", import.meta.url))("ajv/dist/2020.js") as {
  readonly Ajv2020: new (options: object) => Ajv;
};

let known: Ajv | null = null;

/** What of a value is not as the schema of that name, `contract-status`, has it; empty where nothing is. */
export function schemaProblems(name: string, value: unknown): unknown {
  known ??= loaded();
  const validate = known.getSchema(`${name}.schema.json`);
  if (validate === undefined) throw new Error(`docs/schemas has no ${name}.schema.json`);
  return validate(value) ? [] : validate.errors;
}

function loaded(): Ajv {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  for (const file of readdirSync(SCHEMAS)) {
    ajv.addSchema(JSON.parse(readFileSync(new URL(file, SCHEMAS), "utf8")) as object, file);
  }
  return ajv;
}
