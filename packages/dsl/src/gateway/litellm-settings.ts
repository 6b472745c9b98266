/** What LiteLLM's `router_settings` and `litellm_settings` say of retries, fallbacks, cooldowns and timeouts. */
import { isRecord, type Place } from "../contract/import/source.ts";
import type { Config } from "./config.ts";
import { fieldOf, USED } from "./config.ts";
import { RETRY_POLICY, SETTINGS } from "./litellm-fields.ts";

export type Retried = "transport_timeout" | "server_error" | "route_unavailable" | "rate_limited";

export interface Router {
  readonly retries: Readonly<Record<Retried, number>>;
  readonly timeoutMs: number;
  readonly isTimeoutGiven: boolean;
  /** The shortest wait before a retry. */
  readonly retryAfterMs: number;
  /** null: the configuration does not say. */
  readonly allowedFails: number | null;
  readonly cooldownMs: number;
  readonly cools: boolean;
  readonly mostFallbacks: number;
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly contextWindow: ReadonlyMap<string, readonly string[]>;
  readonly contentPolicy: ReadonlyMap<string, readonly string[]>;
  /** For groups without fallbacks of their own. */
  readonly otherwise: readonly string[];
  /** What its rules are played by beside a policy. */
  readonly played: PlayedSettings;
}

/** What a policy cannot say, and a simulation of LiteLLM's own rules needs. */
export interface PlayedSettings {
  /** `num_retries`, whatever failed. */
  readonly retries: number;
  readonly retryPolicy: RetryPolicy;
  /** By model group, in place of that. */
  readonly groupPolicies: ReadonlyMap<string, RetryPolicy>;
  readonly streamTimeoutMs: number | null;
  /** `allowed_fails`, where the router takes it for set: it takes one that is the library's own for none. */
  readonly allowedFails: number | null;
}

/** Names of exceptions, as `retry_policy` has them, each with its retries. */
export type RetryPolicy = ReadonlyMap<string, number>;

/** `DEFAULT_MAX_RETRIES`, `REQUEST_TIMEOUT`, `ROUTER_MAX_FALLBACKS`, `DEFAULT_COOLDOWN_TIME_SECONDS`, `DEFAULT_ALLOWED_FAILS`. */
const DEFAULTS = { retries: 2, timeoutS: 6000, fallbacks: 5, cooldownS: 5, allowedFails: 3 } as const;

export function routerOf(config: Config): Router {
  const { root } = config;
  const router = config.object(root, "router_settings") ?? EMPTY;
  const litellm = config.object(root, "litellm_settings") ?? EMPTY;
  config.account(router, SETTINGS);
  config.account(litellm, SETTINGS);
  const number = (name: string): number | null => config.number(router, name) ?? config.number(litellm, name);
  const policy = retryPolicyIn(config, config.object(router, "retry_policy"));
  const retries = config.whole(router, "num_retries") ?? config.whole(litellm, "num_retries") ?? DEFAULTS.retries;
  const ofPolicy = (name: string): number => policy.get(name) ?? policy.get("Default") ?? retries;
  const timeoutS = config.number(router, "timeout") ?? config.number(litellm, "request_timeout");
  const [ownFails, libraryFails] = [config.whole(router, "allowed_fails"), config.whole(litellm, "allowed_fails")];
  const streamTimeoutS = config.number(router, "stream_timeout");
  return {
    retries: {
      transport_timeout: ofPolicy("TimeoutError"),
      server_error: ofPolicy("InternalServerError"),
      route_unavailable: ofPolicy("ServiceUnavailableError"),
      rate_limited: ofPolicy("RateLimitError"),
    },
    timeoutMs: (timeoutS ?? DEFAULTS.timeoutS) * 1000,
    isTimeoutGiven: timeoutS !== null,
    retryAfterMs: (number("retry_after") ?? 0) * 1000,
    allowedFails: ownFails ?? libraryFails,
    cooldownMs: (number("cooldown_time") ?? DEFAULTS.cooldownS) * 1000,
    cools: fieldOf(router.value, "disable_cooldowns") !== true,
    mostFallbacks: number("max_fallbacks") ?? DEFAULTS.fallbacks,
    fallbacks: fallbacksIn(config, [litellm, router], "fallbacks"),
    contextWindow: fallbacksIn(config, [litellm, router], "context_window_fallbacks"),
    contentPolicy: fallbacksIn(config, [litellm, router], "content_policy_fallbacks"),
    otherwise: [...namesIn(config, litellm, "default_fallbacks"), ...namesIn(config, router, "default_fallbacks")],
    played: {
      retries,
      retryPolicy: policy,
      groupPolicies: groupPoliciesIn(config, router),
      streamTimeoutMs: streamTimeoutS === null ? null : streamTimeoutS * 1000,
      allowedFails: ownFails === (libraryFails ?? DEFAULTS.allowedFails) ? null : ownFails,
    },
  };
}

/** `TimeoutErrorRetries: 3` is 3 under `TimeoutError`. */
function retryPolicyIn(config: Config, place: Place | null): RetryPolicy {
  if (place === null) return new Map();
  config.account(place, RETRY_POLICY);
  return new Map(
    Object.keys(RETRY_POLICY).flatMap((name) => {
      const count = config.whole(place, name);
      return count === null ? [] : [[name.replace(/Retries$/, ""), count] as const];
    }),
  );
}

function groupPoliciesIn(config: Config, router: Place): ReadonlyMap<string, RetryPolicy> {
  const place = config.object(router, "model_group_retry_policy");
  if (place === null) return new Map();
  return new Map(
    Object.keys(place.value as object).map((group) => [group, retryPolicyIn(config, config.object(place, group))]),
  );
}

export const EMPTY: Place = { pointer: "", value: {} };

/** `[{ "gpt-4o": ["backup"] }]`; settings of the router stand over the others. */
function fallbacksIn(config: Config, places: readonly Place[], name: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const place of places) {
    for (const entry of config.list(place, name)) {
      if (!isRecord(entry.value)) config.wrong(entry.pointer, "an object, as { MODEL: [FALLBACK] }");
      for (const model of Object.keys(Object(entry.value) as object)) found.set(model, namesIn(config, entry, model));
    }
  }
  return found;
}

/** Names of groups; a fallback with settings of its own is known by its model. */
function namesIn(config: Config, place: Place, name: string): readonly string[] {
  return config.list(place, name).flatMap((item) => {
    if (typeof item.value === "string") return [item.value];
    const model = fieldOf(item.value, "model");
    if (typeof model !== "string") {
      config.wrong(item.pointer, "the name of a model");
      return [];
    }
    config.account(item, { model: USED });
    return [model];
  });
}
