/**
 * What is done to a breaker and asked of it from outside a request: by operators, by other processes, by whoever shows it.
 * Apart from the breaker itself, so that who only makes requests need not carry it.
 */
import type { Breaker, BreakerState, Held } from "./breaker.ts";

/** The state at `now`; an open breaker whose time is over is half open. */
export function stateOf(breaker: Breaker, now: number): BreakerState {
  breaker.endLeases(now);
  return breaker.state === "open" && opensInMs(breaker, now) === 0 ? "half_open" : breaker.state;
}

/** Milliseconds until an open breaker lets a probe through. */
export function opensInMs({ state, openUntil }: Breaker, now: number): number {
  return state === "open" ? Math.max(0, openUntil - now) : 0;
}

/** Puts it into a state, as if it had just come there. */
export function force(breaker: Breaker, state: BreakerState, now: number): void {
  breaker.held = null;
  if (state === "open") breaker.open(breaker.plan.openMs, now, "opened", now);
  else breaker.enter(state, state === "closed" ? "closed" : "half_opened", now);
}

/**
 * Holds it open (nothing gets through, no probe either) or closed (everything does), whatever its calls come to, until
 * it is released by null. Then one that was held open goes on with probes, one that was held closed with an empty window.
 *
 * @param here it is this process's operator, not one of another
 */
export function hold(breaker: Breaker, to: Held | null, here: boolean, now: number): void {
  const from = breaker.held;
  if (to === from) return;
  breaker.held = to;
  if (to === "open") breaker.open(breaker.plan.openMs, Infinity, "held_open", now, here);
  else if (to === "closed") breaker.enter("closed", "held_closed", now, here);
  else if (from === "open") {
    breaker.openUntil = now;
    breaker.listener("released", here, now);
  } else breaker.enter("closed", "released", now, here);
}

/** Another process opened it, for `leftMs` more. Where it is open already only the times are taken over. */
export function openedElsewhere(breaker: Breaker, forMs: number, leftMs: number, now: number): void {
  hold(breaker, null, false, now);
  if (breaker.state === "open") {
    breaker.openForMs = forMs;
    breaker.openUntil = now + leftMs;
  } else breaker.open(forMs, now + leftMs - forMs, "opened", now, false);
}

/** Another process closed it, perhaps after openings that were never heard of here. */
export function closedElsewhere(breaker: Breaker, now: number): void {
  hold(breaker, null, false, now);
  breaker.enter("closed", breaker.state === "closed" ? null : "closed", now, false);
}

/** Opens a closed breaker if its calls, those of other processes included, ask for it. */
export function judgeAgain(breaker: Breaker, now: number): void {
  if (breaker.state === "closed") breaker.judge(now);
}
