/** Runs the drills of a policy over sockets, several at the same time, each held against what is expected. */
import { randomUUID } from "node:crypto";
import {
  type Difference,
  type DrillCase,
  eventsOf,
  expectedOf,
  LATE_MS,
  loadSchemaTruth,
  type Plan,
  type Policy,
  type PolicyModel,
  type SchemaTruth,
  type Seen,
  type StepName,
} from "@fbp/dsl";
import { nth, withoutKeys } from "@fbp/runtime/core";
import { billOf } from "./bill.ts";
import type { BillingEntry } from "./cost-review/billing.ts";
import { problemsOf } from "./judge.ts";
import { cleaned, envFor, keysIn, withoutValues } from "./keys.ts";
import { inLanes } from "./lanes.ts";
import { Lateness } from "./lateness.ts";
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

/** @throws the reason of `interrupted` once it is aborted; then nothing is left running */
export async function runDrills(run: Run): Promise<readonly Drilled[]> {
  const runner = await Runner.start(run);
  try {
    return await runner.all();
  } finally {
    await runner.close();
  }
}

/** The steps whose answers the service's own parser is given. */
export const CANARIES: readonly StepName[] = ["primary-canary", "fallback-canary"];

/** Whatever goes wrong, no request lasts longer than its deadline and this. */
const OVERTIME_MS = 5_000;

/** On a machine that is too busy a drill is tried so often in all. */
const MOST_TRIES = 3;

const MOST_WARM_UP_MS = 100;

class Runner {
  readonly #run: Run;
  readonly #worlds: readonly ReturnType<typeof eventsOf>[];
  readonly #expected: readonly (readonly [Seen, ...Seen[]])[];
  readonly #truths: ReadonlyMap<unknown, SchemaTruth>;
  readonly #provider: LocalProvider;
  readonly #lateness = new Lateness();
  readonly #madeUp: string;
  readonly #keys: readonly string[];
  readonly #drilled: Drilled[] = [];

  private constructor(run: Run, truths: ReadonlyMap<unknown, SchemaTruth>, provider: LocalProvider) {
    this.#run = run;
    this.#truths = truths;
    this.#provider = provider;
    this.#worlds = run.plan.cases.map((one) => eventsOf(run.plan, one));
    this.#expected = run.plan.cases.map((one, index) => expectedOf(run.plain, one, nth(this.#worlds, index)));
    this.#madeUp = `drill-${randomUUID()}`;
    this.#keys = [this.#madeUp, ...keysIn(run.model, run.env)];
  }

  static async start(run: Run): Promise<Runner> {
    const { model, plan } = run;
    const truths = new Map<unknown, SchemaTruth>();
    for (const { root } of model.contracts) truths.set(root, await loadSchemaTruth(root));
    const right: Respond = (drill, path, count) => behaviourOf(eventsOf(plan, nth(plan.cases, drill))(path, count));
    const respond = run.respond ?? right;
    const provider = await LocalProvider.start(model.paths.length, (number, path, count) =>
      respond(number % Math.max(1, plan.cases.length), path, count),
    );
    return new Runner(run, truths, provider);
  }

  async all(): Promise<readonly Drilled[]> {
    const { plan, interrupted } = this.#run;
    await this.#warmUp();
    interrupted.throwIfAborted();
    const late: number[] = [];
    await inLanes(
      plan.cases,
      (index) => this.#takes(index),
      async (index) => {
        const { drilled, lateMs } = await this.#one(index, 1);
        if (drilled.problems.length > 0 && lateMs > nth(LATE_MS, LATE_MS.length - 1)) late.push(index);
        else this.#over(index, drilled);
      },
    );
    for (const index of late) this.#over(index, await this.#again(index));
    return this.#drilled;
  }

  async close(): Promise<void> {
    this.#lateness.stop();
    await this.#provider.close();
  }

  #over(index: number, drilled: Drilled): void {
    this.#drilled[index] = drilled;
    this.#run.over?.(drilled);
  }

  /** A process is slow the first time that it does something: the quickest drill is run once more than it counts. */
  async #warmUp(): Promise<void> {
    const { plan, policy, interrupted } = this.#run;
    const local = plan.cases.flatMap(({ live }, index) => (live === null ? [index] : []));
    const [quickest] = local.sort((a, b) => this.#takes(a) - this.#takes(b));
    if (quickest === undefined || this.#takes(quickest) > MOST_WARM_UP_MS) return;
    const env = { [LOCAL_KEY]: this.#madeUp };
    await request(this.#provider.addressed(policy, quickest, null), nth(plan.cases, quickest), env, interrupted);
  }

  #takes(index: number): number {
    return nth(this.#expected, index)[0].outcome.elapsedMs;
  }

  /** By itself, since the machine was late: that says nothing of the policy. */
  async #again(index: number): Promise<Drilled> {
    for (let tries = 2; ; tries += 1) {
      const { drilled, lateMs } = await this.#one(index, tries);
      const { problems } = drilled;
      if (problems.length === 0 || lateMs <= nth(LATE_MS, LATE_MS.length - 1)) return drilled;
      if (tries < MOST_TRIES) continue;
      const late = {
        what: "this machine",
        expected: "on time",
        got: `${Math.round(lateMs)}ms late, at each of ${tries} tries`,
      };
      return { ...drilled, problems: [late, ...problems] };
    }
  }

  /** @param tries which one this is, from 1 */
  async #one(index: number, tries: number): Promise<{ readonly drilled: Drilled; readonly lateMs: number }> {
    const { model, policy, plan, limits, interrupted } = this.#run;
    const drill = nth(plan.cases, index);
    // Each try has addresses of its own, after those of the warm-up.
    const number = index + tries * plan.cases.length;
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(model.budget.deadlineMs + OVERTIME_MS)]);
    const env = envFor(model, drill, this.#madeUp, this.#run.env);
    const but = drill.live === null ? null : drill.path;
    const began = performance.now();
    const made = await request(this.#provider.addressed(policy, number, but), drill, env, signal);
    const lateMs = this.#lateness.since(began);
    const happened = { ...made, outcome: cleaned(made.outcome, this.#keys) };
    interrupted.throwIfAborted();
    const refused = await this.#refusedByParser(drill, happened);
    interrupted.throwIfAborted();
    const came = this.#provider.cameFor(number);
    const expected = nth(this.#expected, index);
    const given = Object.values(env).filter((key) => key !== undefined);
    const keys = { madeUp: this.#madeUp, given, all: this.#keys };
    const truths = this.#truths;
    const problems = problemsOf({ model, limits, drill, expected, happened, came, refused, keys, truths });
    const bill = billOf(model, plan, nth(this.#worlds, index), came);
    return { drilled: { drill, expected, happened, bill, refused, problems }, lateMs };
  }

  async #refusedByParser({ step }: DrillCase, { outcome, response }: Happened): Promise<string | null> {
    const { parser, env, interrupted } = this.#run;
    if (parser === null || outcome.result !== "answer" || !CANARIES.includes(step)) return null;
    const { command, cwd } = parser;
    const world = { cwd, env: withoutValues(env, this.#keys) };
    const refused = await parserRefuses(command, response, world, interrupted);
    return refused === null ? null : withoutKeys(refused);
  }
}
