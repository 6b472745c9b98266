/**
 * Policies made by hand, for tests: what is left out has a plain value. `on` maps a signal's name to its rule, or to
 * several with guards, the first whose guard holds wins; `otherwise` takes every signal that has none, but for health.
 */
import type {
  ActionPlan,
  BreakerPlan,
  BudgetPlan,
  ContractPlan,
  GuardFacts,
  HookPlan,
  PathPlan,
  Policy,
  RulePlan,
  SloPlan,
} from "../policy.ts";
import { POLICY_FORMAT } from "../policy.ts";
import type { RequestFacts } from "../protocol.ts";
import { BUILT_IN_SIGNALS, SIGNAL, type SignalPlan } from "../signals.ts";

export type ActionSpec = Exclude<ActionPlan, { kind: "fallback" }> | { readonly kind: "fallback"; readonly to: string };

export interface RuleSpec {
  readonly reason: string;
  readonly actions: readonly ActionSpec[];
  readonly hooks?: readonly HookPlan[];
  readonly when?: (facts: GuardFacts) => boolean;
}

export interface PathSpec extends Partial<Omit<PathPlan, "rules" | "decide">> {
  readonly name: string;
  readonly on?: Readonly<Record<string, RuleSpec | readonly RuleSpec[]>>;
  readonly otherwise?: RuleSpec;
}

export interface PolicySpec extends Partial<Omit<Policy, "paths" | "budget" | "contracts" | "signals" | "record">> {
  readonly budget?: Partial<BudgetPlan>;
  readonly paths?: readonly PathSpec[];
  readonly contracts?: readonly ContractPlan[];
  /** Declared ones, after the built-in signals. */
  readonly declared?: readonly SignalPlan[];
  readonly record?: Partial<Policy["record"]>;
}

export const retry = (fromMs = 0, toMs = fromMs): ActionSpec => ({ kind: "retry", fromMs, toMs });
export const fallback = (to: string): ActionSpec => ({ kind: "fallback", to });
export const proceed: ActionSpec = { kind: "proceed" };
export const fail: ActionSpec = { kind: "fail", partial: false };
export const failWithPartial: ActionSpec = { kind: "fail", partial: true };
export const respond = (text: string): ActionSpec => ({ kind: "respond", text });
export const defer = (to: string): ActionSpec => ({ kind: "defer", to });

export const rule = (reason: string, ...actions: readonly ActionSpec[]): RuleSpec => ({ reason, actions });

/** A deadline of 20s, 3 attempts, 1 retry, 1 fallback; one path, `primary`, where everything fails at once. */
export function aPolicy(spec: PolicySpec = {}): Policy {
  const signals = [...BUILT_IN_SIGNALS, ...(spec.declared ?? [])];
  const specs = spec.paths ?? [{ name: "primary" }];
  const names = specs.map((path) => path.name);
  const paths = specs.map((path) => aPath(path, names, signals));
  return {
    format: POLICY_FORMAT,
    name: "by_hand",
    digest: "sha256-00",
    reasons: [...new Set(paths.flatMap((path) => path.rules.map((each) => each.reason)))],
    context: {},
    start: 0,
    retryBudget: null,
    repeatable: () => true,
    stream: { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false },
    ...withoutBuilt(spec),
    signals,
    contracts: spec.contracts ?? [aContract()],
    paths,
    budget: {
      deadlineMs: 20_000,
      attempts: 3,
      retries: 1,
      fallbacks: 1,
      tokens: null,
      costNanos: null,
      currency: null,
      ...spec.budget,
    },
    record: { errorFields: ["code", "type", "param"], errorBytes: 512, keepInvalidOutput: false, ...spec.record },
  };
}

/** `primary` with these rules, and `backup`, where everything fails at once. */
export function twoPaths(
  on: PathSpec["on"],
  spec: PolicySpec = {},
  primary: Partial<PathSpec> = {},
  backup: Partial<PathSpec> = {},
): Policy {
  return aPolicy({
    ...spec,
    paths: [
      { name: "primary", ...(on === undefined ? {} : { on }), ...primary },
      { name: "backup", ...backup },
    ],
  });
}

