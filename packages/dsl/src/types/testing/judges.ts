/** Two validators that know nothing of each other, asked whether a value fits a schema. */
import {
  registerSchema,
  setShouldValidateSchema,
  unregisterSchema,
  type Validator,
  validate,
} from "@hyperjump/json-schema/draft-2020-12";
import { Ajv2020 } from "ajv/dist/2020.js";

/** null where the judge itself cannot say: a schema that asks itself about the same value, or is none. */
export type Judge = (value: unknown) => boolean | null;

const SILENT: Judge = () => null;

export function ajvJudge(schema: object): Judge {
  try {
    const validates = new Ajv2020({
      strict: false,
      logger: false,
      ownProperties: true,
      meta: false,
      validateSchema: false,
      validateFormats: false,
    }).compile(schema);
    return quietly((value) => validates(value));
  } catch {
    return SILENT;
  }
}

// Whether the schema itself is one is not asked: that takes most of the time.
setShouldValidateSchema(false);

let addresses = 0;

export async function hyperjumpJudge(schema: object): Promise<Judge> {
  addresses++;
  const address = `https://fbp.test/schemas/${addresses}`;
  try {
    registerSchema(structuredClone(schema) as Parameters<typeof registerSchema>[0], address, DIALECT);
    const validates: Validator = await validate(address);
    return quietly((value) => validates(value as Parameters<Validator>[0]).valid);
  } catch {
    return SILENT;
  } finally {
    unregisterSchema(address);
  }
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

function quietly(ask: (value: unknown) => boolean): Judge {
  return (value) => {
    try {
      return ask(value);
    } catch {
      return null;
    }
  };
}
