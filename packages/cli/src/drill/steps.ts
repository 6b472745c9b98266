/** The steps of a drilled policy, each with its verdict. */
import { type AreaName, type Plan, type Policy, plainPolicy, planOf, STEPS, type StepName } from "@fbp/dsl";
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
}

/** The drills of these steps, with the policy that they are held against. */
export async function planFor(
  { model, situations }: PolicyToDrill,
  only: readonly StepName[],
): Promise<{ readonly plan: Plan; readonly plain: Policy }> {
  const plain = await plainPolicy(model);
  const whole = planOf(model, plain, situations);
  // The costs are those of all drills.
  const cases = only.includes("cost") ? whole.cases : whole.cases.filter(({ step }) => only.includes(step));
  return { plan: { ...whole, cases }, plain };
}

export function stepsOf(
  policy: PolicyToDrill,
  only: readonly StepName[],
  plan: Plan,
  drilled: readonly Drilled[],
): readonly Step[] {
  return STEPS.filter(({ name }) => only.includes(name)).map(({ name, title }) => {
    const own = drilled.filter(({ drill }) => drill.step === name);
    const notes = plan.left.filter(({ step }) => step === name).map(({ why }) => why);
    const costs = name === "cost" && drilled.length > 0 ? costsOf(policy, drilled) : null;
    if (costs !== null) {
      const verdict = costs.problems.length > 0 ? "failed" : "passed";
      return { name, title, result: verdict, drilled: own, notes: costs.notes, costs };
    }
    const failed = own.some(({ problems }) => problems.length > 0);
    const result = own.length === 0 ? "not run" : failed ? "failed" : "passed";
    const known = name === "contract" ? [...notes, ...openAreas(policy)] : notes;
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
    drillsFailed: drilled.filter(({ problems }) => problems.length > 0).length,
    calls: drilled.reduce((sum, { happened }) => sum + happened.outcome.attempts.length, 0),
  };
}
