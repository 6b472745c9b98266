/** One call in flight: collects what comes back to a bound, keeps its time limits, and ends exactly once. */
import { Body, type BodyLimits } from "./body.ts";
import type { Clock, Timer } from "./clock.ts";
import type { TransportFault } from "./core/policy.ts";
import type { AttemptCommand } from "./core/protocol.ts";
import type { Route } from "./route.ts";
import type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport/transport.ts";

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Whoever made the attempt. */
export interface AttemptOwner {
  /** The attempt ended by itself: properly, by a fault, or by a limit. Called once, never after `abandon`. */
  attemptEnded(attempt: Attempt): void;
}

export class Attempt implements HttpObserver {
  readonly command: AttemptCommand;
  readonly route: Route;
  /** What the path's model was asked: the service's request, or its adapter's. */
  readonly request: unknown;
  readonly startedAt: number;
  readonly body = new Body();
  sentAny = false;
  /** 0 until a status line has come. */
  status = 0;
  headers = NO_HEADERS;
  /** Why the exchange did not end properly; null when it did. */
  fault: TransportFault | null = null;
  /** The answer was longer than the bound. */
  tooLarge = false;
  /** The answer, parsed, once it was read and is usable. */
  response: unknown = null;
  /** Ended or given up: whatever still comes from the transport is of no interest. */
  over = false;

  readonly #clock: Clock;
  readonly #limits: BodyLimits;
  readonly #owner: AttemptOwner;
  #exchange: HttpExchange | null = null;
  #limit: Timer | null = null;
  #connectLimit: Timer | null = null;

  constructor(
    command: AttemptCommand,
    route: Route,
    request: unknown,
    clock: Clock,
    startedAt: number,
    limits: BodyLimits,
    owner: AttemptOwner,
  ) {
    this.command = command;
    this.route = route;
    this.request = request;
    this.startedAt = startedAt;
    this.#clock = clock;
    this.#limits = limits;
    this.#owner = owner;
  }

  start(transport: Transport, call: HttpCall): void {
    let exchange: HttpExchange;
    try {
      exchange = transport.send(call, this);
    } catch {
      // A transport that throws is broken, and nobody knows how far it got.
      this.sentAny = true;
      this.#end("connect");
      return;
    }
    if (this.over) {
      // Ended meanwhile: by a transport that answers at once (then this does nothing) or by the engine.
      exchange.abort();
      return;
    }
    this.#exchange = exchange;
    const { timeoutMs } = this.command;
    const { connectMs } = this.route.plan;
    this.#limit = this.#clock.schedule(timeoutMs, () => this.#cutOff("attempt_timeout"));
    if (connectMs !== null && connectMs < timeoutMs && !this.sentAny) {
      this.#connectLimit = this.#clock.schedule(connectMs, () => this.#cutOff("connect"));
    }
  }

  /** Gives the call up: nothing is told to anyone any more. */
  abandon(): void {
    if (this.over) return;
    this.over = true;
    this.#cancelLimits();
    this.#exchange?.abort();
    this.#exchange = null;
  }

  sent(): void {
    if (this.over) return;
    this.sentAny = true;
    this.#cancelConnectLimit();
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.over || this.status !== 0) return;
    this.sent();
    this.status = status;
    this.headers = headers;
    if (this.answeredWell && Number(headers["content-length"]) > this.#limits.answerBytes) this.#overflow();
  }

  data(chunk: Uint8Array): void {
    if (this.over || this.status === 0) return;
    const limit = this.answeredWell ? this.#limits.answerBytes : this.#limits.errorBytes;
    if (!this.body.add(chunk, limit)) this.#overflow();
  }

  end(): void {
    if (!this.over) this.#end(this.status === 0 ? "reset" : null);
  }

  failed(fault: TransportFault, _cause: unknown): void {
    if (!this.over) this.#end(fault);
  }

  /** A 2xx status has come. */
  get answeredWell(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  #overflow(): void {
    this.tooLarge = true;
    this.#cutOff(null);
  }

  #cutOff(fault: TransportFault | null): void {
    const exchange = this.#exchange;
    this.#end(fault);
    exchange?.abort();
  }

  #end(fault: TransportFault | null): void {
    this.over = true;
    this.#cancelLimits();
    this.#exchange = null;
    this.fault = fault;
    this.#owner.attemptEnded(this);
  }

  #cancelLimits(): void {
    if (this.#limit !== null) {
      this.#clock.cancel(this.#limit);
      this.#limit = null;
    }
    this.#cancelConnectLimit();
  }

  #cancelConnectLimit(): void {
    if (this.#connectLimit !== null) {
      this.#clock.cancel(this.#connectLimit);
      this.#connectLimit = null;
    }
  }
}
