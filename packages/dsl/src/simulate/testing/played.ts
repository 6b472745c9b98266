/** A policy with a primary and a backup path, and worlds for it. */
import { type Policy, SIGNAL } from "@fbp/runtime/core";
import type { PolicyModel, RuleModel } from "../../check/model.ts";
import { fitsAnything } from "../../lower/fits.ts";
import { instantiate } from "../../lower/instantiate.ts";
import { lowerPolicies } from "../../lower/policy.ts";
import { FAIL, NOWHERE, pathModel, policyModel, rule } from "../../testing/models.ts";
import { standardScore } from "../dice.ts";
import type { PathProfile, Profile, RequestKind } from "../profile.ts";
import type { Simulation } from "../result.ts";
import { type SimulationInput, simulate } from "../simulate.ts";

const toBackup = { kind: "fallback", path: 1, span: NOWHERE } as const;

const on = (signal: keyof typeof SIGNAL, reason: string, actions: RuleModel["actions"]): RuleModel =>
  rule([SIGNAL[signal]], { reason, actions });

export const MODEL: PolicyModel = policyModel({
  paths: [
    pathModel({
      rules: [
        on("transport_timeout", "timeout", [toBackup, FAIL]),
        on("server_error", "error", [toBackup, FAIL]),
        on("rate_limited", "limited", [toBackup, FAIL]),
        on("unusable_output", "output", [toBackup, FAIL]),
        on("context_overflow", "overflow", [toBackup, FAIL]),
        on("content_refused", "refused", [FAIL]),
        on("stream_interrupted", "cut", [FAIL]),
        on("circuit_open", "open", [toBackup, FAIL]),
      ],
      breaker: {
        window: { kind: "time", ms: 10_000 },
        minimumCalls: 10,
        failedShare: 0.5,
        slowShare: null,
        slowMs: null,
        consecutive: null,
        openMs: 5000,
        openMostMs: 5000,
        probes: 1,
        leaseMs: 8000,
      },
      slo: { percentile: 95, belowMs: 6000, window: { kind: "calls", calls: 100 }, minimumCalls: 50 },
    }),
    pathModel({ name: "backup", model: "model-b" }),
  ],
});

export function policyOf(model: PolicyModel = MODEL): Policy {
  const [policy] = instantiate(lowerPolicies([model], { digest: "sha256-0", fits: fitsAnything, validators: "" }));
  if (policy === undefined) throw new Error("no policy came out");
  return policy;
}

export function healthy(change: Partial<PathProfile> = {}): PathProfile {
  const latency = [
    { score: 0, ms: 500 },
    { score: standardScore(0.95), ms: 1500 },
  ];
  return { latency, firstToken: 0.25, errors: [], outages: [], slow: [], cuts: 0, ...change };
}

export function worldWith(primary: Partial<PathProfile> = {}, kinds: readonly Partial<RequestKind>[] = [{}]): Profile {
  return {
    rate: 20,
    bursts: [],
    requests: kinds.map((kind) => ({ share: 1, input: 100, output: 20, stream: false, context: undefined, ...kind })),
    paths: new Map([
      ["primary", healthy(primary)],
      ["backup", healthy()],
    ]),
  };
}

export function played(change: Partial<SimulationInput> = {}): Simulation {
  const running = simulate({
    policy: policyOf(change.model),
    model: MODEL,
    seed: 1,
    profile: worldWith(),
    spanMs: 60_000,
    ...change,
  });
  for (;;) {
    const { done, value } = running.next();
    if (done) return value;
  }
}
