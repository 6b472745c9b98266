/**
 * What was worked out of a policy holds of every run: random policies, random requests, random events,
 * and random worlds through the whole engine.
 */
import { type AllBounds, type Graph, moment, type Proof, prove, standingOf } from "@fbp/dsl/proof";
import type { Policy } from "@fbp/runtime";
import type { Outcome, PricePlan, RequestFacts } from "@fbp/runtime/core";
import { seededRandom } from "@fbp/runtime/virtual";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aPolicy } from "../generators/policy.ts";
import { compileProgram } from "../support/compile.ts";
import { PARAMETERS, RUNS, requestProperty, TIMEOUT_MS } from "./property.ts";
import { type Dice, walk } from "./walk.ts";

/** To explore a policy takes longer than to send requests under it: fewer policies, and many requests under each. */
const CASES = { ...PARAMETERS, numRuns: Math.ceil(RUNS / 40) };
const WALKS = 1000;

/** With the policy as it was explored: standings are told apart by its very rules. */
function proofOf(text: string): { readonly policy: Policy; readonly proof: Proof } {
  const known = proofs.get(text);
  if (known !== undefined) return known;
  const [model] = compileProgram(text).program.policies;
  if (model === undefined) throw new Error("no policy");
  const proved = prove(model);
  if (proved.kind !== "proved") throw new Error(`not explored: ${proved.why}`);
  const found = { policy: proved.proof.graph.ground.policy, proof: proved.proof };
  if (proofs.size < MOST_KEPT) proofs.set(text, found);
  return found;
}

/** Properties that draw from one seed meet the same policies. */
const proofs = new Map<string, { readonly policy: Policy; readonly proof: Proof }>();
const MOST_KEPT = 100;

function aRequest(dice: Dice, policy: Policy): RequestFacts {
  const request = {
    messages: [{ role: "user", content: "hello" }],
    ...(dice() < 0.5 ? {} : { tools: [{ type: "function", function: { name: "act" } }] }),
  };
  const context = { tier: dice() < 0.5 ? "free" : "paid" };
  return {
    id: "request",
    traceId: null,
    startedAt: 0,
    request,
    context,
    repeatable: policy.repeatable(request, context),
    promptTokens: Math.floor(dice() ** 3 * 8000),
    outputLimit: dice() < 0.5 ? null : 1 + Math.floor(dice() * 1500),
  };
}

test("no request comes to a standing that was not explored, nor to a known one at another time or size", {
  timeout: TIMEOUT_MS,
}, () => {
  fc.assert(
    fc.property(aPolicy, fc.nat(), ({ text }, seed) => {
      const { policy, proof } = proofOf(text);
      const { graph } = proof;
      const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
      const dice = seededRandom(seed);
      for (let count = 0; count < WALKS; count++) {
        // A call of which a part is charged stands between those of which all or nothing is.
        const { facts, visits } = walk(policy, aRequest(dice, policy), dice, false);
        const output = Math.min(facts.outputLimit ?? Infinity, graph.ground.longestOutput);
        const strange = graph.worlds.map((_, world) =>
          visits.findIndex(({ state, atMs }) => {
            const node = nodes.get(standingOf(state, world, graph.ground).key);
            if (node === undefined) return true;
            const at = moment(atMs);
            const { sizes } = node;
            return (
              !node.times.some(({ from, to }) => from - 1 <= at && at <= to + 1) ||
              (sizes !== null &&
                (facts.promptTokens < sizes.least.prompt ||
                  facts.promptTokens > sizes.most.prompt ||
                  output < sizes.least.output ||
                  output > sizes.most.output))
            );
          }),
        );
        if (strange.every((index) => index >= 0)) {
          const visit = visits[Math.max(...strange)];
          const keys = graph.worlds.map((_, world) => visit && standingOf(visit.state, world, graph.ground).key);
          const found = keys.map((key) => nodes.get(key ?? ""));
          expect.fail(
            `${JSON.stringify(keys)} at ${visit?.atMs}ms, ${JSON.stringify(facts)}: ${JSON.stringify(found.map((node) => node && { times: node.times, sizes: node.sizes }))}`,
          );
        }
      }
    }),
    CASES as fc.Parameters<[{ text: string }, number]>,
  );
});

test("no run leaves the bounds", { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(aPolicy, fc.nat(), ({ text }, seed) => {
      const { policy, proof } = proofOf(text);
      const dice = seededRandom(seed);
      for (let count = 0; count < WALKS; count++) {
        staysWithin(proof.bounds, walk(policy, aRequest(dice, policy), dice).outcome);
      }
    }),
    CASES as fc.Parameters<[{ text: string }, number]>,
  );
});

