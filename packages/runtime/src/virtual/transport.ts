/** Providers that do what a script says, on a clock of the test's own. */
import type { Clock, Timer } from "../clock.ts";
import type { TransportFault } from "../core/policy.ts";
import type { HttpCall, HttpExchange, HttpObserver, Transport } from "../transport/transport.ts";

/** What a provider does with one call. `afterMs` is 0 where it is left out. */
export type WorldEvent =
  /** Takes the request and never says anything. `sent: false`: not even a connection comes to stand. */
  | { readonly kind: "hangs"; readonly sent?: boolean }
  | {
      readonly kind: "fails";
      readonly fault: TransportFault;
      /** Left out: true but for `connect`, `dns` and `tls`, where nothing can have left. */
      readonly sent?: boolean;
      readonly afterMs?: number;
    }
  | {
      readonly kind: "returns";
      readonly status: number;
      /** Names in lower case. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Bytes and strings are sent as they are, anything else as JSON; left out: an empty body. */
      readonly body?: unknown;
      readonly afterMs?: number;
      /** The body follows the head after this long; left out: at once. */
      readonly bodyAfterMs?: number;
      /** The body breaks off before its end; left out: it ends properly. */
      readonly breaksOff?: TransportFault;
    }
  /** A body that comes piece by piece. */
  | {
      readonly kind: "streams";
      /** Left out: 200. */
      readonly status?: number;
      /** Left out: a content type of `text/event-stream`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Until the head. */
      readonly afterMs?: number;
      readonly pieces: readonly Piece[];
      /** How it ends after the last piece; left out: properly. `silence`: never. */
      readonly ends?: TransportFault | "silence";
      readonly endsAfterMs?: number;
    };

export interface Piece {
  readonly data: string | Uint8Array;
  /** Since the piece before it, or the head; left out: 0. */
  readonly afterMs?: number;
}

/** A world is asked once for each call, in the order of the calls; `nth` counts them for each path from 0. */
export type World = (call: HttpCall, nth: number) => WorldEvent;

/** A queue of events for each path by name; `after` is for calls beyond it, and hangs where it is left out. */
export function script(events: Readonly<Record<string, readonly WorldEvent[]>>, after?: WorldEvent): World {
  const beyond: WorldEvent = after ?? { kind: "hangs" };
  return (call, nth) => (Object.hasOwn(events, call.path) ? (events[call.path]?.[nth] ?? beyond) : beyond);
}

export class ScriptedTransport implements Transport {
  /** Every call made, in order. */
  readonly calls: HttpCall[] = [];
  readonly #clock: Clock;
  readonly #world: World;
  readonly #perPath = new Map<string, number>();
  #active = 0;
  #aborted = 0;

  constructor(clock: Clock, world: World | Readonly<Record<string, readonly WorldEvent[]>>) {
    this.#clock = clock;
    this.#world = typeof world === "function" ? world : script(world);
  }

  /** Calls that neither ended nor were aborted. */
  get active(): number {
    return this.#active;
  }

  /** Calls that the caller gave up. */
  get aborted(): number {
    return this.#aborted;
  }

  send(call: HttpCall, observer: HttpObserver): HttpExchange {
    const nth = this.#perPath.get(call.path) ?? 0;
    this.#perPath.set(call.path, nth + 1);
    this.calls.push(call);
    this.#active += 1;
    return new ScriptedExchange(this.#clock, this.#world(call, nth), observer, (aborted) => {
      this.#active -= 1;
      if (aborted) this.#aborted += 1;
    });
  }
}

class ScriptedExchange implements HttpExchange {
  readonly #clock: Clock;
  readonly #observer: HttpObserver;
  readonly #closed: (aborted: boolean) => void;
  #timer: Timer | null = null;
  #over = false;
  #paused = false;
  /** What the caller's pause held up. */
  #heldUp: (() => void) | null = null;

  constructor(clock: Clock, event: WorldEvent, observer: HttpObserver, closed: (aborted: boolean) => void) {
    this.#clock = clock;
    this.#observer = observer;
    this.#closed = closed;
    if (wasSent(event)) observer.sent();
    if (event.kind === "fails") this.#after(event.afterMs, () => this.#finish(event.fault));
    else if (event.kind === "returns") this.#after(event.afterMs, () => this.#head(event));
    else if (event.kind === "streams") {
      this.#after(event.afterMs, () => {
        observer.head(event.status ?? 200, event.headers ?? { "content-type": "text/event-stream" });
        this.#piece(event, 0);
      });
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const go = this.#heldUp;
    this.#heldUp = null;
    go?.();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#timer !== null) this.#clock.cancel(this.#timer);
    this.#closed(true);
  }

  #after(ms: number | undefined, go: () => void): void {
    this.#timer = this.#clock.schedule(ms ?? 0, () => {
      this.#timer = null;
      go();
    });
  }

  #head(event: Extract<WorldEvent, { kind: "returns" }>): void {
    this.#observer.head(event.status, event.headers ?? {});
    if (this.#over) return;
    if (event.bodyAfterMs === undefined) this.#body(event);
    else this.#after(event.bodyAfterMs, () => this.#body(event));
  }

  #piece(event: Extract<WorldEvent, { kind: "streams" }>, nth: number): void {
    if (this.#over) return;
    const piece = event.pieces[nth];
    if (piece === undefined) {
      const { ends } = event;
      if (ends !== "silence") this.#after(event.endsAfterMs, () => this.#finish(ends ?? null));
      return;
    }
    this.#after(piece.afterMs, () => {
      const tell = (): void => {
        this.#observer.data(bytesOf(piece.data));
        this.#piece(event, nth + 1);
      };
      if (this.#paused) this.#heldUp = tell;
      else tell();
    });
  }

  #body(event: Extract<WorldEvent, { kind: "returns" }>): void {
    const bytes = bytesOf(event.body);
    if (bytes.length > 0) this.#observer.data(bytes);
    if (!this.#over) this.#finish(event.breaksOff ?? null);
  }

  #finish(fault: TransportFault | null): void {
    this.#over = true;
    this.#closed(false);
    if (fault === null) this.#observer.end();
    else this.#observer.failed(fault, new Error(`scripted: ${fault}`));
  }
}

function wasSent(event: WorldEvent): boolean {
  if (event.kind === "returns" || event.kind === "streams") return true;
  if (event.sent !== undefined) return event.sent;
  return event.kind === "hangs" || (event.fault !== "connect" && event.fault !== "dns" && event.fault !== "tls");
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (body === undefined) return new Uint8Array(0);
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}
