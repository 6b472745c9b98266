/** What a change of policies does to their requests, not what it does to their text. */
import { nth } from "@fbp/runtime/core";
import type { PolicyModel } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { fitsAnything } from "../../lower/fits.ts";
import { instantiate } from "../../lower/instantiate.ts";
import { lowerPolicies } from "../../lower/policy.ts";
import type { Proved } from "../proof.ts";
import { proofOf } from "../proof-of.ts";
import type { World } from "../situation.ts";
import { UndecidedError } from "../situations.ts";
import { worldsOf } from "../worlds.ts";
import { boundChanges } from "./bound-changes.ts";
import { type Both, type Case, casesOf, type Side } from "./cases.ts";
import { CHANGE_KINDS, type Change, type NotCompared, type PolicyDiff } from "./change.ts";
import { decisionChanges } from "./decisions.ts";
import { jointOf } from "./joint.ts";
import { acceptChanges, settingChanges } from "./settings.ts";
import { guaranteeChanges, relianceChanges } from "./trust.ts";

export { CHANGE_KINDS, type Change, type ChangeKind, type NotCompared, type PolicyDiff } from "./change.ts";

export interface DiffOptions {
  /** ISO day on which verifications are judged. */
  readonly asOf: string;
}

/** By name, in the order of the new ones, then those that are gone. */
export function diffPolicies(
  old: readonly PolicyModel[],
  fresh: readonly PolicyModel[],
  options: DiffOptions,
): readonly PolicyDiff[] {
  const kept = fresh.map((policy): PolicyDiff => {
    const before = old.find(({ name }) => name === policy.name);
    return before === undefined ? whole(policy, "added") : diffPolicy(before, policy, options);
  });
  const gone = old.filter(({ name }) => fresh.every((policy) => policy.name !== name));
  return [...kept, ...gone.map((policy) => whole(policy, "removed"))];
}

function whole({ name, paths, start }: PolicyModel, status: "added" | "removed"): PolicyDiff {
  const text = `starts on ${nth(paths, start).name}, ${paths.length === 1 ? "1 path" : `${paths.length} paths`}`;
  const change: Change = {
    kind: "decisions",
    what: `policy ${name}`,
    before: status === "added" ? null : text,
    after: status === "added" ? text : null,
    because: null,
  };
  return { policy: name, status, changes: [change], notCompared: [] };
}

/** Of two policies that are taken for one and the same. */
export function diffPolicy(old: PolicyModel, fresh: PolicyModel, { asOf }: DiffOptions): PolicyDiff {
  const notCompared: NotCompared[] = [];
  const [then, now] = [proofOf(old), proofOf(fresh)];
  const { decisions, repeatsAlike } = decisionsOf(old, fresh, notCompared);
  const settings = settingChanges(old, fresh).filter(({ what }) => what !== "repeat" || !repeatsAlike);
  const found = [
    ...decisions,
    ...acceptChanges(old, fresh),
    ...settings,
    ...boundsOf(then, now, notCompared),
    ...guaranteeChanges({ model: old, proved: then }, { model: fresh, proved: now }),
    ...relianceChanges(old, fresh, asOf),
  ];
  const changes = CHANGE_KINDS.flatMap((kind) => found.filter((change) => change.kind === kind));
  return { policy: fresh.name, status: changes.length === 0 ? "same" : "changed", changes, notCompared };
}

function boundsOf(then: Proved, now: Proved, notCompared: NotCompared[]): readonly Change[] {
  if (then.kind === "proved" && now.kind === "proved") return boundChanges(then.proof, now.proof);
  const [which, why] = then.kind === "too_large" ? ["old", then.why] : ["new", now.kind === "too_large" ? now.why : ""];
  notCompared.push({ kind: "bounds", why: `what can happen in the ${which} policy cannot be explored: ${why}` });
  return [];
}

interface Decided {
  readonly decisions: readonly Change[];
  /** Is `repeat` the same for every request, whatever its text? */
  readonly repeatsAlike: boolean;
}

function decisionsOf(old: PolicyModel, fresh: PolicyModel, notCompared: NotCompared[]): Decided {
  const joint = jointOf(old, fresh);
  const found = worldsOf(joint.model);
  if (!("worlds" in found)) {
    notCompared.push({ kind: "decisions", why: found.tooMany.why });
    return { decisions: [], repeatsAlike: false };
  }
  const { worlds } = found;
  const [before, after] = [sideOf(old), sideOf(fresh)];
  const ofPaths = joint.paths.map((both) => casesOn(before, after, both, worlds, notCompared));
  return {
    decisions: decisionChanges(ofPaths),
    repeatsAlike: worlds.every((world) => repeats(old, world) === repeats(fresh, world)),
  };
}

function casesOn(
  old: Side,
  fresh: Side,
  both: Both,
  worlds: readonly World[],
  notCompared: NotCompared[],
): readonly Case[] {
  try {
    const { cases, onlyExamples } = casesOf(old, fresh, both, worlds);
    if (onlyExamples) {
      const why = `how both versions read failures on \`${both.name}\` is too much to compare in full, so only examples were compared`;
      notCompared.push({ kind: "classification", why });
    }
    return cases;
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    notCompared.push({ kind: "decisions", why: `on \`${both.name}\`: ${error.message}` });
    return [];
  }
}

function repeats({ repeat }: PolicyModel, { request, context }: World): boolean {
  return repeat.mode === "when" ? evaluate(repeat.when, { request, context }) : repeat.mode === "always";
}

function sideOf(model: PolicyModel): Side {
  const [policy] = instantiate(lowerPolicies([model], { digest: "", fits: fitsAnything, validators: "" }));
  if (policy === undefined) throw new Error("a policy was lowered to none");
  return { model, policy };
}
