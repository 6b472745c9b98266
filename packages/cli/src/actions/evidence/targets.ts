/** The paths that the fallbacks of some policies name, each once, with what its evidence file says. */
import { type Against, type FallbackModel, type LoadedEvidence, loadEvidence, type PathModel, Report } from "@fbp/dsl";
import type { Input } from "../../files/input.ts";
import type { Io } from "../../io.ts";
import type { Finding } from "../../render/finding.ts";
import { compileInputs, findingsOf } from "../compile.ts";

export interface Target {
  readonly path: string;
  /** The path that it stands in for. */
  readonly for: string;
  /** The policies that fall back to it, each with its file as the user would name it. */
  readonly policies: readonly { readonly file: string; readonly name: string }[];
  /** null: none that can be read. */
  readonly evidence: EvidenceFile | null;
  /** The file that the path names, as the user would name it, where there is none yet. */
  readonly toMake: string | null;
  /** What a trial of today would be against; null where a path is not complete. */
  readonly against: Against | null;
  readonly criteria: FallbackModel["criteria"];
  readonly eligible: boolean;
  /** Is what the service gets the provider's own answer? Then a call from outside shows its form. */
  readonly isBare: boolean;
}

export interface EvidenceFile {
  /** As the user would name it from the working folder. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly loaded: LoadedEvidence;
  /** Is it about this path in place of that one? */
  readonly isAbout: boolean;
}

export interface Gathered {
  readonly files: readonly string[];
  readonly targets: readonly Target[];
  readonly findings: readonly Finding[];
}

/**
 * @param asOf ISO day
 * @throws UsageError for a folder without policies
 */
export async function gatherTargets(io: Io, files: readonly string[], asOf: string): Promise<Gathered> {
  const compiled = await compileInputs(io, files, { profile: "development", asOf, prove: false });
  const found = new Map<string, Target>();
  for (const { input, compilation } of compiled) {
    const paths = compilation.program?.policies.flatMap((policy) => policy.paths) ?? [];
    for (const { policy, targets } of compilation.standing.fallbacks) {
      for (const model of targets) {
        const evidence = evidenceOf(model, input);
        const key = JSON.stringify([evidence?.path ?? input.path, model.path, model.for, model.subject]);
        const isBare = paths.some(({ name, adapter }) => name === model.path && adapter === null);
        const known = found.get(key) ?? {
          ...targetOf(model),
          evidence,
          toMake: toMake(model, paths, input),
          policies: [],
          isBare,
        };
        const named = { file: input.shown, name: policy };
        found.set(key, { ...known, policies: [...known.policies, named] });
      }
    }
  }
  return {
    files: compiled.map(({ input }) => input.shown),
    targets: [...found.values()],
    findings: findingsOf(compiled, "here"),
  };
}

function targetOf({ path, for: original, subject, criteria, eligible }: FallbackModel) {
  return { path, for: original, against: subject, criteria, eligible };
}

function evidenceOf({ path, for: original, evidence }: FallbackModel, input: Input): EvidenceFile | null {
  const read = evidence === null ? null : input.host.read(evidence.file);
  if (evidence === null || read?.kind !== "text") return null;
  const loaded = loadEvidence({ name: evidence.file, text: read.text }, new Report());
  if (loaded === null) return null;
  const isAbout = loaded.evidence.path === path && loaded.evidence.for === original;
  return { file: input.nameFromHere(evidence.file), path: input.pathOf(evidence.file), loaded, isAbout };
}

function toMake({ path, for: original }: FallbackModel, paths: readonly PathModel[], input: Input): string | null {
  const { validated } = paths.find(({ name }) => name === path) ?? { validated: null };
  if (validated === null || validated.path !== original) return null;
  const file = input.host.resolve(validated.span.source.name, validated.by);
  return file !== null && input.host.read(file).kind === "missing" ? input.nameFromHere(file) : null;
}
