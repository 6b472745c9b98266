/** What a policy relies on, and what is claimed of it and holds. */
import { nth } from "@fbp/runtime/core";
import type { AssertModel, PathModel, PolicyModel } from "../../check/model.ts";
import { AREA_NAMES } from "../../contract/document.ts";
import { type AreaState, areaState } from "../../contract/reliance.ts";
import type { CriterionState } from "../../evidence/state.ts";
import { decide, type Verdict } from "../assertions/decide.ts";
import { guaranteesOf } from "../guarantees.ts";
import type { Proved } from "../proof.ts";
import { testText } from "../words.ts";
import type { Change } from "./change.ts";
import { compared, pathChanges } from "./settings.ts";

/** @param days on which the verifications of each are judged, ISO */
export function relianceChanges(old: PolicyModel, fresh: PolicyModel, asOf: string): readonly Change[] {
  return [
    ...pathChanges(old, fresh, "reliance", (policy, path) => areasOf(policy, path, asOf)),
    ...compared("reliance", fallbacksOf(old), fallbacksOf(fresh)),
  ];
}

function areasOf(policy: PolicyModel, path: PathModel, asOf: string): ReadonlyMap<string, string> {
  const { name, contract } = nth(policy.contracts, path.contract);
  const relied = new Set(policy.reliance.filter((one) => one.contract === name).map(({ area }) => area));
  return new Map(
    AREA_NAMES.filter((area) => relied.has(area)).map((area) => [
      `${area} in the contract`,
      `relied on, ${stateText(areaState(contract, area, asOf))}`,
    ]),
  );
}

function stateText(state: AreaState): string {
  switch (state.kind) {
    case "verified":
      return `verified until ${state.until}`;
    case "expired":
      return `verified until ${state.since}, which is over`;
    case "pending":
      return "not verified";
    case "contradicted":
      return "its verification is contradicted";
  }
}

function fallbacksOf({ fallbacks }: PolicyModel): ReadonlyMap<string, string> {
  return new Map(
    fallbacks.flatMap(({ path, for: original, eligible, criteria }) => [
      [`${path} for ${original}`, eligible ? "eligible" : "not eligible for production"] as const,
      ...criteria.map(
        ({ criterion, state }) => [`${criterion} of ${path} for ${original}`, criterionText(state)] as const,
      ),
    ]),
  );
}

function criterionText(state: CriterionState): string {
  switch (state.kind) {
    case "passed":
      return `passed until ${state.until}`;
    case "expired":
      return `passed until ${state.since}, which is over`;
    case "stale":
      return "stale";
    case "ahead":
      return `passed on ${state.day}, which is still to come`;
    default:
      return state.kind;
  }
}

// ---------------------------------------------------------------- guarantees

export interface Claimed {
  readonly model: PolicyModel;
  readonly proved: Proved;
}

export function guaranteeChanges(old: Claimed, fresh: Claimed): readonly Change[] {
  return compared("guarantees", claimsOf(old), claimsOf(fresh));
}

function claimsOf({ model, proved }: Claimed): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  if (proved.kind === "too_large") claims.set("proof", `not possible: ${proved.why}`);
  else {
    claims.set("proof", "complete");
    for (const { text, broken } of guaranteesOf(proved.proof))
      claims.set(text, broken === null ? "holds" : `broken: ${broken.how}`);
  }
  for (const one of model.asserts) {
    claims.set(
      assertText(one),
      proved.kind === "too_large" ? "not proved" : verdictText(decide(proved.proof.graph, one)),
    );
  }
  return claims;
}

export function assertText({ mode, claim, when }: AssertModel): string {
  return `assert ${mode} ${testText(claim)}${when === null ? "" : ` when ${testText(when)}`}`;
}

function verdictText({ kind }: Verdict): string {
  switch (kind) {
    case "holds":
      return "holds";
    case "broken":
      return "does not hold";
    case "never_happens":
      return "never happens";
    case "vacuous":
      return "says nothing: its condition never holds";
    case "open":
      return "could not be decided";
  }
}
