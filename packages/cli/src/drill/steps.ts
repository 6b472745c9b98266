/** The steps of a drilled policy, each with its verdict. */
import {
  type AreaName,
  type DrillCase,
  livePlanOf,
  type Plan,
  type Policy,
  plainPolicy,
  planOf,
  STEPS,
  type StepName,
} from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { smallness } from "../canary/target.ts";
import type { Billing } from "./cost-review/billing.ts";
import { type Costs, costsOf } from "./costs.ts";
import type { PolicyToDrill } from "./policies.ts";
import type { Drilled } from "./run.ts";

export interface Step {
  readonly name: StepName;
  readonly title: string;
  readonly result: "passed" | "failed" | "not run";
  readonly drilled: readonly Drilled[];
  /** What was not drilled and why, and what should be known. */
  readonly notes: readonly string[];
  /** Of the cost review, which looks at the requests of all the others. */
  readonly costs: Costs | null;
}

export interface PolicyDrilled {
  readonly policy: PolicyToDrill;
  readonly steps: readonly Step[];
  /** Also those that only the cost review looks at. */
  readonly drilled: readonly Drilled[];
  readonly elapsedMs: number;
  readonly staging: boolean;
}

export interface Wanted {
  readonly steps: readonly StepName[];
  /** None: all. */
  readonly paths: readonly string[];
  /** The contracts' own addresses are called. */
  readonly staging: boolean;
}

/** The drills of these steps, with the policy that they are held against. */
export async function planFor(
  policy: PolicyToDrill,
  { steps, paths, staging }: Wanted,
): Promise<{ readonly plan: Plan; readonly plain: Policy }> {
  const { model, situations } = policy;
  const plain = await plainPolicy(model);
  const whole = staging ? livePlanOf(model, plain) : planOf(model, plain, situations);
  // The costs are those of all drills.
  const ofSteps = steps.includes("cost") ? whole.cases : whole.cases.filter(({ step }) => steps.includes(step));
  const cases = ofSteps.filter(({ path }) => paths.length === 0 || paths.includes(nth(model.paths, path).name));
  return { plan: { ...whole, cases: staging ? cases.map((one) => kept(policy, one)) : cases }, plain };
}

/** With a small limit for the answer, where a real provider is asked for one. */
function kept({ policy, model }: PolicyToDrill, one: DrillCase): DrillCase {
  if (one.live === null) return one;
  const target = { policy, model, path: model.start };
  const request = { ...(one.asked.request as object), ...smallness(target, { streams: one.streamed }) };
  return { ...one, asked: { ...one.asked, request } };
}

export function stepsOf(
  policy: PolicyToDrill,
  { steps, paths, staging }: Wanted,
  plan: Plan,
  drilled: readonly Drilled[],
  billing: Billing | null,
): readonly Step[] {
  return STEPS.filter(({ name }) => steps.includes(name)).map(({ name, title }) => {
    const own = drilled.filter(({ drill }) => drill.step === name);
    const notes = plan.left.filter(({ step }) => step === name).map(({ why }) => why);
    const costs = name === "cost" && drilled.length > 0 ? costsOf(policy, drilled, staging, billing) : null;
    if (costs !== null) {
      const verdict = costs.problems.length > 0 ? "failed" : "passed";
      return { name, title, result: verdict, drilled: own, notes: costs.notes, costs };
    }
    const failed = own.some(({ problems }) => problems.length > 0);
    const result = own.length === 0 ? "not run" : failed ? "failed" : "passed";
    const isOfOthers = result === "not run" && notes.length === 0 && paths.length > 0;
    const left = isOfOthers ? [`nothing of it is about ${paths.join(", ")}`] : notes;
    const known = name === "contract" ? [...left, ...openAreas(policy), ...adaptersOf(policy), ...askedOf(plan)] : left;
    return { name, title, result, drilled: own, notes: known, costs };
  });
}

/** What no drill can show: whether the provider is as the contract says. */
function openAreas({ contracts }: PolicyToDrill): readonly string[] {
  return contracts.flatMap(({ file, areas }) => {
    const open = areas.filter(({ state }) => state.kind === "pending" || state.kind === "expired");
    const names: readonly AreaName[] = open.map(({ area }) => area);
    return names.length === 0 ? [] : [`nobody has verified ${names.join(", ")} of ${file}`];
  });
}

function adaptersOf({ model }: PolicyToDrill): readonly string[] {
  return model.paths.flatMap(({ name, adapter }) =>
    adapter === null ? [] : [`the adapter ${JSON.stringify(adapter)} of ${name} is the service's code and was not run`],
  );
}

/** Where it is not the plainest request that comes to all paths. */
function askedOf({ asked, isPlain }: Plan): readonly string[] {
  return isPlain ? [] : [`asked with context ${JSON.stringify(asked.context)}, so that requests come to more paths`];
}

export interface Summary {
  readonly steps: number;
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
  readonly drills: number;
  readonly drillsFailed: number;
  readonly calls: number;
}

export function summaryOf(policies: readonly PolicyDrilled[]): Summary {
  const steps = policies.flatMap((one) => one.steps);
  const count = (result: Step["result"]): number => steps.filter((step) => step.result === result).length;
  const drilled = policies.flatMap((one) => one.drilled);
  return {
    steps: steps.length,
    passed: count("passed"),
    failed: count("failed"),
    notRun: count("not run"),
    drills: drilled.length,
    drillsFailed: steps.flatMap((step) => step.drilled).filter(({ problems }) => problems.length > 0).length,
    calls: drilled.reduce((sum, { happened }) => sum + happened.outcome.attempts.length, 0),
  };
}
