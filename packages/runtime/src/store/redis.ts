/** Shares breakers, SLOs and retry budgets over Redis or Valkey, through a client that the service has or makes. */

import { UsageError } from "../usage-error.ts";
import type { Board, Notes, Triple } from "./board.ts";
import { EXCHANGE, REPLACE } from "./redis-scripts.ts";
import { type SharingOptions, sharedStore } from "./sharing.ts";
import type { Store } from "./store.ts";

export type { Store } from "./store.ts";

/** What is asked of a client; those of `ioredis` and of `iovalkey` are such. */
export interface RedisClient {
  /** `ready`, or some other word while there is no connection. */
  readonly status: string;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  disconnect(reconnect?: boolean): void;
}

export interface RedisOptions extends SharingOptions {
  /** Put before all keys; left out: `fbp`. */
  readonly prefix?: string;
}

/** A policy that no process has used for so long is forgotten, an operator's hand too. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * @param redis a client of the service's own, which stays the service's: it is not closed, and its errors are the
 *   service's to hear; or a function that makes one, which is then connected anew when it hangs, and closed with the
 *   last client of the store
 * @throws UsageError when it is no such client; where a function makes it, when the first client joins
 */
export function redisStore(redis: RedisClient | (() => RedisClient), options: RedisOptions = {}): Store {
  const { prefix = "fbp" } = options;
  if (typeof redis !== "function") return sharedStore(new RedisBoard(checked(redis), prefix, false), options);
  return {
    join(member) {
      const client = checked(redis());
      // What goes wrong is told as `sharing_lost`; a client without a listener would print it.
      client.on("error", () => {});
      return sharedStore(new RedisBoard(client, prefix, true), options).join(member);
    },
  };
}

/** Other clients have the same words for other things: what is asked of them would never be answered. */
function checked(client: RedisClient): RedisClient {
  const { status, eval: run, on, disconnect } = (client ?? {}) as Partial<RedisClient>;
  if (typeof status === "string" && [run, on, disconnect].every((each) => typeof each === "function")) return client;
  throw new UsageError("redisStore needs a client of ioredis or iovalkey, or a function that makes one");
}

export class RedisBoard implements Board {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #owned: boolean;

  constructor(client: RedisClient, prefix: string, owned: boolean) {
    this.#client = client;
    this.#prefix = prefix;
    this.#owned = owned;
  }

  /** What is asked of a client without a connection would queue up in it. */
  get absent(): boolean {
    return this.#client.status !== "ready";
  }

  async exchange({ space, writer, batch, counts, paths }: Notes): Promise<unknown> {
    const hash = this.#hash(space);
    const windows = counts.flatMap(({ id, width, byCalls, slots, tag, add }) => [
      id,
      String(width),
      byCalls ? "1" : "0",
      String(slots),
      String(tag),
      ...add.map(String),
    ]);
    const args = [String(KEPT_MS), String(batch), String(paths.length), ...paths, ...windows];
    const reply = await this.#client.eval(EXCHANGE, 2, hash, `${hash}:${writer}`, ...args);
    return readingOf(reply, paths.length);
  }

  async replace(space: string, path: string, expected: string | null, next: string): Promise<boolean> {
    const reply = await this.#client.eval(REPLACE, 1, this.#hash(space), String(KEPT_MS), path, expected ?? "", next);
    return reply === 1;
  }

  hangs(): void {
    if (this.#owned) this.#client.disconnect(true);
  }

  close(): void {
    if (this.#owned) this.#client.disconnect();
  }

  /** The version of what is written stands in it, so that runtimes of another never read it. */
  #hash(space: string): string {
    return `${this.#prefix}:1:{${space}}`;
  }
}

/** The form of a reading; whether it is one is for the reader to say. */
function readingOf(reply: unknown, paths: number): unknown {
  if (!Array.isArray(reply)) return null;
  const [now, ...rest] = reply as readonly unknown[];
  const numbers = rest.slice(paths).map(Number);
  const counts: Triple[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    counts.push([numbers[at] ?? Number.NaN, numbers[at + 1] ?? Number.NaN, numbers[at + 2] ?? Number.NaN]);
  }
  return { now: Number(now), counts, records: rest.slice(0, paths) };
}
