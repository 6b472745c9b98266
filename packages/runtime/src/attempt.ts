/** One call in flight: collects what comes back to a bound, keeps its time limits, and ends exactly once. */
import { Body, type BodyLimits } from "./body.ts";
import type { Clock, Timer } from "./clock.ts";
import type { TransportFault } from "./core/policy.ts";
import type { AttemptCommand } from "./core/protocol.ts";
import type { Route } from "./route.ts";
import { StreamedAnswer, type StreamOwner } from "./stream/streamed-answer.ts";
import type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport/transport.ts";

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** After a whole answer the usage is waited for so long, and after the end marker the connection, to be used again. */
const LINGER_MS = 1000;

/** Whoever made the attempt. */
export interface AttemptOwner {
  /** The attempt ended by itself: properly, by a fault, or by a limit. Called once, never after `abandon`. */
  attemptEnded(attempt: Attempt): void;
  /** A good chunk of a streamed answer has come. */
  attemptStreamed(attempt: Attempt, chunk: unknown): void;
}

/** How an attempt is to stream. */
export interface StreamTerms {
  readonly skipBadChunks: boolean;
}

export class Attempt implements HttpObserver, StreamOwner {
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
  /** The answer, where it comes as a stream. */
  stream: StreamedAnswer | null = null;

  readonly #clock: Clock;
  readonly #limits: BodyLimits;
  readonly #owner: AttemptOwner;
  readonly #terms: StreamTerms | null;
  #exchange: HttpExchange | null = null;
  #limit: Timer | null = null;
  #connectLimit: Timer | null = null;
  #headersLimit: Timer | null = null;
  #firstTokenLimit: Timer | null = null;
  /** Rings when the stream has perhaps been silent for too long, or is to be closed. */
  #silence: Timer | null = null;
  /** When the last chunk came, or reading went on. */
  #heardAt = 0;
  /** Since when the caller holds it up; null: it does not. */
  #pausedAt: number | null = null;
  /** For so long it did before. */
  #pausedMs = 0;

