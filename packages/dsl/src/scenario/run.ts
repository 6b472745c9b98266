/** Plays one scenario: a request against a scripted world, on a clock that jumps from event to event. */
import { ADMITTED_LATER, type Ending, force, Health, type Outcome, type Policy } from "@fbp/runtime/core";
import { prepare, run, UsageError, type Viewer } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock } from "@fbp/runtime/virtual";
import type { ContractModel, PolicyModel, ScenarioModel } from "../check/model.ts";
import { type Span, textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { canonicalRequest } from "./canonical.ts";
import { claimFacts, isBroken } from "./claims.ts";
import { type Comparison, compare } from "./expect.ts";
import { jsonValue } from "./json.ts";
import { type Providers, UnplayableError, unscripted, worldOf } from "./world.ts";

export type ScenarioResult = PlayedScenario | UnplayableScenario;

export interface PlayedScenario {
  readonly kind: "played";
  readonly scenario: ScenarioModel;
  /** Is every expectation met? */
  readonly passed: boolean;
  readonly comparisons: readonly Comparison[];
  readonly outcome: Outcome;
  readonly ending: Ending;
  /** Steps of the world that no call ever met. */
  readonly unmet: readonly Span[];
}

/** The scenario says something that cannot be played: an unusable request, a missing context field. */
export interface UnplayableScenario {
  readonly kind: "unplayable";
  readonly scenario: ScenarioModel;
  readonly passed: false;
  readonly why: string;
  readonly span: Span;
}

/**
 * Every back-off takes half of what its jitter allows, so that a scenario means the same each time.
 * @param policy the compiled policy that the scenario names
 * @param model the same policy as checked: its contracts give the canonical request and answers
 */
export function runScenario(policy: Policy, model: PolicyModel, scenario: ScenarioModel): ScenarioResult {
  try {
    return play(policy, model, scenario);
  } catch (error) {
    if (error instanceof UnplayableError) {
      return { kind: "unplayable", scenario, passed: false, why: error.message, span: error.span };
    }
    // The request or the context that the scenario gives is of no use to the runtime.
    if (error instanceof UsageError) {
      return { kind: "unplayable", scenario, passed: false, why: error.message, span: givenSpan(scenario.tree) };
    }
    throw error;
  }
}

const HALF = 0.5;

function play(policy: Policy, model: PolicyModel, scenario: ScenarioModel): ScenarioResult {
  const { steps } = scenario.tree;
  const { request, streamed } = askedOf(model, steps);
  const providers: Providers = { contractOf: (path) => contractOf(model, path), streamed };
  const world = worldOf(steps, providers);
  const clock = new VirtualClock();
  const health = new Health(policy);
  putHealth(health, policy, steps, clock.now());
  const met = new Map<string, number>();
  const transport = new ScriptedTransport(clock, (call, nth) => {
    met.set(call.path, nth + 1);
    return world.get(call.path)?.[nth]?.event ?? unscripted(call.path, providers);
  });
  const deps = { clock, transport, random: () => HALF, ids: () => "scenario", prepared: prepare(policy) };
  const ended: { outcome: Outcome; ending: Ending }[] = [];
  const given = contextOf(steps);
  const options = streamed ? { ...given, viewer: NOBODY } : given;
  const running = run(deps, policy, health, request, options, (outcome, ending) => {
    ended.push({ outcome, ending });
  });
  for (const step of steps) if (step.kind === "abort") clock.schedule(step.after.value, () => running.abort());
  clock.run();
  const [end] = ended;
  if (end === undefined) throw new Error("the engine came to rest without an outcome");
  const expectations = steps.flatMap((step) => (step.kind === "expect" ? step.expectations : []));
  const comparisons = [
    ...expectations.map((expectation) => compare(expectation, end.outcome, end.ending)),
    ...brokenAssertions(model, end.outcome, request, given.context),
  ];
  return {
    kind: "played",
    scenario,
    passed: comparisons.every((comparison) => comparison.met),
    comparisons,
    ...end,
    unmet: [...world].flatMap(([path, events]) => events.slice(met.get(path) ?? 0).map((planned) => planned.span)),
  };
}

/** The policy's own assertions hold of a scenario too; who gives up breaks none of them. */
function brokenAssertions(
  model: PolicyModel,
  outcome: Outcome,
  request: unknown,
  given: unknown,
): readonly Comparison[] {
  if (outcome.result === "aborted") return [];
  const defaults = Object.fromEntries(model.context.map((field) => [field.name, field.default]));
  const facts = { request, context: Object.assign(defaults, given), outcome: claimFacts(outcome) };
  return model.asserts
    .filter((assertion) => isBroken(assertion, facts))
    .map(({ span }) => {
      const expected = textOf(span).replace(/\s+/gu, " ").trim();
      return { expected, got: `${outcome.result} after ${outcome.attempts.length} attempts`, met: false, span };
    });
}

function contractOf(model: PolicyModel, name: string): ContractModel | null {
  return model.contracts[model.paths.find((path) => path.name === name)?.contract ?? -1] ?? null;
}

interface Asked {
  readonly request: unknown;
  readonly streamed: boolean;
}

/** A stream is asked for where the request says so; where it says nothing of it, when one breaks in the scenario. */
function askedOf(model: PolicyModel, steps: readonly tree.ScenarioStep[]): Asked {
  const start = contractOf(model, model.paths[model.start]?.name ?? "");
  if (start === null) return { request: {}, streamed: false };
  const given = steps.findLast((step) => step.kind === "given_request");
  const request = given === undefined ? canonicalRequest(start.contract, start.root) : jsonValue(given.json);
  const field = start.contract.request.stream;
  if (field === undefined || typeof request !== "object" || request === null) return { request, streamed: false };
  const said = Object.hasOwn(request, field) ? (request as Readonly<Record<string, unknown>>)[field] : undefined;
  if (said !== undefined) return { request, streamed: said === true };
  const breaks = steps.some((step) => step.kind === "world" && step.event.kind === "breaks");
  return breaks ? { request: { ...request, [field]: true }, streamed: true } : { request, streamed: false };
}

/** Looks at a stream; what it is shown is of no interest here. */
const NOBODY: Viewer = { show: () => {} };

function contextOf(steps: readonly tree.ScenarioStep[]): { readonly context?: unknown } {
  const given = steps.findLast((step) => step.kind === "given_context");
  return given === undefined ? {} : { context: jsonValue(given.json) };
}

function putHealth(health: Health, policy: Policy, steps: readonly tree.ScenarioStep[], now: number): void {
  for (const step of steps) {
    if (step.kind !== "given_breaker" && step.kind !== "given_slo") continue;
    const path = policy.paths.findIndex((plan) => plan.name === step.path.text);
    const breaker = health.paths[path]?.breaker ?? null;
    if (step.kind === "given_slo") breachSlo(health, policy, path, now);
    else if (breaker !== null) force(breaker, step.state, now);
  }
}

/** As many calls as the objective asks for, none below its limit. Without a permit they do not count for the breaker. */
function breachSlo(health: Health, policy: Policy, path: number, now: number): void {
  const slo = policy.paths[path]?.slo ?? null;
  if (slo === null) return;
  for (let call = 0; call < slo.minimumCalls; call++) health.settle(path, ADMITTED_LATER, "success", slo.belowMs, now);
}

/** Where the scenario says what the caller gives, else its title. */
function givenSpan(scenario: tree.ScenarioBlock): Span {
  const given = scenario.steps.find((step) => step.kind === "given_request" || step.kind === "given_context");
  return given?.span ?? scenario.title.span;
}
