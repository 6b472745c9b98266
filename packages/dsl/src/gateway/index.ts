/** Policies from the configuration of a gateway. */
import type { ImportDocument } from "../contract/import/index.ts";
import { isRecord } from "../contract/import/source.ts";
import type { Report } from "../diagnostics/index.ts";
import { Config } from "./config.ts";
import { overlayText } from "./contracts.ts";
import { type Gateway, gatewayOf } from "./gateways.ts";
import { readLitellm } from "./litellm.ts";
import { after, type Worst } from "./plan.ts";
import { readPortkey } from "./portkey.ts";
import { policyText } from "./text.ts";

export { GATEWAYS, type Gateway } from "./gateways.ts";

export interface ImportedPolicy {
  readonly gateway: Gateway;
  /** As people call it. */
  readonly title: string;
  /** The policy file, laid out. */
  readonly text: string;
  /** What it names in `./contracts/`: copies of shipped files, and such that extend them. */
  readonly contracts: readonly ImportedContract[];
  readonly worst: readonly { readonly policy: string; readonly before: Worst; readonly after: Worst }[];
}

export type ImportedContract =
  | { readonly kind: "shipped"; readonly file: string }
  | { readonly kind: "overlay"; readonly file: string; readonly text: string };

/** The contract that every shipped one extends. */
const BASE = "openai-compatible.contract.json";

/**
 * Whatever is in the configuration and not in the policy is reported; a key is never kept. null where there is
 * nothing to make a policy of, which was reported too.
 *
 * @param source how the configuration is called, for a comment: a file's name
 */
export function importGateway(
  document: ImportDocument,
  options: { readonly from: Gateway | null; readonly source: string },
  report: Report,
): ImportedPolicy | null {
  const gateway = options.from ?? gatewayOf(document.value);
  if (gateway === null || !isRecord(document.value)) {
    report.add("FBP3381", document.spanOf(""), {});
    return null;
  }
  const config = new Config(document, report);
  const plan = gateway === "litellm" ? readLitellm(config) : readPortkey(config);
  if (plan === null || report.failed) return null;
  const overlays = plan.contracts.flatMap((contract): readonly ImportedContract[] =>
    contract.overlay === null
      ? []
      : [{ kind: "overlay", file: contract.overlay.file, text: overlayText(contract, contract.overlay) }],
  );
  const shipped = [...new Set([BASE, ...plan.contracts.map((contract) => contract.shipped)])].toSorted();
  return {
    gateway,
    title: plan.gateway,
    text: policyText(plan, options.source),
    contracts: [...shipped.map((file): ImportedContract => ({ kind: "shipped", file })), ...overlays],
    worst: plan.policies.map((policy) => ({ policy: policy.name, before: policy.before, after: after(policy) })),
  };
}