function staysWithin(bounds: AllBounds, outcome: Outcome): void {
  const ofReason = bounds.byReason.get(outcome.reason);
  expect(ofReason, `the reason ${outcome.reason} was not foreseen`).toBeDefined();
  for (const { attempts, elapsedMs, tokens, costNanos } of [bounds, ofReason ?? bounds]) {
    expect(outcome.attempts.length).toBeGreaterThanOrEqual(attempts.least.value);
    expect(outcome.attempts.length).toBeLessThanOrEqual(attempts.most.value);
    expect(outcome.elapsedMs).toBeGreaterThanOrEqual(Math.floor(elapsedMs.least.value));
    expect(outcome.elapsedMs).toBeLessThanOrEqual(elapsedMs.most.value + 0.001);
    if (tokens !== null) expect(outcome.tokens).toBeLessThanOrEqual(tokens.most.value);
    if (costNanos !== null) expect(outcome.costNanos).toBeLessThanOrEqual(costNanos.most.value);
  }
  if (outcome.result !== "answer") {
    expect(outcome.attempts.length).toBeLessThanOrEqual(bounds.amplification.value);
  }
}

/** The rules by path and line, and which of their actions are ever taken. */
function takenActions(graph: Graph): ReadonlySet<string> {
  const { policy } = graph.ground;
  return new Set(
    graph.rules.flatMap(({ path, rule, actions }) =>
      actions.flatMap(({ action, taken }) => {
        const name = action.kind === "fallback" ? `fallback ${policy.paths[action.path]?.name}` : action.kind;
        const line = policy.paths[path]?.rules[rule]?.line ?? null;
        return taken === null ? [] : [`${policy.paths[path]?.name} ${line} ${name}`];
      }),
    ),
  );
}

test("an action that was called impossible is never taken", { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(aPolicy, fc.nat(), ({ text }, seed) => {
      const { policy, proof } = proofOf(text);
      const possible = takenActions(proof.graph);
      const dice = seededRandom(seed);
      for (let count = 0; count < WALKS; count++) {
        for (const { path, line, action } of walk(policy, aRequest(dice, policy), dice).outcome.decisions) {
          const name = action.startsWith("fallback") ? action : (action.split(" ")[0] ?? "");
          expect(possible).toContain(`${path} ${line} ${name}`);
        }
      }
    }),
    CASES as fc.Parameters<[{ text: string }, number]>,
  );
});

test("each extreme that is called exact has a run that reaches it", { timeout: TIMEOUT_MS }, () => {
  const whole = { exact: 0, wider: 0 };
  const rounded = { exact: 0, wider: 0 };
  fc.assert(
    fc.property(aPolicy, ({ text }) => {
      const { policy, proof } = proofOf(text);
      const { bounds } = proof;
      const seen = policy.paths.every(({ price }) => price === null || isWhole(price)) ? whole : rounded;
      for (const of of [bounds, ...bounds.byReason.values()]) {
        for (const what of ["attempts", "elapsedMs", "tokens", "costNanos"] as const) {
          const range = of[what];
          if (range === null) continue;
          for (const { value, trace } of [range.least, range.most]) {
            const run = trace();
            if (run === null) {
              seen.wider++;
              continue;
            }
            seen.exact++;
            const reached = what === "attempts" ? run.outcome.attempts.length : run.outcome[what];
            expect(reached).toBe(what === "elapsedMs" ? Math.floor(value) : value);
          }
        }
      }
    }),
    CASES as fc.Parameters<[{ text: string }]>,
  );
  // Sizes are over-approximated, so that not every extreme can be played: but nearly all.
  expect(share(whole)).toBeLessThan(0.05);
  // Where a token costs parts of a nano-unit, what calls cost together is rounded at each.
  expect(share(rounded)).toBeLessThan(0.1);
});

const foreseen: Parameters<typeof requestProperty>[1] = (seen, { text }) => {
  const { proof } = proofOf(text);
  const possible = takenActions(proof.graph);
  for (const { outcomes, asking } of seen.requests) {
    for (const outcome of outcomes) {
      if (outcome.result === "aborted") continue;
      for (const { path, line, action } of outcome.decisions) {
        const name = action.startsWith("fallback") ? action : (action.split(" ")[0] ?? "");
        expect(possible).toContain(`${path} ${line} ${name}`);
      }
      // The world's providers report what they like.
      const isModest = outcome.attempts.every(({ usage }) => usage === null || usage.input <= asking.promptTokens);
      if (isModest) staysWithin(proof.bounds, outcome);
    }
  }
};

requestProperty("what the whole engine does, too, was foreseen", foreseen, CASES);

function isWhole({ inputNanosPerToken, outputNanosPerToken }: PricePlan): boolean {
  return Number.isInteger(inputNanosPerToken) && Number.isInteger(outputNanosPerToken);
}

function share({ exact, wider }: { readonly exact: number; readonly wider: number }): number {
  return wider / (exact + wider);
}
