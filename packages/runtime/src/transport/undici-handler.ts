/**
 * One call over undici, from either generation of its handlers: version 6 calls `onConnect` and its
 * like, 7 and 8 call `onRequestStart` and its like where a handler has them.
 */
import type { HttpExchange, HttpObserver } from "./transport.ts";
import { faultOf } from "./undici-fault.ts";

/** What undici 7 and 8 hand over to steer a request. */
interface Controller {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** A connection that is being made: a socket of Node.js. */
export interface Connecting {
  destroy(error: Error): unknown;
}

type ParsedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The lowest status of a final answer; those below are announcements (RFC 9110, section 15.2). */
const FIRST_FINAL_STATUS = 200;

export class UndiciExchange implements HttpExchange {
  /** The connection that was begun for this call; null where there is none of its own. */
  connecting: Connecting | null = null;
  readonly #observer: HttpObserver;
  readonly #secure: boolean;
  #end: ((reason: Error) => void) | null = null;
  #started = false;
  #over = false;
  #paused = false;
  /** undici 7 and 8. */
  #controller: Controller | null = null;
  /** undici 6: goes on where `onData` said no. */
  #goOn: (() => void) | null = null;

  constructor(observer: HttpObserver, secure: boolean) {
    this.#observer = observer;
    this.#secure = secure;
  }

  /**
   * With the connection standing, undici closes it. Before that a request cannot be taken back from
   * undici: it ends as soon as it would begin, and the connection begun for it is given up now.
   */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    const reason = new Error("given up");
    if (this.#end !== null) this.#end(reason);
    else this.connecting?.destroy(reason);
    this.#release();
  }

  pause(): void {
    if (this.#over || this.#paused) return;
    this.#paused = true;
    this.#controller?.pause();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#controller?.resume();
    this.#goOn?.();
  }

  // -------------------------------------------------------------- undici 7 and 8

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    this.#start((reason) => controller.abort(reason));
  }

  onResponseStart(_controller: Controller, status: number, headers: ParsedHeaders): void {
    if (!this.#over && status >= FIRST_FINAL_STATUS) this.#observer.head(status, joined(headers));
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    this.onData(chunk);
  }

  onResponseEnd(): void {
    this.onComplete();
  }

  onResponseError(_controller: Controller | null, error: unknown): void {
    this.onError(error);
  }

  // -------------------------------------------------------------- undici 6

  onConnect(abort: (reason: Error) => void): void {
    this.#start(abort);
  }

  onHeaders(status: number, headers: readonly Uint8Array[], resume: () => void): boolean {
    this.#goOn = resume;
    if (!this.#over && status >= FIRST_FINAL_STATUS) this.#observer.head(status, named(headers));
    return true;
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.#over) this.#observer.data(chunk);
    return !this.#paused;
  }

  onComplete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#observer.end();
  }

  onError(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#observer.failed(faultOf(error, { started: this.#started, secure: this.#secure }), error);
  }

  /** undici has a connection, and writes the request as soon as this returns. */
  #start(end: (reason: Error) => void): void {
    this.connecting = null;
    if (this.#over) {
      end(new Error("given up"));
      return;
    }
    this.#end = end;
    if (this.#started) return;
    this.#started = true;
    this.#observer.sent();
  }

  #release(): void {
    this.#end = null;
    this.connecting = null;
    this.#controller = null;
    this.#goOn = null;
  }
}

/** undici's own object where no name came twice, as is almost always so. */
function joined(headers: ParsedHeaders): Readonly<Record<string, string>> {
  for (const name in headers) {
    if (typeof headers[name] !== "string") return joinedCopy(headers);
  }
  return headers as Readonly<Record<string, string>>;
}

function joinedCopy(headers: ParsedHeaders): Readonly<Record<string, string>> {
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) copy[name] = typeof value === "string" ? value : value.join(", ");
  }
  return copy;
}

/** Names and values by turns, as they came over the wire. */
function named(raw: readonly Uint8Array[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = latin1(raw[index]).toLowerCase();
    const value = latin1(raw[index + 1]);
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** Header bytes are ISO 8859-1 where they are not ASCII (RFC 9110, section 5.5). */
function latin1(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : Buffer.from(bytes).toString("latin1");
}
