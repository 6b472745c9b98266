/**
 * `fbp build --bundle`: the runtime inside of the artefact, so that a service needs this one file. The
 * runtime comes minified, from whoever builds; here it is only put beside the policy, so that the same
 * input gives the same bytes.
 */
import type { LoweredPolicies } from "../lower/policy.ts";

export interface EmbeddedRuntime {
  /** Of the package that it was made of. */
  readonly version: string;
  /** The text of a minified module without imports and exports. */
  readonly code: string;
  /** What a service imports of it, in order, and the name of each in the text. */
  readonly exports: ReadonlyMap<string, string>;
  /** Its declarations without imports, as they stand in a namespace. */
  readonly declarations: string;
}

/**
 * @param module a minified ES module without imports, which ends with its one list of exports
 * @throws Error where it does not
 */
export function embeddedRuntime(version: string, module: string, declarations: string): EmbeddedRuntime {
  const list = /export\s*\{([^{}]*)\};?\s*$/.exec(module);
  if (list === null) throw new Error("the runtime to embed does not end with a list of exports");
  const names = (list[1] ?? "").split(",").map((each): readonly [string, string] => {
    const [local = "", exported = local] = each.trim().split(/\s+as\s+/);
    return [exported, local];
  });
  const exports = new Map(names.sort(([a], [b]) => (a < b ? -1 : 1)));
  return { version, code: module.slice(0, list.index).trim(), exports, declarations };
}

/** The names of policies that a bundle cannot export, for the runtime in it exports them. */
export function namesTaken(lowered: LoweredPolicies, { exports }: EmbeddedRuntime): readonly string[] {
  return lowered.policies.map(({ name }) => name).filter((name) => exports.has(name));
}

/** The runtime in a scope of its own: its minified names would meet the policy's. */
export function embeddedText({ version, code, exports }: EmbeddedRuntime): string {
  const bound = [...exports.keys()].map((name) => `${name}: ${localName(name)}`);
  const given = [...exports].map(([name, local]) => `${name}: ${local}`);
  return `// What runs the policy: @fbp/runtime ${version}.
const { ${bound.join(", ")} } = /* @__PURE__ */ (() => {
${code}
return { ${given.join(", ")} };
})();`;
}

/** For the artefact's own list of exports. */
export function embeddedExports({ exports }: EmbeddedRuntime): readonly string[] {
  return [...exports.keys()].map((name) => `${localName(name)} as ${name}`);
}

/** No name that a policy brings has a `$`. */
function localName(name: string): string {
  return `runtime$${name}`;
}

/** All the runtime's types under one name, and what can be called by its own. */
export function embeddedDeclarations(namespace: string, { version, exports, declarations }: EmbeddedRuntime): string {
  const called = [...exports.keys()].map((name) => `export import ${name} = ${namespace}.${name};`);
  return `/** What runs the policy, and the types of it: @fbp/runtime ${version}. */
declare namespace ${namespace} {
${declarations.trimEnd().replace(/^(?=.)/gm, "  ")}
}

export type { ${namespace} };
${called.join("\n")}`;
}
