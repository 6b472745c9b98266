/** The rules of a gateway with a configuration, for a simulation beside a policy. */
import type { ImportDocument } from "../../contract/import/index.ts";
import { isRecord } from "../../contract/import/source.ts";
import type { Report } from "../../diagnostics/index.ts";
import type { BesideRules } from "../../simulate/index.ts";
import { Config } from "../config.ts";
import { type Gateway, gatewayOf } from "../gateways.ts";
import { litellmSetup } from "../litellm.ts";
import { portkeyTrees } from "../portkey.ts";
import { startOf } from "../portkey-routing.ts";
import { litellmRules } from "./litellm.ts";
import { portkeyRules } from "./portkey.ts";

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
  const config = new Config(document, report);
  return gateway === "litellm" ? ofLitellm(config, start, report) : ofPortkey(config, start, report);
}

function ofLitellm(config: Config, start: string, report: Report): BesideRules | string | null {
  const setup = litellmSetup(config);
  if (setup === null || report.failed) return null;
  const group = setup.deployments.find(({ path }) => path === start)?.group;
  if (group !== undefined) return litellmRules(setup, group);
  return unlike(
    start,
    setup.deployments.map(({ path }) => path),
  );
}

function ofPortkey(config: Config, start: string, report: Report): BesideRules | string | null {
  const trees = portkeyTrees(config);
  if (trees === null || report.failed) return null;
  const tree = trees.find((one) => startOf(one) === start);
  return tree === undefined
    ? unlike(
        start,
        trees.flatMap((one) => startOf(one) ?? []),
      )
    : portkeyRules(tree);
}

function unlike(start: string, names: readonly string[]): string {
  return `the policy starts on ${start}, and the configuration's requests on ${[...new Set(names)].join(", ")}: name its paths as fbp import does`;
}
