/** The policy as the exploration's machine gets it: of the very text that an artefact holds, as far as the machine asks. */
import { type ContractPlan, nth, type Policy } from "@fbp/runtime/core";
import type { ContractModel, PolicyModel } from "../check/model.ts";
import { fitsAnything } from "../lower/fits.ts";
import { instantiate } from "../lower/instantiate.ts";
import { lowerPolicies } from "../lower/policy.ts";

/**
 * How failures and answers are read is most of a policy's text, and the machine is told what was read: that is
 * lowered when it is first asked for, by who plays a whole scenario.
 */
export function exploredPolicy(model: PolicyModel): Policy {
  const policy = lowered({ ...model, contracts: model.contracts.map(unread) });
  let whole: Policy | null = null;
  const readingOf = (index: number): ContractPlan => {
    whole ??= lowered(model);
    return nth(whole.contracts, index);
  };
  const contracts = policy.contracts.map(
    (plan, index): ContractPlan => ({
      ...plan,
      checks: nth(model.contracts, index).accept.map(({ name }) => name),
      classify: (failure) => readingOf(index).classify(failure),
      accept: (response, request) => readingOf(index).accept(response, request),
    }),
  );
  return { ...policy, contracts };
}

/** With the last line of the classifier, which takes every failure, and without checks. */
function unread(contract: ContractModel): ContractModel {
  return { ...contract, signals: contract.signals.slice(-1), accept: [] };
}

function lowered(model: PolicyModel): Policy {
  return nth(instantiate(lowerPolicies([model], { digest: "", fits: fitsAnything, validators: "" })), 0);
}
