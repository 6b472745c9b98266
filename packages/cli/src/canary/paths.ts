/** The paths that a command was given, by policy, with how their contracts stand. */
import type { AreaName, AreaStanding, Contract, ContractModel } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { type Compiled, policiesIn } from "../actions/compile.ts";
import { UsageError } from "../exit.ts";
import { meant } from "../files/suggest.ts";
import type { Target } from "./target.ts";

export interface PathToCall {
  readonly target: Target;
  /** `chat: primary` */
  readonly title: string;
  readonly name: string;
  /** The policy's file, as the user would name it. */
  readonly policyFile: string;
  readonly contract: ContractModel;
  /** The contract's file, as the user would name it. */
  readonly file: string;
  readonly areas: readonly AreaStanding[];
}

export interface Wanted {
  /** None: all. */
  readonly paths: readonly string[];
  readonly policy: string | null;
}

/** @throws UsageError where there is no policy, or none of a name that was given */
export function pathsIn(compiled: readonly Compiled[], wanted: Wanted): readonly PathToCall[] {
  const policies = policiesIn(compiled);
  if (policies.length === 0) throw new UsageError("there is no policy in what was given");
  const names = policies.map(({ model }) => model.name);
  if (wanted.policy !== null && !names.includes(wanted.policy)) {
    throw new UsageError(`no policy is called ${JSON.stringify(wanted.policy)}${meant(wanted.policy, names)}`);
  }
  const all = policies
    .filter(({ model }) => wanted.policy === null || model.name === wanted.policy)
    .flatMap(({ compiled: one, model }) => {
      const policy = one.compilation.policies().find(({ name }) => name === model.name);
      if (policy === undefined) return [];
      return model.paths.map((_, path) => pathToCall(one, { policy, model, path }));
    });
  for (const name of wanted.paths) {
    if (all.some((path) => path.name === name)) continue;
    const known = all.map((path) => path.name);
    throw new UsageError(`no path is called ${JSON.stringify(name)}${meant(name, known)}`);
  }
  return wanted.paths.length === 0 ? all : all.filter(({ name }) => wanted.paths.includes(name));
}

function pathToCall({ input, compilation }: Compiled, target: Target): PathToCall {
  const { model, path } = target;
  const plan = nth(model.paths, path);
  const contract = nth(model.contracts, plan.contract);
  const standing = compilation.standing.contracts.find(
    ({ name, source }) => name === contract.name && source.name === contract.source.name,
  );
  return {
    target,
    title: `${model.name}: ${plan.name}`,
    name: plan.name,
    policyFile: input.nameFromHere(model.span.source.name),
    contract,
    file: input.nameFromHere(contract.source.name),
    areas: standing?.areas ?? [],
  };
}

/** Those that a call relies on. */
const USED: readonly AreaName[] = ["endpoint", "auth", "request", "response", "errors"];

/** Areas of the path's contract that nobody has verified, or not lately. */
export function openAreas({ areas }: PathToCall): readonly AreaName[] {
  return areas
    .filter(({ area, state }) => USED.includes(area) && (state.kind === "pending" || state.kind === "expired"))
    .map(({ area }) => area);
}

/** Names that are never given to anybody (RFC 2606): what an import writes where the description has no address. */
export function hasNoAddress({ endpoint }: Contract): boolean {
  try {
    return new URL(endpoint.baseUrl).hostname.endsWith(".invalid");
  } catch {
    return true;
  }
}
