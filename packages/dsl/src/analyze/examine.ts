import type { CheckOptions } from "../check/known.ts";
import type { PolicyModel } from "../check/model.ts";
import type { Report } from "../diagnostics/index.ts";
import { reportAssertions } from "./assertions/report.ts";
import { reportFindings } from "./findings/index.ts";
import { guaranteesOf } from "./guarantees.ts";
import type { Proved } from "./proof.ts";
import { proofOf } from "./proof-of.ts";

/** A policy without errors in its text, and what can happen to its requests. */
export interface Examined {
  readonly policy: PolicyModel;
  readonly proved: Proved;
}

/** Explores all that can happen to a request, and reports what is wrong with it. */
export function examine(policy: PolicyModel, { profile }: CheckOptions, report: Report): Examined {
  const proved = proofOf(policy);
  const { name } = policy.places;
  if (proved.kind === "too_large") {
    const severity = profile === "production" ? "error" : "warning";
    report.add("FBP5050", name, { policy: policy.name, why: proved.why, of: proved.of }, { severity });
    return { policy, proved };
  }
  const { proof } = proved;
  for (const { text, broken } of guaranteesOf(proof)) {
    if (broken !== null) {
      report.add("FBP4030", name, { policy: policy.name, guarantee: text, how: broken.how });
    }
  }
  reportFindings(proof, [...report.diagnostics], report);
  reportAssertions(proof.graph, policy, report);
  return { policy, proved };
}
