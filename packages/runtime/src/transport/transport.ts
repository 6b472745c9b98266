/**
 * What carries one HTTP call. A transport knows nothing of policies: it sends bytes, tells what came
 * back, and stops at once when told to. It has no time-outs of its own; the engine has.
 */
import type { TransportFault } from "../core/policy.ts";

export interface Transport {
  /** Starts a call. Faults are told to the observer, also those that are known at once. */
  send(call: HttpCall, observer: HttpObserver): HttpExchange;
  /** Frees what the transport holds. Calls in flight are ended by their own owners. */
  close?(): Promise<void>;
}

export interface HttpCall {
  readonly url: string;
  readonly method: "POST";
  /** Names in lower case. Holds the provider's key: never to be logged or recorded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Names, for transports that tell paths apart: stubs, simulators, per-path pools. */
  readonly contract: string;
  readonly path: string;
  readonly model: string;
  /** Limit for the connection to stand, held by the engine; null: only the attempt's own limit. */
  readonly connectMs: number | null;
}

/**
 * The engine's side of a call. In order: `sent` at most once, `head` at most once, `data` any number
 * of times, then exactly one of `end` and `failed`. Nothing after `abort`.
 */
export interface HttpObserver {
  /**
   * From now on a byte of the request may have left this machine. A transport that cannot tell calls
   * it at once: a request that is wrongly taken for unsent might be generated, and paid, twice.
   */
  sent(): void;
  /** The status line and the headers, names in lower case. Not called for 1xx answers. */
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** A piece of the body. It belongs to the observer: the transport does not use its memory again. */
  data(chunk: Uint8Array): void;
  end(): void;
  failed(fault: TransportFault, cause: unknown): void;
}

export interface HttpExchange {
  /** Ends the call at once and closes its connection; nothing happens when it is over. */
  abort(): void;
  /**
   * Reads no more of the answer until `resume`: whoever sends it is held up by the connection itself. Pieces that were
   * read before may still be told. Left out: the transport cannot.
   */
  pause?(): void;
  resume?(): void;
}
