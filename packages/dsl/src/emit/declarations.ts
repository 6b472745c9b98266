/**
 * The artefact `chat.policy.d.ts`: the types of these very policies, as `createFallback` reads them.
 * Each contract's types stand in a namespace of its own, so that names of two providers never meet.
 */
import type { ContextFieldModel, ContractModel, PolicyModel } from "../check/model.ts";
import { Names, typeName } from "../lower/names.ts";
import { type LoweredPolicies, reasonsOf } from "../lower/policy.ts";
import { commentText, indent, quote } from "../lower/text.ts";
import { adaptersText, declarationKey, importsText, type RuntimeNames, readAs, runtimeNames } from "./adapters.ts";
import { exportsText } from "./module.ts";
import { schemaTypes } from "./schema-types.ts";

export async function declarationsText(
  models: readonly PolicyModel[],
  lowered: LoweredPolicies,
  entry: string,
): Promise<string> {
  const names = new Names();
  for (const { local } of lowered.policies) names.take(local);
  const runtime = runtimeNames(names);
  const contracts = new Map<string, string>();
  const parts: string[] = [
    `// Types of the fallback policies of ${commentText(entry)}, compiled by fbp. Do not edit.
import type { ${importsText(models, runtime)} } from "@fbp/runtime";`,
  ];
  const declared = async (contract: ContractModel): Promise<string> => {
    const key = JSON.stringify([contract.name, contract.root]);
    const known = contracts.get(key);
    if (known !== undefined) return known;
    const name = names.take(contract.name);
    contracts.set(key, name);
    const types = await schemaTypes(contract);
    parts.push(
      `/** Bodies of the contract ${commentText(contract.name)}, from ${commentText(contract.source.name)}. */
export declare namespace ${name} {\n  ${indent(types.trim())}\n}`,
    );
    return name;
  };
  for (const [index, model] of models.entries()) {
    const namespaces: string[] = [];
    for (const contract of model.contracts) namespaces.push(await declared(contract));
    parts.push(policyText(model, namespaces, { names, runtime }, lowered.policies[index]?.local ?? ""));
  }
  parts.push(exportsText(lowered.policies));
  return `${parts.join("\n\n").replace(/[ \t]+$/gm, "")}\n`;
}

interface Made {
  readonly names: Names;
  readonly runtime: RuntimeNames;
}

function policyText(
  model: PolicyModel,
  namespaces: readonly string[],
  { names, runtime }: Made,
  local: string,
): string {
  const type = names.take(typeName(model.name));
  const start = namespaces[model.paths[model.start]?.contract ?? 0] ?? "never";
  const read = model.paths.map((path) => readAs(path, namespaces, start));
  const doc = model.doc === null ? [] : model.doc.split("\n").map((line) => ` * ${commentText(line.trim())}`.trimEnd());
  return `export interface ${type}Context ${contextText(model.context)}

export interface ${type}Adapters ${adaptersText(model, namespaces, start, runtime)}

export type ${type}Path = ${unionText(model.paths.map((path) => path.name))};

export type ${type}Reason = ${unionText(reasonsOf(model))};

export interface ${type}Types {
  /** The path decides the model. */
  request: ${start}.Bodies["request"];
  response: ${[...new Set(read)].map((name) => `${name}.Bodies["response"]`).join(" | ")};
  context: ${type}Context;
  adapters: ${type}Adapters;
  path: ${type}Path;
  reason: ${type}Reason;
}

${["/**", ...(doc.length === 0 ? [` * The policy ${commentText(model.name)}.`] : doc), " */"].join("\n")}
declare const ${local}: ${runtime.TypedPolicy}<${type}Types>;`;
}

/** Fields with a default may be left out. */
function contextText(fields: readonly ContextFieldModel[]): string {
  if (fields.length === 0) return "{\n  [field: string]: never;\n}";
  const lines = fields.map((field) => {
    const doc = field.doc === null ? "" : `  /** ${commentText(field.doc.replace(/\s+/g, " ").trim())} */\n`;
    return `${doc}  ${declarationKey(field.name)}${field.default === undefined ? "" : "?"}: ${fieldType(field)};\n`;
  });
  return `{\n${lines.join("")}}`;
}

function fieldType(field: ContextFieldModel): string {
  if (field.type === "enum") return unionText(field.values ?? []);
  return field.type === "bool" ? "boolean" : field.type;
}

function unionText(members: readonly string[]): string {
  return members.length === 0 ? "never" : members.map(quote).join(" | ");
}
