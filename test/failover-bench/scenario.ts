/** What a scenario is, and what a run of it is judged by. */
import type { Behaviour, ProviderCall } from "../../packages/cli/src/provider/index.ts";
import type { Profile } from "./profile.ts";

export const PRIMARY = "bench-primary";
export const BACKUP = "bench-backup";

/** What the caller of one request has in its hands at the end. */
export interface Heard {
  /**
   * `answer`: the call ended as a success, whatever came; `error`: an error of the kind that the system's callers
   * are meant to get, with a reason; `crash`: any other exception; `hang`: nothing, until it was given up.
   */
  readonly kind: "answer" | "error" | "crash" | "hang";
  /** What came of the answer, piece by piece, joined. */
  readonly text: string;
  readonly model: string | null;
  readonly usage: boolean;
  /** The provider's error code, where the error tells it. */
  readonly code: string | null;
  /** From the beginning of the scenario. */
  readonly startMs: number;
  readonly elapsedMs: number;
}

/** One system under test, fresh for each scenario. */
export interface System {
  readonly name: string;
  /** Without one, what is asked of a fallback is not asked. */
  readonly hasFallback: boolean;
  /** Resolves whatever happens; ends soon after `signal` is aborted. */
  ask(signal: AbortSignal): Promise<Omit<Heard, "startMs" | "elapsedMs">>;
  close(): Promise<void>;
}

export interface Seen {
  readonly heard: readonly Heard[];
  readonly primary: readonly ProviderCall[];
  readonly backup: readonly ProviderCall[];
  /** What a call met that was made afterwards, on a healthy provider; null: none was made. */
  readonly after: Heard | null;
}

export interface Check {
  readonly text: string;
  /** Does it make a run `partial` only? */
  readonly advisory: boolean;
  /** Is it asked only of systems that have a fallback? */
  readonly needsFallback?: boolean;
  holds(seen: Seen, profile: Profile): boolean;
}

export interface Scenario {
  readonly id: string;
  readonly fault: string;
  /** Later than this is a hang. Real time, as every other time here. */
  readonly maxMs: number;
  /** Left out: one request. */
  readonly requests?: { readonly count: number; readonly everyMs: number; readonly maxMs: number };
  /** Left out: the whole answer. */
  readonly ideal?: "error";
  /** A healthy call is made afterwards. */
  readonly callsAfter?: boolean;
  /** @param sinceMs since the scenario began, in real time */
  primary(call: ProviderCall, sinceMs: number, profile: Profile): Behaviour;
  /** Left out: healthy. */
  backup?(call: ProviderCall): Behaviour;
  readonly checks: readonly Check[];
}
