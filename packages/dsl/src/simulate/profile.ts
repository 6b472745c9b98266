/**
 * A fault profile: what the world does to a policy in a simulation. This is the shape after it was read;
 * `schema.ts` holds the form in which people write it. Times are milliseconds, shares are fractions.
 */
import type { TransportFault } from "@fbp/runtime/core";

export interface Profile {
  /** Requests each second, on average. */
  readonly rate: number;
  /** Times in which more or fewer requests come. */
  readonly bursts: readonly Stretch[];
  /** At least one; their shares add up to 1. */
  readonly requests: readonly RequestKind[];
  readonly paths: ReadonlyMap<string, PathProfile>;
}

/** One kind of request of the mix. */
export interface RequestKind {
  readonly share: number;
  /** Tokens of the prompt, and of a usable answer. */
  readonly input: number;
  readonly output: number;
  readonly stream: boolean;
  /** Undefined: the context's defaults. */
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

export interface PathProfile {
  readonly latency: Latency;
  /** Of a streamed answer the first token comes after this share of its latency. */
  readonly firstToken: number;
  readonly errors: readonly Trouble[];
  readonly outages: readonly (Trouble & Period)[];
  readonly slow: readonly Stretch[];
  /** Share of the streamed answers that break in the middle. */
  readonly cuts: number;
}

/** Known percentiles of a latency, each with its standard score, from the lowest. At least two. */
export type Latency = readonly { readonly score: number; readonly ms: number }[];

/** What comes in place of an answer, to this share of the calls. */
export interface Trouble {
  readonly share: number;
  readonly what:
    | { readonly kind: "hangs" }
    | { readonly kind: "fails"; readonly fault: TransportFault }
    | {
        readonly kind: "returns";
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        /** The error object's fields; null: no body. */
        readonly error: Readonly<Record<string, string | number>> | null;
      };
  /** null: after a time that is drawn as for an answer. */
  readonly afterMs: number | null;
}

/** From `at`, for so long. */
export interface Period {
  readonly atMs: number;
  readonly forMs: number;
}

/** A period in which something is so many times as much. */
export interface Stretch extends Period {
  readonly factor: number;
}

export function isIn({ atMs, forMs }: Period, now: number): boolean {
  return now >= atMs && now < atMs + forMs;
}

/** The product of the factors of all stretches that `now` is in. */
export function factorAt(stretches: readonly Stretch[], now: number): number {
  let factor = 1;
  for (const stretch of stretches) if (isIn(stretch, now)) factor *= stretch.factor;
  return factor;
}
