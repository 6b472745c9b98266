/** The keys of a run: made-up ones for the provider on this machine, and those of the environment where a real one is called. */
import type { Difference, DrillCase, PolicyModel } from "@fbp/dsl";
import { nth, type Outcome } from "@fbp/runtime/core";
import { LOCAL_KEY } from "./local-provider.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** A key of the environment only goes where a real provider is called with the right one. */
export function envFor({ paths, contracts }: PolicyModel, { live, path }: DrillCase, madeUp: string, env: Env): Env {
  const own = nth(contracts, nth(paths, path).contract).contract.auth.env;
  const local = { [LOCAL_KEY]: madeUp };
  if (live === null || own === null) return local;
  return { ...local, [own]: live === "wrong_key" ? madeUp : Object.hasOwn(env, own) ? env[own] : undefined };
}

export function keysIn({ contracts }: PolicyModel, env: Env): readonly string[] {
  const names = contracts.flatMap(({ contract }) => contract.auth.env ?? []);
  return names.flatMap((name) => (Object.hasOwn(env, name) ? (env[name] ?? []) : [])).filter((key) => key !== "");
}

export function withoutValues(env: Env, values: readonly string[]): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && !values.includes(value)));
}

/** The runtime knows the key that it was given; a provider that is called with another may tell of the right one. */
export function cleaned(outcome: Outcome, keys: readonly string[]): Outcome {
  const attempts = outcome.attempts.map((attempt) => {
    const { error, providerRequestId: id } = attempt;
    const texts = Object.entries(error ?? {}).map(([name, text]): [string, string] => [name, clean(text, keys)]);
    return {
      ...attempt,
      error: error === null ? null : Object.fromEntries(texts),
      providerRequestId: id === null ? null : clean(id, keys),
    };
  });
  return { ...outcome, attempts };
}

/** Not even made-up keys are shown: whoever reads the result could not tell. */
export function cleanDifference({ what, expected, got }: Difference, keys: readonly string[]): Difference {
  return { what: clean(what, keys), expected: clean(expected, keys), got: clean(got, keys) };
}

function clean(text: string, keys: readonly string[]): string {
  return keys.reduce((left, key) => left.replaceAll(key, "[key]"), text);
}
