import { quoted } from "../diagnostics/names.ts";
import type * as tree from "../syntax/tree.ts";
import type { ContextFieldModel } from "./model.ts";

type FieldType = Pick<ContextFieldModel, "type" | "values">;

/** What a context field takes, in words. */
export function whatItTakes(field: FieldType): string {
  switch (field.type) {
    case "bool":
      return "`true` or `false`";
    case "number":
      return "a number without a unit";
    case "string":
      return 'a text such as `"eu"`';
    case "enum": {
      const values = (field.values ?? []).map((value) => JSON.stringify(value));
      return quoted(values, "or");
    }
  }
}

/** Is the JSON value one that the field takes? */
export function fits(field: FieldType, json: tree.Json): boolean {
  switch (field.type) {
    case "bool":
      return json.kind === "json_bool";
    case "number":
      return json.kind === "json_number";
    case "string":
      return json.kind === "json_string";
    case "enum":
      return json.kind === "json_string" && (field.values ?? []).includes(json.value);
  }
}
