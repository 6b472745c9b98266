/**
 * Which deployments LiteLLM cools down, and for how long. Source: router_utils/cooldown_handlers.py and
 * `deployment_callback_on_failure` in router.py; counts of "a minute" begin with its first call, as its cache keeps them.
 */
import type { Deployment } from "../litellm-routing.ts";
import type { Router } from "../litellm-settings.ts";
import { isRetriedStatus, type LitellmError } from "./litellm-error.ts";

const MINUTE_MS = 60_000;
/** `DEFAULT_FAILURE_THRESHOLD_PERCENT`, `_MINIMUM_REQUESTS` and `SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD`. */
const FAILED_SHARE = 0.5;
const LEAST_REQUESTS = 5;
const ALONE_REQUESTS = 1000;

/** A count that is forgotten so long after its first one. */
class Count {
  #from = Number.NEGATIVE_INFINITY;
  #count = 0;

  at(now: number, ms: number): number {
    return now < this.#from + ms ? this.#count : 0;
  }

  add(now: number, ms: number): number {
    const before = this.at(now, ms);
    if (before === 0) this.#from = now;
    this.#count = before + 1;
    return this.#count;
  }
}

class DeploymentHealth {
  coolUntilMs = Number.NEGATIVE_INFINITY;
  readonly failures = new Count();
  readonly successes = new Count();
  readonly allowed = new Count();
}

export class LitellmHealth {
  readonly #router: Router;
  readonly #all = new Map<string, DeploymentHealth>();

  constructor(router: Router) {
    this.#router = router;
  }

  isCooling({ path }: Deployment, now: number): boolean {
    return now < this.#of(path).coolUntilMs;
  }

  answered({ path }: Deployment, now: number): void {
    this.#of(path).successes.add(now, MINUTE_MS);
  }

  /** @param alone it is the only one of its group */
  failed(deployment: Deployment, error: LitellmError, now: number, alone: boolean): void {
    const health = this.#of(deployment.path);
    health.failures.add(now, MINUTE_MS);
    const coolMs = deployment.played.cooldownMs ?? error.retryAfterMs ?? this.#router.cooldownMs;
    if (coolMs === 0 || !this.#router.cools || !isCause(error)) return;
    if (this.#isTooMuch(health, error, now, alone)) health.coolUntilMs = now + coolMs;
  }

  #isTooMuch(health: DeploymentHealth, { status }: LitellmError, now: number, alone: boolean): boolean {
    const { cooldownMs, played } = this.#router;
    if (played.allowedFails !== null) return health.allowed.add(now, cooldownMs) > played.allowedFails;
    const failed = health.failures.at(now, MINUTE_MS);
    const all = failed + health.successes.at(now, MINUTE_MS);
    if (status === 429 && !alone) return true;
    if (failed === all && all >= ALONE_REQUESTS) return true;
    if (failed / all > FAILED_SHARE && all >= LEAST_REQUESTS && !alone) return true;
    return status !== null && !isRetriedStatus(status);
  }

  #of(path: string): DeploymentHealth {
    let health = this.#all.get(path);
    if (health === undefined) {
      health = new DeploymentHealth();
      this.#all.set(path, health);
    }
    return health;
  }
}

/** `_is_cooldown_required`: of errors of the caller only those that are about the deployment. */
function isCause({ status }: LitellmError): boolean {
  if (status === null) return false;
  return status < 400 || status >= 500 || [429, 401, 408, 404].includes(status);
}