  /** @param terms null: a whole answer was asked for */
  constructor(
    command: AttemptCommand,
    route: Route,
    request: unknown,
    clock: Clock,
    startedAt: number,
    limits: BodyLimits,
    owner: AttemptOwner,
    terms: StreamTerms | null,
  ) {
    this.command = command;
    this.route = route;
    this.request = request;
    this.startedAt = startedAt;
    this.#clock = clock;
    this.#limits = limits;
    this.#owner = owner;
    this.#terms = terms;
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
      giveUp(exchange);
      return;
    }
    this.#exchange = exchange;
    if (this.isPaused) exchange.pause?.();
    const { timeoutMs } = this.command;
    const { connectMs, headersMs, firstTokenMs } = this.route.plan;
    this.#limit = this.#clock.schedule(timeoutMs, () => this.#cutOff("attempt_timeout"));
    if (connectMs !== null && connectMs < timeoutMs && !this.sentAny) {
      this.#connectLimit = this.#clock.schedule(connectMs, () => this.#cutOff("connect"));
    }
    if (headersMs != null && headersMs < timeoutMs && this.status === 0) {
      this.#headersLimit = this.#clock.schedule(headersMs, () => this.#cutOff("headers_timeout"));
    }
    if (this.#terms !== null && firstTokenMs !== null && firstTokenMs < timeoutMs && this.#awaitsToken) {
      this.#firstTokenLimit = this.#clock.schedule(firstTokenMs, () =>
        this.#cutOff(this.status === 0 ? "headers_timeout" : "body_timeout"),
      );
    }
  }

  /** Gives the call up: nothing is told to anyone any more. */
  abandon(): void {
    if (this.over) return;
    this.over = true;
    this.stream?.close();
    this.#cancelLimits();
    const exchange = this.#exchange;
    this.#exchange = null;
    giveUp(exchange);
  }

  /** The caller is slow: nothing more is read, and the provider is not held to be silent. */
  pause(): void {
    this.#pausedAt ??= this.#clock.now();
    this.#exchange?.pause?.();
  }

  resume(): void {
    const now = this.#clock.now();
    this.#pausedMs = this.pausedMs(now);
    this.#pausedAt = null;
    this.#heardAt = now;
    this.#exchange?.resume?.();
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  /** For so long, until `now`, it waited for its caller and not for the provider. */
  pausedMs(now: number): number {
    return this.#pausedMs + (this.#pausedAt === null ? 0 : now - this.#pausedAt);
  }

  // -------------------------------------------------------------- what the transport tells

  sent(): void {
    if (this.over) return;
    this.sentAny = true;
    this.#connectLimit = this.#cancelled(this.#connectLimit);
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.over || this.status !== 0) return;
    this.sent();
    this.#headersLimit = this.#cancelled(this.#headersLimit);
    this.status = status;
    this.headers = headers;
    if (this.answeredWell && Number(headers["content-length"]) > this.#limits.answerBytes) this.#overflow();
    else if (this.answeredWell && this.#terms !== null && isStream(headers)) {
      const { contract } = this.route;
      const { skipBadChunks } = this.#terms;
      const { answerBytes } = this.#limits;
      this.stream = new StreamedAnswer(contract, this.request, skipBadChunks, answerBytes, this);
    } else this.#firstTokenLimit = this.#cancelled(this.#firstTokenLimit);
  }

  data(chunk: Uint8Array): void {
    if (this.over || this.status === 0) return;
    if (this.stream !== null) {
      this.stream.push(chunk);
      return;
    }
    const limit = this.answeredWell ? this.#limits.answerBytes : this.#limits.errorBytes;
    if (!this.body.add(chunk, limit)) this.#overflow();
  }

  end(): void {
    this.stream?.end();
    if (!this.over) this.#end(this.status === 0 ? "reset" : null);
  }

  failed(fault: TransportFault, _cause: unknown): void {
    if (!this.over) this.#end(fault);
  }

  /** A 2xx status has come. */
  get answeredWell(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  // -------------------------------------------------------------- what the stream tells

  chunkCame(chunk: unknown): void {
    if (this.#firstTokenLimit !== null && this.stream?.assembly.hasToken) {
      this.#firstTokenLimit = this.#cancelled(this.#firstTokenLimit);
    }
    this.#heardAt = this.#clock.now();
    const { stallMs } = this.route.plan;
    if (this.stream?.isWhole) {
      this.#silence = this.#cancelled(this.#silence);
      const lingerMs = Math.min(stallMs ?? LINGER_MS, LINGER_MS);
      this.#listen(lingerMs, lingerMs);
    } else if (stallMs !== null && this.#silence === null && this.stream?.assembly.hasToken) {
      this.#listen(stallMs, stallMs);
    }
    this.#owner.attemptStreamed(this, chunk);
  }

  markerCame(): void {
    this.#silence = this.#cancelled(this.#silence);
    this.#silence = this.#clock.schedule(LINGER_MS, () => this.#cutOff(null));
  }

  streamBroke(): void {
    this.#cutOff(null);
  }

  get #awaitsToken(): boolean {
    return !this.over && (this.status === 0 || (this.stream !== null && !this.stream.assembly.hasToken));
  }

  /** Each chunk would cost a timer: one looks after a while how long ago the last one was. */
  #listen(stallMs: number, inMs: number): void {
    this.#silence = this.#clock.schedule(inMs, () => {
      this.#silence = null;
      const leftMs = this.isPaused ? stallMs : this.#heardAt + stallMs - this.#clock.now();
      if (leftMs > 0) this.#listen(stallMs, leftMs);
      else this.#cutOff("body_timeout");
    });
  }

  // -------------------------------------------------------------- the end

  #overflow(): void {
    this.tooLarge = true;
    this.#cutOff(null);
  }

  #cutOff(fault: TransportFault | null): void {
    const exchange = this.#exchange;
    this.#end(fault);
    giveUp(exchange);
  }

  #end(fault: TransportFault | null): void {
    this.over = true;
    this.stream?.close();
    this.#cancelLimits();
    this.#exchange = null;
    this.fault = fault;
    this.#owner.attemptEnded(this);
  }

  #cancelLimits(): void {
    this.#limit = this.#cancelled(this.#limit);
    this.#connectLimit = this.#cancelled(this.#connectLimit);
    this.#headersLimit = this.#cancelled(this.#headersLimit);
    this.#firstTokenLimit = this.#cancelled(this.#firstTokenLimit);
    this.#silence = this.#cancelled(this.#silence);
  }

  #cancelled(timer: Timer | null): null {
    if (timer !== null) this.#clock.cancel(timer);
    return null;
  }
}

/** A transport that throws here is broken, and its call is over all the same. */
function giveUp(exchange: HttpExchange | null): void {
  try {
    exchange?.abort();
  } catch {}
}

/** An answer in JSON or as a page is a whole one, whatever was asked for; anything else is read as events. */
function isStream(headers: Readonly<Record<string, string>>): boolean {
  const type: unknown = headers["content-type"];
  return typeof type !== "string" || !/\bjson\b|\bhtml\b/i.test(type);
}
