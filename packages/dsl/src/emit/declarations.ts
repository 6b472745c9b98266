/**
 * The artefact `chat.policy.d.ts`: the types of these very policies, as `createFallback` reads them.
 * Each contract's types stand in a namespace of its own, so that names of two providers never meet; in
 * it, `Request` and `Response` are the two bodies, and `Chunk` is a piece of a streamed answer.
 */
import type { ContextFieldModel, ContractModel, PolicyModel } from "../check/model.ts";
import { mayStream } from "../lower/fits.ts";
import { Names, typeName } from "../lower/names.ts";
import { type LoweredPolicies, reasonsOf } from "../lower/policy.ts";
import { commentText, indent, quote } from "../lower/text.ts";
import {
  adaptersText,
  declarationKey,
  embeddedNames,
  importsText,
  type RuntimeNames,
  readAs,
  runtimeNames,
} from "./adapters.ts";
import { type EmbeddedRuntime, embeddedDeclarations } from "./embedded.ts";
import { exportsText } from "./module.ts";
import { schemaTypes } from "./schema-types.ts";
import { type Node, union } from "./typescript/node.ts";
import { assignedText, commentOf } from "./typescript/print.ts";

/** @param embedded left out: the runtime's types are imported */
export function declarationsText(
  models: readonly PolicyModel[],
  lowered: LoweredPolicies,
  entry: string,
  embedded?: EmbeddedRuntime,
): string {
  const names = new Names();
  for (const { local } of lowered.policies) names.take(local);
  for (const name of embedded?.exports.keys() ?? []) names.take(name);
  const own = embedded === undefined ? null : names.take("fbp");
  const runtime = own === null ? runtimeNames(names) : embeddedNames(own);
  const namespaces = new Namespaces(names);
  const policies = models.flatMap((model, index) => {
    const used = model.contracts.map((contract) => namespaces.nameOf(contract));
    return [...namespaces.takeNew(), policyText(model, used, { names, runtime }, lowered.policies[index]?.local ?? "")];
  });
  const head = `// Types of the fallback policies of ${commentText(entry)}, compiled by fbp. Do not edit.`;
  const parts =
    embedded === undefined || own === null
      ? [`${head}\nimport type { ${importsText(models, runtime)} } from "@fbp/runtime";`, ...policies]
      : [head, ...policies, embeddedDeclarations(own, embedded)];
  parts.push(exportsText(lowered.policies));
  return `${parts.join("\n\n").replace(/[ \t]+$/gm, "")}\n`;
}

/** One for each contract, whatever policies read it. */
class Namespaces {
  readonly #names: Names;
  readonly #known = new Map<string, string>();
  #texts: string[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  nameOf(contract: ContractModel): string {
    const key = JSON.stringify([contract.name, contract.root]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#names.take(contract.name);
    this.#known.set(key, name);
    this.#texts.push(namespaceText(name, contract));
    return name;
  }

  /** The text of those that were named since it was last asked for. */
  takeNew(): readonly string[] {
    const texts = this.#texts;
    this.#texts = [];
    return texts;
  }
}

function namespaceText(name: string, contract: ContractModel): string {
  const doc = `Bodies of the contract ${contract.name}, from ${contract.source.name}. Fields that it does not name may be there too.`;
  return `${commentOf(doc)}export declare namespace ${name} {
  ${indent(schemaTypes(contract))}
}`;
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
  const read = new Set(model.paths.map((path) => readAs(path, namespaces, start)));
  const streaming = new Set(
    model.contracts.flatMap(({ contract }, index) => (mayStream(contract) ? (namespaces[index] ?? []) : [])),
  );
  const chunks = new Set([...read].map((name) => (streaming.has(name) ? `${name}.Chunk` : "unknown")));
  const targets = targetsOf(model);
  return `export interface ${type}Context ${contextText(model.context)}

export interface ${type}Adapters ${adaptersText(model, namespaces, start, runtime)}

${literalsText(
  `export type ${type}Path`,
  model.paths.map((path) => path.name),
)}

${literalsText(`export type ${type}Reason`, reasonsOf(model))}

${literalsText(`export type ${type}Page`, targets.page)}

${literalsText(`export type ${type}Notify`, targets.notify)}

${literalsText(`export type ${type}Queue`, targets.queue)}

export interface ${type}Types {
  request: ${start}.Request;
  response: ${[...read].map((name) => `${name}.Response`).join(" | ")};
  chunk: ${[...chunks].join(" | ")};
  context: ${type}Context;
  adapters: ${type}Adapters;
  path: ${type}Path;
  reason: ${type}Reason;
  page: ${type}Page;
  notify: ${type}Notify;
  queue: ${type}Queue;
}

${docText(model)}
declare const ${local}: ${runtime.TypedPolicy}<${type}Types>;`;
}

/** Whom its rules call, and the queues that they hand requests to. */
function targetsOf(model: PolicyModel): Readonly<Record<"page" | "notify" | "queue", readonly string[]>> {
  const rules = model.paths.flatMap((path) => path.rules);
  const hooks = (kind: "page" | "notify") =>
    rules.flatMap((rule) => rule.hooks.filter((hook) => hook.kind === kind).map((hook) => hook.target));
  const queues = rules.flatMap((rule) =>
    rule.actions.flatMap((action) => (action.kind === "defer" ? [action.to] : [])),
  );
  return { page: unique(hooks("page")), notify: unique(hooks("notify")), queue: unique(queues) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function docText({ doc, name }: PolicyModel): string {
  return commentOf(doc ?? `The policy ${name}.`).trimEnd();
}

/** Fields with a default may be left out. */
function contextText(fields: readonly ContextFieldModel[]): string {
  if (fields.length === 0) return "{\n  [field: string]: never;\n}";
  const lines = fields.map((field) => {
    const optional = field.default === undefined ? "" : "?";
    const text = `${commentOf(field.doc)}${declarationKey(field.name)}${optional}: ${fieldType(field)};`;
    return `  ${indent(text)}\n`;
  });
  return `{\n${lines.join("")}}`;
}

function fieldType(field: ContextFieldModel): string {
  if (field.type === "enum") return unionText(field.values ?? []);
  return field.type === "bool" ? "boolean" : field.type;
}

/** An alias of these texts. */
function literalsText(head: string, values: readonly string[]): string {
  const of = values.map((value): Node => ({ kind: "literal", of: "string", value: quote(value) }));
  return `${assignedText(`${head} =`, union(of))};`;
}

function unionText(members: readonly string[]): string {
  return members.length === 0 ? "never" : members.map(quote).join(" | ");
}
