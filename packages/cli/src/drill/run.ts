/** Runs the drills of a policy over sockets, several at the same time, each held against what is expected. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  type Difference,
  type DrillCase,
  demandsBroken,
  differences,
  eventsOf,
  expectedOf,
  loadSchemaTruth,
  type Plan,
  type Policy,
  type PolicyModel,
  type SchemaTruth,
  type Seen,
} from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { billOf } from "./bill.ts";
import { countDifference, faultsOfCalls } from "./came.ts";
import type { BillingEntry } from "./cost-review/billing.ts";
import { behaviourOf, LocalProvider, type Respond } from "./local-provider.ts";
import type { Limits } from "./policies.ts";
import { type Happened, request } from "./request.ts";

export interface Drilled {
  readonly drill: DrillCase;
  /** The first is the one on a machine that is never late. */
  readonly expected: readonly [Seen, ...Seen[]];
  readonly happened: Happened;
  /** What the provider would bill for it. */
  readonly bill: readonly Omit<BillingEntry, "line">[];
  /** None: passed. */
  readonly problems: readonly Difference[];
}

export interface Run {
  readonly policy: Policy;
  readonly model: PolicyModel;
  /** The policy without a compiler. */
  readonly plain: Policy;
  readonly plan: Plan;
  readonly limits: Limits;
  readonly interrupted: AbortSignal;
  readonly over?: (drilled: Drilled) => void;
  /** Left out: as the drill's world has it. */
  readonly respond?: Respond;
}

/** A drill that takes longer mostly waits, so many can run at the same time. */
const QUICK_MS = 1_000;
const MOST_SLOW = 32;
const MOST_QUICK = 4;
/** Between the beginnings of slow ones: a burst would make each of them late. */
const APART_MS = 10;

/** @throws the reason of `interrupted` once it is aborted; then nothing is left running */
export async function runDrills(run: Run): Promise<readonly Drilled[]> {
  const { model, plain, plan, interrupted } = run;
  const worlds = plan.cases.map((one) => eventsOf(plan, one));
  const expected = plan.cases.map((one, index) => expectedOf(plain, one, nth(worlds, index)));
  const truths = new Map<unknown, SchemaTruth>();
  for (const { root } of model.contracts) truths.set(root, await loadSchemaTruth(root));
  const respond: Respond = run.respond ?? ((drill, path, count) => behaviourOf(nth(worlds, drill)(path, count)));
  // A process is slow the first time that it does something: the first drill is run once more than it counts.
  const warmUp = plan.cases.length;
  const env = madeUpKeys(model);
  const provider = await LocalProvider.start((drill, path, count) =>
    respond(drill === warmUp ? 0 : drill, path, count),
  );
  const drilled: Drilled[] = [];
  const order = plan.cases.map((_, index) => index);
  const takes = (index: number): number => nth(expected, index)[0].outcome.elapsedMs;
  const slow = order.filter((index) => takes(index) >= QUICK_MS).sort((a, b) => takes(b) - takes(a));
  const quick = order.filter((index) => takes(index) < QUICK_MS);
  const one = async (index: number): Promise<void> => {
    const drill = nth(plan.cases, index);
    // Whatever goes wrong, no request lasts longer.
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(model.budget.deadlineMs + OVERTIME_MS)]);
    const happened = await request(provider.addressed(run.policy, index), drill, env, signal);
    interrupted.throwIfAborted();
    const came = provider.cameFor(index);
    const wanted = nth(expected, index);
    const problems = [
      ...differences(wanted, happened),
      ...countDifference(model, happened.outcome, came),
      ...faultsOfCalls(model, drill, came, env, truths),
      ...promisesBroken(happened, run.limits, Object.values(env)),
      ...demandsBroken(drill.demands, happened).map(({ text, how }) => ({
        what: "the runbook",
        expected: text,
        got: how,
      })),
    ];
    const bill = billOf(model, plan, nth(worlds, index), came);
    const result = { drill, expected: wanted, happened, bill, problems: problems.map((one) => withoutKeys(one, env)) };
    drilled[index] = result;
    run.over?.(result);
  };
  try {
    const [first] = plan.cases;
    if (first !== undefined) await request(provider.addressed(run.policy, warmUp), first, env, interrupted);
    interrupted.throwIfAborted();
    await Promise.all([
      ...Array.from({ length: MOST_SLOW }, (_, lane) => inTurn(slow, one, lane * APART_MS)),
      ...Array.from({ length: MOST_QUICK }, () => inTurn(quick, one, 0)),
    ]);
  } finally {
    await provider.close();
  }
  return drilled;
}

/** Not even made-up keys are shown: whoever reads the result could not tell. */
function withoutKeys({ what, expected, got }: Difference, env: Readonly<Record<string, string>>): Difference {
  const clean = (text: string): string => Object.values(env).reduce((left, key) => left.replaceAll(key, "[key]"), text);
  return { what: clean(what), expected: clean(expected), got: clean(got) };
}

async function inTurn(order: number[], work: (index: number) => Promise<void>, afterMs: number): Promise<void> {
  await setTimeout(afterMs);
  for (let index = order.shift(); index !== undefined; index = order.shift()) await work(index);
}

/** A request that is over this much later than its limit was late on a busy machine. */
const OVERTIME_MS = 5_000;
const LATE_MS = 1_000;

/** What holds of every request of every policy. */
function promisesBroken(
  { outcome, recorded, told }: Happened,
  limits: Limits,
  keys: readonly string[],
): readonly Difference[] {
  const found: Difference[] = [];
  const add = (what: string, expected: string, got: string): void => void found.push({ what, expected, got });
  if (recorded.length !== 1) add("outcomes", "exactly one", String(recorded.length));
  const { attempts, elapsedMs, hooks } = outcome;
  if (attempts.length > limits.attempts) add("calls", `at most ${limits.attempts}`, String(attempts.length));
  if (elapsedMs > limits.elapsedMs + LATE_MS)
    add("time", `at most ${limits.elapsedMs}ms`, `${Math.round(elapsedMs)}ms`);
  const words = (list: typeof hooks): string =>
    list.map(({ kind, target }) => `${kind} ${target}`).join(", ") || "nobody";
  if (words(hooks) !== words(told)) add("handlers that were called", words(hooks), words(told));
  const text = JSON.stringify(recorded);
  if (keys.some((key) => text.includes(key))) add("the record", "no key in it", "a key");
  return found;
}

/** Nothing of the environment is used: a key that leaks from here opens nothing. */
function madeUpKeys(model: PolicyModel): Readonly<Record<string, string>> {
  const names = model.contracts.flatMap(({ contract }) => contract.auth.env ?? []);
  return Object.fromEntries(names.map((name) => [name, `drill-${randomUUID()}`]));
}
