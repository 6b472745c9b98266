/** Where a request stands. */
import type { Past, Trial } from "./chain.ts";
import { nth } from "./lookup.ts";
import type { Policy } from "./policy.ts";
import type { AttemptCommand, CarryOnCommand, Command, Refuser, RequestFacts } from "./protocol.ts";

/**
 * The command whose event is awaited, and what is behind the request. One object is both, for every request makes several.
 * Drivers carry out the command and hand the state back as it is.
 */
export type State = Asking | Waiting | Calling | Finished;

interface Standing {
  readonly past: Past;
}

/** For leave to call; `trial` is the signal whose action the call is, null where nothing has to be decided any more. */
export type Asking = Of<"admit"> & Standing & { readonly trial: Trial | null };

/** In a back-off, since then. */
export type Waiting = Of<"wait"> & Standing & { readonly since: number; readonly trial: Trial };

/** During an attempt. */
type Calling = (AttemptCommand | CarryOnCommand) & Standing;

type Finished = Of<"finish"> & Standing;

type Of<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;

/**
 * When the command was given; where it does not say so itself, the last moment that is known before it: when its signal
 * was raised and the wait for it was over, or when the request began.
 */
export function sinceOf(state: State): number {
  if ("since" in state) return state.since;
  const trial = trialOf(state) ?? state.past.decisions?.trial;
  return trial === undefined ? state.past.beganAt : trial.at + trial.waitedMs;
}

/** The signal whose action is being got ready; null at the start, during an attempt and at the end. */
export function trialOf(state: State): Trial | null {
  return state.kind === "admit" || state.kind === "wait" ? state.trial : null;
}

/**
 * The same standing, had the request been another one, and the last command given at another time: for who explores what
 * can happen instead of running a request.
 */
export function supposing(state: State, facts: RequestFacts, since: number): State {
  const past = { ...state.past, facts };
  return "since" in state ? { ...state, past, since } : { ...state, past };
}

/** Who may refuse the call that is asked for, in the order in which they are asked. */
export function refusers(policy: Policy, { path, purpose, askSlo, askRetryBudget }: Of<"admit">): readonly Refuser[] {
  const { breaker, slo, retryBudget } = nth(policy.paths, path);
  const isLimited = retryBudget !== null || (purpose === "retry" && policy.retryBudget !== null);
  const found: Refuser[] = [];
  if (breaker !== null) found.push("breaker");
  if (askRetryBudget && isLimited) found.push("retry_budget");
  if (askSlo && slo !== null) found.push("slo");
  return found;
}
