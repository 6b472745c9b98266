/** Ajv is large, and only a check of captures needs it in this form: it is loaded when somebody asks. */
import type { SchemaTruth } from "../contract/fit/truth.ts";

/** @param root a contract that was loaded, as parsed JSON */
export async function loadSchemaTruth(root: unknown): Promise<SchemaTruth> {
  const { AjvTruth } = await import("./schema-truth.ts");
  return new AjvTruth(root);
}
