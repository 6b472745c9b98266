/**
 * LiteLLM's router, as a simulation plays it beside a policy. Source: `async_function_with_fallbacks`,
 * `async_function_with_retries`, `should_retry_this_error` and `_time_to_sleep_before_retry` of router.py,
 * `run_async_fallback` of router_utils/fallback_event_handlers.py, router_strategy/simple_shuffle.py and
 * `_calculate_retry_after` of utils.py (BerriAI/litellm, as of 2026).
 */
import { nth } from "@fbp/runtime/core";
import type { Ask, BesideRules, Play } from "../../simulate/beside/rules.ts";
import type { Deployment } from "../litellm-routing.ts";
import type { Router } from "../litellm-settings.ts";
import type { PathNeed } from "../plan.ts";
import { isRetriedStatus, type LitellmError, litellmError, policyNamesOf } from "./litellm-error.ts";
import { LitellmHealth } from "./litellm-health.ts";

export interface LitellmConfiguration {
  readonly router: Router;
  readonly deployments: readonly Deployment[];
  readonly paths: readonly PathNeed[];
}

/** Of what a group is asked for. */
export function litellmRules(configuration: LitellmConfiguration, group: string): BesideRules {
  const { deployments, paths } = configuration;
  return {
    title: "LiteLLM",
    group,
    paths: deployments.map(({ path }) => ({
      name: path,
      price: paths.find(({ name }) => name === path)?.price ?? null,
    })),
    leavesOut: LEFT_OUT,
    start: () => {
      const routing = new Routing(configuration);
      return (ask) => routing.request(group, ask);
    },
  };
}

const LEFT_OUT: readonly string[] = [
  "deployments are picked as simple-shuffle does, also where the configuration asks for another routing strategy",
  "a stream that breaks after its first token fails the request",
  "caches, guardrails, budgets of keys, limits of parallel calls, `order` and `allowed_fails_policy` are not played",
];

/** `INITIAL_RETRY_DELAY`, `MAX_RETRY_DELAY` and `JITTER`; a wait that the provider asks for is minded up to a minute. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const JITTER_MS = 750;
const LONGEST_HINT_MS = 60_000;

const NO_DEPLOYMENT: LitellmError = { kind: "NoDeployment", status: null, retryAfterMs: null };

/** What came of a group; null: an answer. */
type Came = Failed | null;

interface Failed {
  readonly error: LitellmError;
  /** Tokens of it were seen: nothing is tried any more. */
  readonly isFinal: boolean;
  readonly retries: number | null;
}

class Routing {
  readonly #router: Router;
  readonly #groups = new Map<string, Deployment[]>();
  readonly #timeouts: ReadonlyMap<string, number>;
  readonly #health: LitellmHealth;

  constructor({ router, deployments, paths }: LitellmConfiguration) {
    this.#router = router;
    for (const one of deployments) this.#groups.set(one.group, [...(this.#groups.get(one.group) ?? []), one]);
    this.#timeouts = new Map(paths.map(({ name, timeoutMs }) => [name, timeoutMs]));
    this.#health = new LitellmHealth(router);
  }

  *request(group: string, ask: Ask): Play<boolean> {
    return (yield* this.#withFallbacks(group, 0, new Set(), ask)) === null;
  }

  /** Every group once, `max_fallbacks` deep. */
  *#withFallbacks(group: string, depth: number, attempted: Set<string>, ask: Ask): Play<Came> {
    attempted.add(group);
    const came = yield* this.#withRetries(group, ask);
    if (came === null || came.isFinal || depth >= this.#router.mostFallbacks) return came;
    let hops = depth;
    for (const next of this.#chainFor(group, came.error)) {
      if (attempted.has(next)) continue;
      hops++;
      const other = yield* this.#withFallbacks(next, hops, attempted, ask);
      if (other === null || other.isFinal) return other;
    }
    return came;
  }

  /** Where there are fallbacks for the very error, the others are not tried. */
  #chainFor(group: string, { kind }: LitellmError): readonly string[] {
    const { contextWindow, contentPolicy, fallbacks, otherwise } = this.#router;
    if (kind === "ContextWindowExceededError" && contextWindow.size > 0) return contextWindow.get(group) ?? [];
    if (kind === "ContentPolicyViolationError" && contentPolicy.size > 0) return contentPolicy.get(group) ?? [];
    return fallbacks.get(group) ?? fallbacks.get("*") ?? otherwise;
  }

