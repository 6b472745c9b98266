/**
 * Calls over the platform's `fetch`, for where undici's dispatchers are not: browsers, workers, Deno,
 * Bun. It sees less than undici does:
 *
 * - `fetch` does not tell when a connection stands. So a call counts as sent from its start, a path's
 *   `connect` limit is not applied, and `repeat only when` holds for connections that were refused too.
 * - Announcements (1xx) are never seen, and a compressed body comes unpacked.
 * - A redirect is not followed: the key would go with it. It is told as it is; where a browser hides
 *   which one it was, as 302 without headers.
 */
import type { TransportFault } from "../core/policy.ts";
import { UsageError } from "../usage-error.ts";
import type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport.ts";
import { faultOf } from "./undici-fault.ts";

export interface FetchTransportOptions {
  /** Left out: the platform's own. It must not repeat, nor follow redirects where it is told not to. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** @throws UsageError where there is no `fetch` */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  const send = options.fetch ?? globalThis.fetch;
  if (typeof send !== "function") {
    throw new UsageError("fetchTransport finds no fetch on this platform: give one as the option `fetch`");
  }
  return {
    send(call: HttpCall, observer: HttpObserver): HttpExchange {
      const exchange = new FetchExchange(observer);
      // Without `this`: a browser's fetch is no method of anything else.
      void exchange.run((init) => send(call.url, init), call);
      return exchange;
    },
  };
}

/** What a browser gives in place of a redirect (Fetch standard, "opaque-redirect filtered response"). */
const OPAQUE_REDIRECT = "opaqueredirect";

/** Stands for the redirect that a browser hides. */
const HIDDEN_REDIRECT_STATUS = 302;

class FetchExchange implements HttpExchange {
  readonly #observer: HttpObserver;
  readonly #controller = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #over = false;
  /** Resolves when reading may go on; null while it may. */
  #paused: Promise<void> | null = null;
  #goOn = (): void => {};

  constructor(observer: HttpObserver) {
    this.#observer = observer;
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller.abort();
    // A fetch of the service's own may not listen to the signal.
    this.#reader?.cancel().catch(nobody);
    this.resume();
  }

  /** One more piece is read and kept back; from then on the connection fills up, and the other side waits. */
  pause(): void {
    this.#paused ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  resume(): void {
    this.#paused = null;
    this.#goOn();
  }

  /** Never rejects: a fetch of the service's own may give anything, and what is none of an answer is a fault. */
  async run(send: (init: RequestInit) => Promise<Response>, call: HttpCall): Promise<void> {
    this.#observer.sent();
    try {
      const response = await send({
        method: call.method,
        headers: call.headers,
        // What the DOM's types refuse is memory that threads share; the engine makes none.
        body: call.body as string | Uint8Array<ArrayBuffer>,
        redirect: "manual",
        signal: this.#controller.signal,
      });
      await this.#read(response);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #read(response: Response): Promise<void> {
    this.#reader = response.body?.getReader() ?? null;
    if (this.#over) {
      this.#reader?.cancel().catch(nobody);
      return;
    }
    if (response.type === OPAQUE_REDIRECT) this.#observer.head(HIDDEN_REDIRECT_STATUS, {});
    else this.#observer.head(response.status, joined(response.headers));
    for (;;) {
      const piece: unknown = (await this.#reader?.read())?.value;
      while (this.#paused !== null && !this.#over) await this.#paused;
      if (this.#over) return;
      if (piece === undefined) {
        this.#over = true;
        this.#observer.end();
        return;
      }
      // Not by its constructor, which is another one in another realm.
      if (!ArrayBuffer.isView(piece)) throw new TypeError("a body is made of bytes");
      this.#observer.data(piece as Uint8Array);
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reader?.cancel().catch(nobody);
    this.#observer.failed(fetchFault(error), error);
  }
}

const nobody = (): void => {};

function joined(headers: Headers): Readonly<Record<string, string>> {
  const copy: Record<string, string> = {};
  // Cookies alone come one by one.
  headers.forEach((value, name) => {
    copy[name] = Object.hasOwn(copy, name) ? `${copy[name]}, ${value}` : value;
  });
  return copy;
}

/** Deeper than any platform wraps the error that says what happened. */
const MOST_CAUSES = 4;

/**
 * Node.js keeps the error of the connection as the cause; browsers tell nothing, which is `reset`: how
 * far the call had come is not known.
 */
export function fetchFault(error: unknown): TransportFault {
  let cause = error;
  for (let depth = 0; depth < MOST_CAUSES; depth += 1) {
    if (!(cause instanceof Error) || !(cause.cause instanceof Error)) break;
    cause = cause.cause;
  }
  return faultOf(cause, { started: true, secure: false });
}
