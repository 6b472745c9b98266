/** What `fbp build` writes for one policy file. */
import type { Program } from "../check/model.ts";
import { digestAll } from "../digest.ts";
import type { LoweredPolicies } from "../lower/policy.ts";
import { declarationsText } from "./declarations.ts";
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
}

export async function artefactsOf(
  program: Program,
  lowered: LoweredPolicies,
  options: ArtefactOptions,
): Promise<readonly Artefact[]> {
  const { entry } = options;
  const stem = stemOf(entry);
  return [
    { name: `${stem}.policy.js`, text: moduleText(lowered, { entry, digest: digestAll(program.sources) }) },
    { name: `${stem}.policy.d.ts`, text: declarationsText(program.policies, lowered, entry) },
    { name: `${stem}.policy.json`, text: manifestText(manifestOf(program, options)) },
  ];
}

/** `policies/chat.fbp` -> `chat`; what cannot stand in a file's name becomes `_`. */
function stemOf(entry: string): string {
  const base = entry.slice(entry.lastIndexOf("/") + 1).replace(/\.fbp$/, "");
  const stem = base.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "");
  return stem === "" ? "policy" : stem;
}
