/** The policies that a command was given, with what the drills need to know of each. */
import type { AreaStanding, Policy, PolicyModel } from "@fbp/dsl";
import type { Situation } from "@fbp/dsl/proof";
import { type Compiled, policiesIn } from "../actions/compile.ts";
import { UsageError } from "../exit.ts";
import { meant } from "../files/suggest.ts";

export interface PolicyToDrill {
  readonly policy: Policy;
  readonly model: PolicyModel;
  /** The policy's file, as the user would name it. */
  readonly file: string;
  readonly contracts: readonly ContractToDrill[];
  readonly limits: Limits;
  /** How an attempt can fail, by path; null where the policy is too large to be proved. */
  readonly situations: readonly (readonly Situation[])[] | null;
}

export interface ContractToDrill {
  /** As the policy names it. */
  readonly name: string;
  /** As the user would name it. */
  readonly file: string;
  readonly areas: readonly AreaStanding[];
}

/** The most that a request may take: by the proof, or by the budget where nothing was proved. */
export interface Limits {
  readonly attempts: number;
  readonly elapsedMs: number;
}

/** @throws UsageError where there is no policy, or none of that name */
export function policiesToDrill(compiled: readonly Compiled[], name: string | null): readonly PolicyToDrill[] {
  const all = policiesIn(compiled);
  if (all.length === 0) throw new UsageError("there is no policy in what was given");
  const names = all.map(({ model }) => model.name);
  if (name !== null && !names.includes(name)) {
    throw new UsageError(`no policy is called ${JSON.stringify(name)}${meant(name, names)}`);
  }
  return all
    .filter(({ model }) => name === null || model.name === name)
    .flatMap(({ compiled: { input, compilation }, model }) => {
      const policy = compilation.policies().find((each) => each.name === model.name);
      if (policy === undefined) return [];
      const contracts = model.contracts.map(({ name: contract, source }) => ({
        name: contract,
        file: input.nameFromHere(source.name),
        areas:
          compilation.standing.contracts.find((each) => each.name === contract && each.source.name === source.name)
            ?.areas ?? [],
      }));
      const proved = compilation.examined.find((each) => each.policy === model)?.proved;
      const limits =
        proved?.kind === "proved"
          ? {
              attempts: proved.proof.bounds.attempts.most.value,
              elapsedMs: proved.proof.bounds.elapsedMs.most.value,
            }
          : { attempts: model.budget.attempts, elapsedMs: model.budget.deadlineMs };
      const situations = proved?.kind === "proved" ? proved.proof.situations : null;
      return [{ policy, model, file: input.nameFromHere(model.span.source.name), contracts, limits, situations }];
    });
}

/**
 * Those that have one of the paths; all where none is named.
 *
 * @throws UsageError for a path that no policy has
 */
export function pathsNamed(policies: readonly PolicyToDrill[], names: readonly string[]): readonly PolicyToDrill[] {
  const known = policies.flatMap(({ model }) => model.paths.map(({ name }) => name));
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`no path is called ${JSON.stringify(name)}${meant(name, known)}`);
  }
  return policies.filter(({ model }) => names.length === 0 || model.paths.some(({ name }) => names.includes(name)));
}