function withoutBuilt(spec: PolicySpec): Partial<Policy> {
  const { budget, paths, contracts, declared, record, ...rest } = spec;
  return rest;
}

function aPath(spec: PathSpec, names: readonly string[], signals: readonly SignalPlan[]): PathPlan {
  const { on = {}, otherwise = rule("unforeseen", fail), ...given } = spec;
  const rules: RulePlan[] = [];
  const guards: ((facts: GuardFacts) => boolean)[] = [];
  const bySignal = new Map<number, number[]>();
  const add = (each: RuleSpec): number => {
    guards.push(each.when ?? (() => true));
    const actions = each.actions.map((action): ActionPlan => {
      return action.kind === "fallback" ? { kind: "fallback", path: names.indexOf(action.to) } : action;
    });
    return rules.push({ line: rules.length + 1, reason: each.reason, actions, hooks: each.hooks ?? [] }) - 1;
  };
  for (const [name, given] of Object.entries(on)) {
    const several = Array.isArray(given) ? (given as readonly RuleSpec[]) : [given as RuleSpec];
    bySignal.set(
      signals.findIndex((signal) => signal.name === name),
      several.map(add),
    );
  }
  const rest = add(otherwise);
  return {
    contract: 0,
    model: `model-${spec.name}`,
    account: spec.name,
    leastMs: 1000,
    mostMs: 8000,
    connectMs: null,
    firstTokenMs: null,
    stallMs: null,
    contextWindow: null,
    maxOutput: null,
    price: null,
    adapter: null,
    breaker: null,
    slo: null,
    retryBudget: null,
    ...given,
    rules,
    decide: (signal, facts) => {
      const own = bySignal.get(signal)?.find((index) => guards[index]?.(facts));
      if (own !== undefined) return own;
      return signals[signal]?.class === "health" ? -1 : rest;
    },
  };
}

export function aContract(spec: Partial<ContractPlan> = {}): ContractPlan {
  return {
    name: "local",
    baseUrl: "http://127.0.0.1:1",
    path: "/v1/chat/completions",
    auth: { header: "authorization", scheme: "Bearer", env: null },
    headers: {},
    modelField: "model",
    streamField: "stream",
    outputLimitFields: ["max_completion_tokens", "max_tokens"],
    promptField: "messages",
    answer: [["choices", 0, "message", "content"]],
    finishReason: ["choices", 0, "finish_reason"],
    refusedReasons: ["content_filter"],
    usage: { input: ["usage", "prompt_tokens"], output: ["usage", "completion_tokens"] },
    requestIdHeader: "x-request-id",
    errorAt: [["error"], []],
    retryHints: [{ header: "retry-after", format: "seconds_or_date" }],
    chargesFailed: true,
    chargesAborted: true,
    classify: ({ transport, status }) => {
      if (transport !== null || status === 408 || status === 504) return SIGNAL.transport_timeout;
      if (status === 401 || status === 403) return SIGNAL.auth_or_account;
      if (status === 402) return SIGNAL.quota_exhausted;
      if (status === 429) return SIGNAL.rate_limited;
      if (status === 503) return SIGNAL.route_unavailable;
      return status >= 500 ? SIGNAL.server_error : SIGNAL.client_invalid;
    },
    accept: () => -1,
    checks: [],
    ...spec,
  };
}

export function aBreaker(spec: Partial<BreakerPlan> = {}): BreakerPlan {
  return {
    window: { kind: "time", ms: 60_000 },
    minimumCalls: 1,
    failedShare: null,
    slowShare: null,
    slowMs: null,
    consecutive: null,
    openMs: 30_000,
    openMostMs: 30_000,
    probes: 1,
    leaseMs: 10_000,
    ...spec,
  };
}

export function anSlo(spec: Partial<SloPlan> = {}): SloPlan {
  return { percentile: 95, belowMs: 6000, window: { kind: "time", ms: 300_000 }, minimumCalls: 1, ...spec };
}

export function someFacts(spec: Partial<RequestFacts> = {}): RequestFacts {
  return {
    id: "request-1",
    traceId: null,
    startedAt: 1_700_000_000_000,
    request: { messages: [] },
    context: {},
    repeatable: true,
    promptTokens: 100,
    outputLimit: null,
    ...spec,
  };
}
