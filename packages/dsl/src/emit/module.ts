/** The artefact `chat.policy.js`: an ES module without dependencies, the same bytes for the same input. */
import type { LoweredPolicies } from "../lower/policy.ts";
import { commentText, quote } from "../lower/text.ts";

export interface ModuleOptions {
  /** The policy file, as the user names it. */
  readonly entry: string;
  /** `sha256-…` over all that the module was compiled from. */
  readonly digest: string;
}

/** The default export is the first policy; each is also exported by its name. */
export function moduleText(lowered: LoweredPolicies, options: ModuleOptions): string {
  const entry = commentText(options.entry);
  return [
    `// Fallback policies of ${entry}, compiled by fbp: ${lowered.policies.map(({ name }) => commentText(name)).join(", ")}.
// ${options.digest}
// Do not edit: change ${entry} and build again.`,
    lowered.body,
    exportsText(lowered.policies),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

/** `export { chat, fallback as "fall-back", chat as default };` */
export function exportsText(policies: LoweredPolicies["policies"]): string {
  const named = policies
    // Half a surrogate pair can name nothing.
    .filter(({ name }) => name !== "default" && !/\p{Surrogate}/u.test(name))
    .map(({ name, local }) => (name === local ? local : `${local} as ${exportName(name)}`));
  const [first] = policies;
  const list = first === undefined ? named : [...named, `${first.local} as default`];
  return `export { ${list.join(", ")} };`;
}

/** Any text may name an export since ES2022; identifiers stand bare. */
function exportName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