  *#withRetries(group: string, ask: Ask): Play<Came> {
    let came = yield* this.#attempt(group, ask);
    if (came === null || came.isFinal) return came;
    const granted = this.#granted(group, came.error);
    const retries = granted ?? came.retries ?? this.#router.played.retries;
    if (granted === null && !this.#isRetried(group, came.error, ask.now())) return came;
    for (let made = 0; made < retries; made++) {
      yield this.#waitBefore(group, made, came.error, ask);
      came = yield* this.#attempt(group, ask);
      if (came === null || came.isFinal) return came;
      if (granted === null && !this.#isRetried(group, came.error, ask.now())) return came;
    }
    // It waits once more before it gives up.
    if (retries > 0) yield this.#waitBefore(group, retries, came.error, ask);
    return came;
  }

  /** By `retry_policy`, which stands above all other reasons not to; null: it does not say. */
  #granted(group: string, error: LitellmError): number | null {
    const { groupPolicies, retryPolicy } = this.#router.played;
    const policy = groupPolicies.get(group) ?? retryPolicy;
    return policyNamesOf(error).reduce<number | null>((found, name) => found ?? policy.get(name) ?? null, null);
  }

  #isRetried(group: string, { kind, status }: LitellmError, now: number): boolean {
    const { contextWindow, contentPolicy } = this.#router;
    if (kind === "ContextWindowExceededError" && contextWindow.size > 0) return false;
    if (kind === "ContentPolicyViolationError" && contentPolicy.size > 0) return false;
    const isAboutKey = status === 401 || status === 403;
    if (status !== null && !isRetriedStatus(status) && !isAboutKey) return false;
    if (isAboutKey && this.#of(group).length <= 1) return false;
    return this.#healthy(group, now).length > 0;
  }

  /** At once where a group has several deployments, and one is well. */
  #waitBefore(group: string, made: number, { retryAfterMs }: LitellmError, ask: Ask): number {
    if (this.#of(group).length !== 1 && this.#healthy(group, ask.now()).length > 0) return 0;
    const jitter = JITTER_MS * ask.dice();
    if (retryAfterMs !== null && retryAfterMs > 0 && retryAfterMs <= LONGEST_HINT_MS) return retryAfterMs + jitter;
    const wait = Math.max(FIRST_WAIT_MS * 2 ** made, this.#router.retryAfterMs);
    return Math.min(wait, LONGEST_WAIT_MS) + jitter;
  }

  *#attempt(group: string, ask: Ask): Play<Came> {
    const healthy = this.#healthy(group, ask.now());
    if (healthy.length === 0) return { error: NO_DEPLOYMENT, isFinal: false, retries: null };
    const deployment = picked(healthy, ask.dice());
    const reply = yield* ask.call(deployment.path, this.#limitOf(deployment, ask.stream));
    const error = litellmError(reply);
    if (error === null) {
      this.#health.answered(deployment, ask.now());
      return null;
    }
    this.#health.failed(deployment, error, ask.now(), this.#of(group).length === 1);
    return { error, isFinal: reply.kind === "broke_off", retries: deployment.played.retries };
  }

  #limitOf({ path, played }: Deployment, stream: boolean): number {
    const whole = this.#timeouts.get(path) ?? this.#router.timeoutMs;
    return stream ? (played.streamTimeoutMs ?? this.#router.played.streamTimeoutMs ?? whole) : whole;
  }

  #of(group: string): readonly Deployment[] {
    return this.#groups.get(group) ?? [];
  }

  #healthy(group: string, now: number): readonly Deployment[] {
    return this.#of(group).filter((one) => !this.#health.isCooling(one, now));
  }
}

/** By weights, if one has some, else by `rpm`, else by `tpm`, else evenly. */
function picked(deployments: readonly Deployment[], share: number): Deployment {
  for (const name of ["weight", "rpm", "tpm"] as const) {
    const weights = deployments.map(({ played }) => played.shares[name] ?? 0);
    let left = share * weights.reduce((sum, weight) => sum + weight, 0);
    if (left === 0 && weights.every((weight) => weight === 0)) continue;
    for (const [index, weight] of weights.entries()) {
      if (left < weight) return nth(deployments, index);
      left -= weight;
    }
  }
  return nth(deployments, Math.min(deployments.length - 1, Math.floor(share * deployments.length)));
}
