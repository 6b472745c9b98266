/** The rules of a gateway with a configuration, for a simulation beside a policy. */
import type { ImportDocument } from "../../contract/import/index.ts";
import { isRecord } from "../../contract/import/source.ts";
import type { Report } from "../../diagnostics/index.ts";
import type { BesideRules } from "../../simulate/index.ts";
import { Config } from "../config.ts";
import { type Gateway, gatewayOf } from "../gateways.ts";
import { litellmSetup } from "../litellm.ts";
import { litellmRules } from "./litellm.ts";

/**
 * null where the configuration cannot be read, which was reported; a text says in one sentence why its rules cannot be
 * played.
 *
 * @param start the path that the policy's requests start on, as `fbp import` names it
 */
export function besideRules(
  document: ImportDocument,
  { from, start }: { readonly from: Gateway | null; readonly start: string },
  report: Report,
): BesideRules | string | null {
  const gateway = from ?? gatewayOf(document.value);
  if (gateway === null || !isRecord(document.value)) {
    report.add("FBP3381", document.spanOf(""), {});
    return null;
  }
  if (gateway === "portkey")
    return "only LiteLLM's own rules can be played beside a policy, and this is a config of Portkey";
  const setup = litellmSetup(new Config(document, report));
  if (setup === null || report.failed) return null;
  const group = setup.deployments.find(({ path }) => path === start)?.group;
  if (group !== undefined) return litellmRules(setup, group);
  const names = setup.deployments.map(({ path }) => path).join(", ");
  return `the policy starts on ${start}, and the configuration's models are ${names}: name its paths as fbp import does`;
}
