/** One request as a pure state machine. */
import type { Policy } from "./policy.ts";
import type { Command, Event, RequestFacts } from "./protocol.ts";

/** Opaque to drivers: hand back the one that the last step gave. */
export interface State {
  readonly command: Command;
}

export interface Step {
  readonly state: State;
  readonly command: Command;
}

/** Begins a request at `at`, milliseconds on the driver's monotonic clock. */
export function begin(_policy: Policy, _facts: RequestFacts, _at: number): Step {
  throw new Error("signature only");
}

/**
 * The step after `event`. Pure: the state given stays as it is.
 *
 * @throws Error when the event does not answer the state's last command: a bug of the driver.
 */
export function next(_policy: Policy, _state: State, _event: Event): Step {
  throw new Error("signature only");
}
