import type { Policy } from "@fbp/runtime/core";
import type { LoweredPolicies } from "./policy.ts";

/**
 * The lowered policies as objects of this process, made of the very text that an artefact holds. Only
 * text that `lowerPolicies` generated is evaluated; the artefact itself evaluates nothing.
 */
export function instantiate(lowered: LoweredPolicies): readonly Policy[] {
  const list = lowered.policies.map((policy) => policy.local).join(", ");
  const build = new Function(`"use strict";\n${lowered.body}\nreturn [${list}];`) as () => readonly Policy[];
  return build();
}
