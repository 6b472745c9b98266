/** What happens to the health of a policy's paths, told to whoever runs the service. */
import type { Clock } from "./clock.ts";
import type { BreakerChange } from "./core/breaker.ts";
import { opensInMs } from "./core/breaker-control.ts";
import type { Health } from "./core/health.ts";
import { nth } from "./core/lookup.ts";
import type { Policy } from "./core/policy.ts";
import { type Found, TellingRetryBudget, TellingSlo } from "./core/telling.ts";
import { whenRejected } from "./thenable.ts";

/** `here`: this process found it, or was told to; `elsewhere`: another that shares the state. */
export type EventSource = "here" | "elsewhere";

/**
 * Each change is told once, right after it. A breaker whose open time is over is told to be half open when a probe
 * begins, and an SLO to be breached or kept again when a request asks: nothing looks at the clock for them.
 */
export type RuntimeEvent = {
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  /** Name of the policy. */
  readonly policy: string;
} & (
  | {
      readonly kind: "breaker_opened";
      readonly path: string;
      readonly source: EventSource;
      /** By a probe that failed. */
      readonly again: boolean;
      /** Until a probe may begin, in milliseconds. */
      readonly forMs: number;
    }
  | {
      readonly kind:
        | "breaker_half_open"
        | "breaker_closed"
        | "breaker_held_open"
        | "breaker_held_closed"
        | "breaker_released";
      readonly path: string;
      readonly source: EventSource;
    }
  | { readonly kind: "slo_breached" | "slo_recovered"; readonly path: string }
  /** `path` null: the policy's own retry budget. Dry: it has refused a repeat; back: it would grant one again. */
  | { readonly kind: "retry_budget_dry" | "retry_budget_back"; readonly path: string | null }
  /** From now on what this process knows by itself counts. `why` is a sentence without secrets. */
  | { readonly kind: "sharing_lost"; readonly why: string }
  | { readonly kind: "sharing_back"; readonly lostForMs: number }
);

/** An event, before it is known of which policy and when. */
export type Happening = DistributiveOmit<RuntimeEvent, "at" | "policy">;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** Tells a happening at a moment of the driver's clock. */
export type Tell = (happening: Happening, now: number) => void;

/**
 * @param listener the service's own; what it throws or rejects with goes to `failed` and no further
 */
export function teller(
  policy: Policy,
  clock: Clock,
  listener: (event: RuntimeEvent) => unknown,
  failed: (error: unknown) => void,
): Tell {
  return (happening, now) => {
    try {
      whenRejected(listener({ ...happening, at: clock.wallAt(now), policy: policy.name }), failed);
    } catch (error) {
      failed(error);
    }
  };
}

const KINDS = {
  half_opened: "breaker_half_open",
  closed: "breaker_closed",
  held_open: "breaker_held_open",
  held_closed: "breaker_held_closed",
  released: "breaker_released",
} as const satisfies Partial<Record<BreakerChange, Happening["kind"]>>;

/** Has each change of `health` told; before the first request. Where this is not called, nothing of it costs anything. */
export function listen(policy: Policy, health: Health, tell: Tell): void {
  health.paths.forEach((watched, index) => {
    const { name: path, breaker } = watched;
    const { slo, retryBudget } = nth(policy.paths, index);
    if (breaker !== null) {
      breaker.listener = (change, here, now) => {
        const source = here ? "here" : "elsewhere";
        if (change === "opened" || change === "reopened") {
          const forMs = watched.breaker === null ? 0 : opensInMs(watched.breaker, now);
          tell({ kind: "breaker_opened", path, source, again: change === "reopened", forMs }, now);
        } else tell({ kind: KINDS[change], path, source }, now);
      };
    }
    watched.slo =
      slo && new TellingSlo(slo, (on, now) => tell({ kind: on ? "slo_breached" : "slo_recovered", path }, now));
    watched.retryBudget = retryBudget && new TellingRetryBudget(retryBudget, health, budgetListener(path, tell));
  });
  const whole = policy.retryBudget;
  health.retryBudget = whole && new TellingRetryBudget(whole, health, budgetListener(null, tell));
}

function budgetListener(path: string | null, tell: Tell): Found {
  return (dry, now) => tell({ kind: dry ? "retry_budget_dry" : "retry_budget_back", path }, now);
}
