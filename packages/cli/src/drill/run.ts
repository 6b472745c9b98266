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
  type StepName,
} from "@fbp/dsl";
import { nth, type Outcome, withoutKeys as withoutKeysOf } from "@fbp/runtime/core";
import { billOf } from "./bill.ts";
import { countDifference, faultsOfCalls } from "./came.ts";
import type { BillingEntry } from "./cost-review/billing.ts";
import { behaviourOf, LOCAL_KEY, LocalProvider, type Respond } from "./local-provider.ts";
import { parserRefuses } from "./parser.ts";
import type { Limits } from "./policies.ts";
import { type Happened, request } from "./request.ts";

export interface Drilled {
  readonly drill: DrillCase;
  /** The first is the one on a machine that is never late. */
  readonly expected: readonly [Seen, ...Seen[]];
  readonly happened: Happened;
  /** What the provider would bill for it. */
  readonly bill: readonly Omit<BillingEntry, "line">[];
  /** Why the service's parser does not take the answer; null: it does, or was not asked. */
  readonly refused: string | null;
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
  /** Read where a real provider is called, and nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The service's own parser, with the folder in which it runs; null: none was given. */
  readonly parser: { readonly command: string; readonly cwd: string } | null;
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
  const madeUp = `drill-${randomUUID()}`;
  const keys = [madeUp, ...keysIn(model, run.env)];
  const provider = await LocalProvider.start((drill, path, count) =>
    respond(drill === warmUp ? 0 : drill, path, count),
  );
  const drilled: Drilled[] = [];
  const one = async (index: number): Promise<void> => {
    const drill = nth(plan.cases, index);
    const but = drill.live === null ? null : drill.path;
    // Whatever goes wrong, no request lasts longer.
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(model.budget.deadlineMs + OVERTIME_MS)]);
    const env = envFor(model, drill, madeUp, run.env);
    const made = await request(provider.addressed(run.policy, index, but), drill, env, signal);
    const happened = { ...made, outcome: cleaned(made.outcome, keys) };
    interrupted.throwIfAborted();
    const refused = await refusedByParser(run, drill, happened, keys);
    interrupted.throwIfAborted();
    const came = provider.cameFor(index);
    const wanted = nth(expected, index);
    const problems = [
      ...differences(wanted, happened, drill.live !== null),
      ...countDifference(model, happened.outcome, came, but),
      ...faultsOfCalls(model, drill, came, madeUp, truths),
      ...promisesBroken(happened, run.limits, Object.values(env)),
      ...demandsBroken(drill.demands, happened).map(({ text, how }) => ({
        what: "the runbook",
        expected: text,
        got: how,
      })),
      ...(refused === null ? [] : [{ what: "the parser", expected: "takes the answer", got: refused }]),
    ];
    const bill = billOf(model, plan, nth(worlds, index), came);
    const result = {
      drill,
      expected: wanted,
      happened,
      bill,
      refused,
      problems: problems.map((one) => withoutKeys(one, keys)),
    };
    drilled[index] = result;
    run.over?.(result);
  };
  const warmUpWith = plan.cases.find(({ live }) => live === null);
  try {
    if (warmUpWith !== undefined) {
      const env = { [LOCAL_KEY]: madeUp };
      await request(provider.addressed(run.policy, warmUp, null), warmUpWith, env, interrupted);
    }
    interrupted.throwIfAborted();
    await inLanes(plan.cases, (index) => nth(expected, index)[0].outcome.elapsedMs, one);
  } finally {
    await provider.close();
  }
  return drilled;
}

/** Each path's answers to canaries are parsed, once whole and once as a stream. */
async function refusedByParser(
  { parser, env, interrupted }: Run,
  { step }: DrillCase,
  { outcome, response }: Happened,
  keys: readonly string[],
): Promise<string | null> {
  if (parser === null || outcome.result !== "answer" || !CANARIES.includes(step)) return null;
  const { command, cwd } = parser;
  const refused = await parserRefuses(command, response, { cwd, env: withoutValues(env, keys) }, interrupted);
  return refused === null ? null : withoutKeysOf(refused);
}

export const CANARIES: readonly StepName[] = ["primary-canary", "fallback-canary"];

function withoutValues(env: Env, values: readonly string[]): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && !values.includes(value)));
}

/** What is asked of real providers goes one after the other: a canary is no load. */
async function inLanes(
  cases: readonly DrillCase[],
  takes: (index: number) => number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const order = cases.map((_, index) => index);
  const live = order.filter((index) => nth(cases, index).live !== null);
  const local = order.filter((index) => nth(cases, index).live === null);
  const slow = local.filter((index) => takes(index) >= QUICK_MS).sort((a, b) => takes(b) - takes(a));
  const quick = local.filter((index) => takes(index) < QUICK_MS);
  await Promise.all([
    inTurn(live, work, 0),
    ...Array.from({ length: MOST_SLOW }, (_, lane) => inTurn(slow, work, lane * APART_MS)),
    ...Array.from({ length: MOST_QUICK }, () => inTurn(quick, work, 0)),
  ]);
}

/** Not even made-up keys are shown: whoever reads the result could not tell. */
function withoutKeys({ what, expected, got }: Difference, keys: readonly string[]): Difference {
  return { what: clean(what, keys), expected: clean(expected, keys), got: clean(got, keys) };
}

/** The runtime knows the key that it was given; a provider that is called with another may tell of the right one. */
function cleaned(outcome: Outcome, keys: readonly string[]): Outcome {
  const attempts = outcome.attempts.map((attempt) => {
    const { error, providerRequestId: id } = attempt;
    const texts = Object.entries(error ?? {}).map(([name, text]) => [name, clean(text, keys)]);
    return {
      ...attempt,
      error: error === null ? null : (Object.fromEntries(texts) as Readonly<Record<string, string>>),
      providerRequestId: id === null ? null : clean(id, keys),
    };
  });
  return { ...outcome, attempts };
}

function clean(text: string, keys: readonly string[]): string {
  return keys.reduce((left, key) => left.replaceAll(key, "[key]"), text);
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
  keys: readonly (string | undefined)[],
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
  if (keys.some((key) => key !== undefined && text.includes(key))) add("the record", "no key in it", "a key");
  return found;
}

type Env = Readonly<Record<string, string | undefined>>;

/** A key of the environment only goes where a real provider is called with the right one. */
function envFor({ paths, contracts }: PolicyModel, { live, path }: DrillCase, madeUp: string, env: Env): Env {
  const own = nth(contracts, nth(paths, path).contract).contract.auth.env;
  const local = { [LOCAL_KEY]: madeUp };
  if (live === null || own === null) return local;
  return { ...local, [own]: live === "wrong_key" ? madeUp : Object.hasOwn(env, own) ? env[own] : undefined };
}

function keysIn({ contracts }: PolicyModel, env: Env): readonly string[] {
  const names = contracts.flatMap(({ contract }) => contract.auth.env ?? []);
  return names.flatMap((name) => (Object.hasOwn(env, name) ? (env[name] ?? []) : [])).filter((key) => key !== "");
}
