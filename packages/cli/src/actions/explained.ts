/** What is known of each policy whose text has no errors, for who asks for it with `--explain`. */
import { explainProof, policyEntry } from "@fbp/dsl";
import { type ExplainedPolicy, explainPolicy, jsonExplained } from "../render/explain.ts";
import type { Palette } from "../render/palette.ts";
import type { Compiled, CompileOptions } from "./compile.ts";

export interface Explained {
  readonly texts: (palette: Palette) => readonly string[];
  readonly data: () => readonly object[];
}

export function explainedOf(compiled: readonly Compiled[], options: CompileOptions): Explained {
  const policies = compiled.flatMap(({ input, compilation }) =>
    compilation.examined.map(
      ({ policy, proved }): ExplainedPolicy => ({
        file: input.shown,
        policy: policyEntry(policy, options),
        proof: proved.kind === "proved" ? explainProof(proved.proof) : null,
      }),
    ),
  );
  return {
    texts: (palette) => policies.map((policy) => `${explainPolicy(policy, palette)}\n`),
    data: () => policies.map(jsonExplained),
  };
}
