/** Which signal a failure is by a contract alone: its compiled `documented` and `standard`, without a policy. */
import { BUILT_IN_SIGNALS, type Failure } from "@fbp/runtime/core";
import type { LoadedContract } from "./contract/loaded.ts";
import type { Diagnostic } from "./diagnostics/index.ts";
import type { Host } from "./host.ts";
import { compile } from "./program.ts";

/** A name that a policy can declare; a contract may hold any text. */
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

const signalsBesideBuiltIn = ({ contract }: LoadedContract): readonly string[] => {
  const named = contract.errors.conditions.map(({ signal }) => signal);
  return [...new Set(named)].filter((name) => NAME.test(name) && !BUILT_IN_SIGNALS.some((one) => one.name === name));
};

export interface Classifier {
  /** Signals that the contract names and the language does not have; a policy would declare them. */
  readonly declared: readonly string[];
  /** The signal's name; null where the contract's conditions cannot be compiled, as the diagnostics say. */
  readonly classify: ((failure: Failure) => string) | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles the smallest policy over the contract, so that what is said here is what a service does.
 * `loadValidators` must have been awaited.
 *
 * @param host knows the contract by the name of its source
 */
export function classifierOf(loaded: LoadedContract, host: Host): Classifier {
  const declared = signalsBesideBuiltIn(loaded);
  const entry = `${loaded.source.name}.classify.fbp`;
  const file = loaded.source.name.slice(loaded.source.name.lastIndexOf("/") + 1);
  const text = policyText(file, declared);
  const overlaid: Host = {
    ...host,
    read: (name) => (name === entry ? { kind: "text", text } : host.read(name)),
  };
  const compilation = compile(entry, overlaid, { profile: "development", asOf: "2026-01-01", clock: () => 0 });
  const errors = compilation.diagnostics.filter(({ severity }) => severity === "error");
  const [policy] = compilation.policies();
  const plan = policy?.contracts[0];
  if (policy === undefined || plan === undefined) return { declared, classify: null, diagnostics: errors };
  const classify = (failure: Failure) => policy.signals[plan.classify(failure)]?.name ?? "";
  return { declared, classify, diagnostics: [] };
}

/** The class of a declared signal says what may follow it, and nothing of what it is. */
function policyText(file: string, declared: readonly string[]): string {
  return `contract it from ${JSON.stringify(`./${file}`)}
${declared.map((name) => `signal ${name} is transient\n`).join("")}
path only {
  contract it
  model    "any"
  timeout  1s
}

policy classify {
  start only
  budget {
    deadline 1s
    attempts 1
  }
  repeat always
  on only {
    otherwise -> failed -> fail
  }
}
`;
}
