/**
 * Recorded outcomes as the world of a simulation. The nth call of a request on a path meets what it met then; a call that
 * was never made meets what one of the calls met that were made on the path about that time, and is counted as drawn. A
 * call that ran into a limit never answers here: when it would have is not known. The same goes for one whose caller left.
 */
import type { AttemptRecord, Outcome } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import { type Dice, diceFor } from "./dice.ts";
import type { Provider } from "./provider.ts";
import { type Arrival, callMeets, type PathWorld, type World } from "./world.ts";

/** A call that was never made is drawn from so many, half of them before and half after it. */
const NEIGHBOURS = 50;

/** Tokens of a call that is drawn from a profile: a record does not say how large the request is. */
const USAGE = { input: 800, output: 200 } as const;

export interface ReplayCounts {
  /** Calls that met what they met then. */
  recorded: number;
  /** Calls that were not made then, drawn from others on the path. */
  drawn: number;
  /** Calls on paths of which nothing is recorded, drawn from the fault profile. */
  profiled: number;
  /** Requests that no one can know the end of: they came to a path of which nothing is known. */
  unknown: number;
}

interface Recorded {
  readonly atMs: number;
  readonly attempt: AttemptRecord;
}

/** Requests that a policy has recorded, in the order in which they began. */
export class Recording {
  readonly outcomes: readonly Outcome[];
  readonly spanMs: number;
  readonly #beganAt: number;
  /** The calls of each path that show what it does, in order of time. */
  readonly #known = new Map<string, Recorded[]>();

  constructor(outcomes: readonly Outcome[]) {
    this.outcomes = outcomes.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
    this.#beganAt = this.outcomes[0]?.startedAt ?? 0;
    const last = this.outcomes.at(-1)?.startedAt ?? 0;
    this.spanMs = last - this.#beganAt + 1;
    for (const outcome of this.outcomes) {
      for (const attempt of outcome.attempts) {
        if (!saysSomething(outcome, attempt)) continue;
        const calls = this.#known.get(attempt.path) ?? [];
        calls.push({ atMs: outcome.startedAt - this.#beganAt + attempt.startMs, attempt });
        this.#known.set(attempt.path, calls);
      }
    }
    for (const calls of this.#known.values()) calls.sort((a, b) => a.atMs - b.atMs);
  }

  /** @param paths of the policy that is to be played, with their names, by number */
  world(paths: readonly (PathWorld & { readonly name: string })[], seed: number, counts: ReplayCounts): World {
    return { arrivals: this.#arrivals(paths, seed, counts), spanMs: this.spanMs };
  }

  *#arrivals(
    paths: readonly (PathWorld & { readonly name: string })[],
    seed: number,
    counts: ReplayCounts,
  ): Generator<Arrival, void, void> {
    for (const [request, outcome] of this.outcomes.entries()) {
      const meets: Arrival["meets"] = (number, nth, now) => {
        const path = paths[number];
        if (path === undefined) throw new Error("the policy has no such path");
        const made = outcome.attempts.filter((attempt) => attempt.path === path.name)[nth];
        if (made !== undefined && saysSomething(outcome, made)) {
          counts.recorded++;
          return eventOf(made, path.provider);
        }
        const dice = diceFor(seed, request, number, nth);
        const near = this.#near(path.name, now, dice);
        if (near !== null) {
          counts.drawn++;
          return eventOf(near, path.provider);
        }
        if (path.profile === null) return null;
        counts.profiled++;
        return callMeets(path.profile, path.provider, now, dice, USAGE, false);
      };
      yield {
        atMs: outcome.startedAt - this.#beganAt,
        input: outcome.attempts.find(({ usage }) => usage !== null)?.usage?.input,
        stream: false,
        context: undefined,
        patienceMs: outcome.result === "aborted" ? outcome.elapsedMs : null,
        meets,
      };
    }
  }

  #near(path: string, now: number, dice: Dice): AttemptRecord | null {
    const calls = this.#known.get(path);
    if (calls === undefined) return null;
    let [low, high] = [0, calls.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((calls[middle]?.atMs ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    const from = Math.max(0, Math.min(low - NEIGHBOURS / 2, calls.length - NEIGHBOURS));
    const among = Math.min(NEIGHBOURS, calls.length);
    return calls[from + Math.floor(dice() * among)]?.attempt ?? null;
  }
}

/** Not where the request's own end cut the call off: that says nothing of the path. */
function saysSomething(outcome: Outcome, attempt: AttemptRecord): boolean {
  if (attempt.signal === "budget_exhausted") return false;
  return attempt.signal !== null || outcome.result !== "aborted" || attempt !== outcome.attempts.at(-1);
}

function eventOf(attempt: AttemptRecord, provider: Provider): WorldEvent {
  const { signal, transport, status, check, error, usage, sent } = attempt;
  const afterMs = attempt.elapsedMs;
  if (signal === null) return provider.answer(usage, afterMs);
  if (transport !== null) {
    const isLimit = transport === "headers_timeout" || transport === "body_timeout" || transport === "attempt_timeout";
    return isLimit ? { kind: "hangs", sent } : { kind: "fails", fault: transport, sent, afterMs };
  }
  if (signal === "stream_interrupted") return { kind: "fails", fault: "reset", sent, afterMs };
  if (signal === "content_refused") return provider.refusal(usage, afterMs);
  if (check !== null || status === null || (status < 300 && error === null)) return provider.unusable(afterMs);
  return provider.error(status, {}, error, afterMs);
}
