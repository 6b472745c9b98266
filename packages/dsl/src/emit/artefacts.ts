/** What `fbp build` writes for one policy file. */
import type { Program } from "../check/model.ts";
import { digestAll } from "../digest.ts";
import type { LoweredPolicies } from "../lower/policy.ts";
import { declarationsText } from "./declarations.ts";
import { type EmbeddedRuntime, namesTaken } from "./embedded.ts";
import { type ManifestOptions, manifestOf, manifestText } from "./manifest.ts";
import { moduleText } from "./module.ts";

export interface Artefact {
  /** File name, without a folder. */
  readonly name: string;
  readonly text: string;
}

export interface ArtefactOptions extends ManifestOptions {
  /** The policy file, as the host names it. */
  readonly entry: string;
  /** Put into the module and its declarations; left out: they import `@fbp/runtime`. */
  readonly runtime?: EmbeddedRuntime | undefined;
}

/** @throws RangeError when a policy has the name of something that the runtime in it exports */
export async function artefactsOf(
  program: Program,
  lowered: LoweredPolicies,
  options: ArtefactOptions,
): Promise<readonly Artefact[]> {
  const { entry, runtime } = options;
  const stem = stemOf(entry);
  const [taken] = runtime === undefined ? [] : namesTaken(lowered, runtime);
  if (taken !== undefined) {
    throw new RangeError(`a policy in a bundle cannot be named ${taken}: the runtime in it exports that`);
  }
  return [
    { name: `${stem}.policy.js`, text: moduleText(lowered, { entry, digest: digestAll(program.sources), runtime }) },
    { name: `${stem}.policy.d.ts`, text: declarationsText(program.policies, lowered, entry, runtime) },
    { name: `${stem}.policy.json`, text: manifestText(manifestOf(program, options)) },
  ];
}

/** `policies/chat.fbp` -> `chat`; what cannot stand in a file's name becomes `_`. */
function stemOf(entry: string): string {
  const base = entry.slice(entry.lastIndexOf("/") + 1).replace(/\.fbp$/, "");
  const stem = base.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "");
  return stem === "" ? "policy" : stem;
}
