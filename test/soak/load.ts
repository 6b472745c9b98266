/** Requests at a steady rate through one client, each counted from its beginning to its outcome. */
import { getEventListeners } from "node:events";
import { createFallback, type Fallback, type Outcome, undiciTransport } from "@fbp/runtime";
import { call } from "./callers.ts";
import { soakPolicy } from "./policy.ts";

/** Idle connections go soon, so that those which stay are seen. */
const KEEP_ALIVE_MS = 500;
const MOST_IDLE_MS = 8000;

/** What the process holds at one moment, after the garbage was collected. */
export interface Holding {
  readonly started: number;
  readonly open: number;
  readonly heapMb: number;
  readonly sockets: number;
  readonly timers: number;
  /** On the one signal that most requests share. */
  readonly listeners: number;
}

export class Load {
  readonly #transport = undiciTransport({ keepAliveMs: KEEP_ALIVE_MS });
  readonly #chat: Fallback;
  readonly #shared = new AbortController().signal;
  /** Requests that have no outcome yet. */
  readonly #pending = new Set<string>();
  /** What callers were told. */
  readonly ended: Record<string, number> = {};
  /** By result, source and reason. */
  readonly outcomes: Record<string, number> = {};
  started = 0;
  doubled = 0;
  attempts = 0;
  mostOpen = 0;
  #made = 0;
  #open = 0;

  constructor(url: string) {
    this.#chat = createFallback(soakPolicy(url), {
      transport: this.#transport,
      sink: { write: (outcome) => this.#record(outcome) },
      ids: () => this.#id(),
      env: { FBP_LOCAL_KEY: "soak-key" },
    });
  }

  /** Requests without an outcome. */
  get lost(): number {
    return this.#pending.size + this.started - this.#made;
  }

  /**
   * @param rate requests a second
   * @param allowed with so many open no further one begins, and what is missed is not made up for
   * @param between called every few milliseconds
   */
  async run(forMs: number, rate: number, allowed: number, between: () => Promise<void>): Promise<void> {
    const beganMs = performance.now();
    let due = 0;
    for (let pastMs = 0; pastMs < forMs; pastMs = performance.now() - beganMs) {
      const until = Math.floor((pastMs / 1000) * rate);
      for (; due < until && this.#open < allowed; due += 1) this.#begin();
      due = until;
      await between();
      await pause(5);
    }
    while (this.#open > 0) await pause(50);
  }

  holds(): Holding {
    if (globalThis.gc === undefined) throw new Error("start with --expose-gc");
    globalThis.gc();
    const resources = process.getActiveResourcesInfo();
    return {
      started: this.started,
      open: this.#open,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      sockets: resources.filter((name) => name === "TCPSocketWrap").length,
      timers: resources.filter((name) => name === "Timeout").length,
      listeners: getEventListeners(this.#shared, "abort").length,
    };
  }

  /** Idle connections get their time to go by themselves. */
  async idle(): Promise<void> {
    const untilMs = performance.now() + MOST_IDLE_MS;
    while (this.holds().sockets > 0 && performance.now() < untilMs) await pause(250);
  }

  async close(): Promise<void> {
    await this.#chat.close();
    await this.#transport.close?.();
  }

  #begin(): void {
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    void call(this.#chat, this.started, this.#shared).then((kind) => {
      this.#open -= 1;
      this.ended[kind] = (this.ended[kind] ?? 0) + 1;
    });
    this.started += 1;
  }

  #id(): string {
    this.#made += 1;
    const id = `request-${this.#made}`;
    this.#pending.add(id);
    return id;
  }

  #record({ id, result, source, reason, attempts }: Outcome): void {
    if (!this.#pending.delete(id)) this.doubled += 1;
    this.attempts += attempts.length;
    const name = `${result}${source === null ? "" : ` from ${source}`}${reason === null ? "" : `, ${reason}`}`;
    this.outcomes[name] = (this.outcomes[name] ?? 0) + 1;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
