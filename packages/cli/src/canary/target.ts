/** One path of a policy, as the canary calls it: alone, once, with the contract's values. */
import { type ContractModel, canonicalRequest, type PolicyModel } from "@fbp/dsl";
import { nth, type PathPlan, type Policy } from "@fbp/runtime/core";

export interface Target {
  readonly policy: Policy;
  readonly model: PolicyModel;
  /** Index into the paths of both. */
  readonly path: number;
}

export interface Settings {
  /** A limit in place of the path's own timeout. */
  readonly timeoutMs: number | null;
  readonly streams: boolean;
}

/** Enough for a greeting, also where some of it is spent on thinking. */
const MOST_OUTPUT_TOKENS = 256;

/** What is kept of an error: what providers put into words. */
const ERROR_FIELDS = ["message", "code", "type", "param"];
const ERROR_BYTES = 400;

/** A small greeting in the form of the path's own contract, with a small limit for the answer. */
export function requestFor(target: Target, settings: Pick<Settings, "streams">): Readonly<Record<string, unknown>> {
  const { contract, root } = contractOf(target);
  return { ...(canonicalRequest(contract, root) as object), ...smallness(target, settings) };
}

/** What keeps the answer to a request small, and a stream telling what it used. */
export function smallness(target: Target, { streams }: Pick<Settings, "streams">): Readonly<Record<string, unknown>> {
  const { contract } = contractOf(target);
  const [limit] = contract.request.outputLimits;
  const tokens = Math.min(MOST_OUTPUT_TOKENS, nth(target.model.paths, target.path).maxOutput ?? MOST_OUTPUT_TOKENS);
  return {
    ...(limit === undefined ? {} : { [limit]: tokens }),
    ...(streams && knows(contract.request.schema, USAGE) ? { [USAGE]: { include_usage: true } } : {}),
  };
}

function contractOf({ model, path }: Target): ContractModel {
  return nth(model.contracts, nth(model.paths, path).contract);
}

/** Where a contract knows it, a stream only tells its usage when asked. */
const USAGE = "stream_options";

function knows(schema: unknown, field: string): boolean {
  const { properties } = Object(schema) as { readonly properties?: unknown };
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, field);
}

/** Has the path's provider streams? Another gives whole answers, whatever is asked for. */
export function hasStreams({ model, path }: Target): boolean {
  const { request, response } = nth(model.contracts, nth(model.paths, path).contract).contract;
  return request.stream !== undefined && response.stream !== undefined;
}

/**
 * The policy with this path alone, one attempt on it, and nothing that could refuse it or repeat it. Signals,
 * `accept` and the path's own limits stay. Its adapter is the service's code: the request has the path's form already.
 */
export function standingAlone({ policy, path }: Target, { timeoutMs }: Settings): Policy {
  const own = nth(policy.paths, path);
  const mostMs = timeoutMs ?? own.mostMs;
  const plan: PathPlan = {
    ...own,
    leastMs: Math.min(own.leastMs, mostMs),
    mostMs,
    contextWindow: null,
    price: null,
    adapter: null,
    breaker: null,
    slo: null,
    retryBudget: null,
    rules: [{ line: 0, reason: "canary", actions: [{ kind: "fail", partial: false }], hooks: [] }],
    decide: () => 0,
  };
  return {
    ...policy,
    reasons: ["canary"],
    context: {},
    paths: [plan],
    start: 0,
    budget: {
      deadlineMs: 2 * mostMs,
      attempts: 1,
      retries: 0,
      fallbacks: 0,
      tokens: null,
      costNanos: null,
      currency: null,
    },
    retryBudget: null,
    repeatable: () => false,
    // Each chunk is told as it comes, so that the first token can be timed.
    stream: { ...policy.stream, mode: "visible", heldTokens: null, heldMs: null },
    record: { errorFields: ERROR_FIELDS, errorBytes: ERROR_BYTES, keepInvalidOutput: false },
  };
}
