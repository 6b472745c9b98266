/** The artefact `chat.policy.js`: an ES module without dependencies, the same bytes for the same input. */
import type { LoweredPolicies } from "../lower/policy.ts";
import { commentText, quote } from "../lower/text.ts";
import { type EmbeddedRuntime, embeddedExports, embeddedText } from "./embedded.ts";

export interface ModuleOptions {
  /** The policy file, as the user names it. */
  readonly entry: string;
  /** `sha256-…` over all that the module was compiled from. */
  readonly digest: string;
  /** Left out: the service imports the runtime itself. */
  readonly runtime?: EmbeddedRuntime | undefined;
}

/** The default export is the first policy; each is also exported by its name. */
export function moduleText(lowered: LoweredPolicies, options: ModuleOptions): string {
  const entry = commentText(options.entry);
  const { runtime } = options;
  return [
    `// Fallback policies of ${entry}, compiled by fbp: ${lowered.policies.map(({ name }) => commentText(name)).join(", ")}.
// ${options.digest}
// Do not edit: change ${entry} and build again.`,
    lowered.body,
    ...(runtime === undefined ? [] : [embeddedText(runtime)]),
    exportsText(lowered.policies, runtime === undefined ? [] : embeddedExports(runtime)),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

/**
 * `export { chat, fallback as "fall-back", chat as default };`
 *
 * @param more what else the module exports, as it stands in the list
 */
export function exportsText(policies: LoweredPolicies["policies"], more: readonly string[] = []): string {
  const named = policies
    // Half a surrogate pair can name nothing.
    .filter(({ name }) => name !== "default" && !/\p{Surrogate}/u.test(name))
    .map(({ name, local }) => (name === local ? local : `${local} as ${exportName(name)}`));
  const [first] = policies;
  const list = [...(first === undefined ? named : [...named, `${first.local} as default`]), ...more];
  return `export { ${list.join(", ")} };`;
}

/** Any text may name an export since ES2022; identifiers stand bare. */
function exportName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
