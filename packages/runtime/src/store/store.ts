/** How the processes of a service share what they know of their providers. */
import type { Clock } from "../clock.ts";
import type { Health } from "../core/health.ts";
import type { Policy } from "../core/policy.ts";
import type { Tell } from "../events.ts";

/** Given to a client as `store`. `redisStore` makes one, and `memoryStore` one for the clients of one process. */
export interface Store {
  /** Called once by each client, when it is made. Must not throw, nor wait for anything. */
  join(member: Member): Membership;
}

/** A client's own state, which others are to know of and which theirs is to count in. */
export interface Member {
  readonly policy: Policy;
  readonly health: Health;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Left out: timers that do not keep the process alive. */
  readonly timers?: Pick<Clock, "schedule" | "cancel">;
}

export interface Membership {
  /** Tells the last that is to be told, for a bounded time, and stops: no timer is left. Never rejects. */
  close(): Promise<void>;
}
