/**
 * Calls over undici's dispatchers, below its `request` and `fetch`: connections are kept alive,
 * redirects are not followed, nothing is repeated, and there are no time limits but the engine's.
 * undici 6, 7 and 8; Node.js only.
 */
import { milliseconds } from "../milliseconds.ts";
import { UsageError } from "../usage-error.ts";
import type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport.ts";
import { type Connecting, UndiciExchange } from "./undici-handler.ts";

/** What is needed of undici's `Agent`, `Pool`, `Client`, `ProxyAgent` and their like, of any of its versions. */
export interface UndiciDispatcher {
  dispatch(options: UndiciDispatch, handler: UndiciExchange): boolean;
}

export interface UndiciDispatch {
  readonly origin: string;
  readonly path: string;
  readonly method: "POST";
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
  readonly headersTimeout: 0;
  readonly bodyTimeout: 0;
}

export interface UndiciOptions {
  /**
   * A dispatcher of the service's own, for proxies, certificates or bundles without `node_modules`.
   * It must not repeat or redirect, and stays open when the transport is closed.
   */
  readonly dispatcher?: UndiciDispatcher;
  /** Connections to one address at most; left out: as many as there are calls at the same time. */
  readonly connections?: number;
  /** Limit for a connection to stand, in milliseconds; a path's own `connect` limit is kept apart from it. */
  readonly connectMs?: number;
  /** How long an idle connection is kept, in milliseconds. */
  readonly keepAliveMs?: number;
  /** TLS options of Node.js: `ca`, `cert`, `key` and their like. */
  readonly tls?: Readonly<Record<string, unknown>>;
}

/** As undici's own default. */
const CONNECT_MS = 10_000;

/** As undici's own default: shorter than the idle limits of the usual servers. */
const KEEP_ALIVE_MS = 4_000;

/** @throws UsageError where an option is of no use, or undici is needed and cannot be loaded, or this is not Node.js */
export function undiciTransport(options: UndiciOptions = {}): Transport {
  return new UndiciTransport(options);
}

interface Address {
  readonly origin: string;
  readonly path: string;
  readonly secure: boolean;
}

/** A policy has few addresses; more than this are not remembered. */
const MOST_ADDRESSES = 256;

class UndiciTransport implements Transport {
  readonly #dispatcher: UndiciDispatcher;
  readonly #owned: Owned | null;
  readonly #addresses = new Map<string, Address>();
  /** The call that is being handed to undici: a connection begun now is begun for it. */
  #handing: UndiciExchange | null = null;

  constructor(options: UndiciOptions) {
    checkOptions(options);
    this.#owned = options.dispatcher === undefined ? ownAgent(options, (socket) => this.#connecting(socket)) : null;
    const dispatcher = options.dispatcher ?? this.#owned;
    if (dispatcher === null) throw new UsageError("the transport has no dispatcher");
    this.#dispatcher = dispatcher;
  }

  send(call: HttpCall, observer: HttpObserver): HttpExchange {
    const { origin, path, secure } = this.#address(call.url);
    const exchange = new UndiciExchange(observer, secure);
    const { headers, body } = call;
    this.#handing = exchange;
    try {
      this.#dispatcher.dispatch(
        { origin, path, method: "POST", headers, body, headersTimeout: 0, bodyTimeout: 0 },
        exchange,
      );
    } catch (error) {
      exchange.onError(error);
    } finally {
      this.#handing = null;
    }
    return exchange;
  }

  async close(): Promise<void> {
    await this.#owned?.close();
  }

  #connecting(socket: Connecting): void {
    if (this.#handing !== null) this.#handing.connecting = socket;
  }

  #address(url: string): Address {
    const known = this.#addresses.get(url);
    if (known !== undefined) return known;
    const { origin, pathname, search, protocol } = new URL(url);
    const address: Address = { origin, path: pathname + search, secure: protocol === "https:" };
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.set(url, address);
    return address;
  }
}

/** undici itself looks at most of them with the first call, which would then fail as if the provider were not there. */
function checkOptions({ dispatcher, connections }: UndiciOptions): void {
  if (dispatcher !== undefined && typeof dispatcher?.dispatch !== "function") {
    throw new UsageError("dispatcher must be an Agent, a Pool, a ProxyAgent or another dispatcher of undici");
  }
  if (connections !== undefined && !(Number.isSafeInteger(connections) && connections > 0)) {
    throw new UsageError("connections must be a whole number above 0");
  }
}

// ---------------------------------------------------------------- undici itself

interface Owned extends UndiciDispatcher {
  close(): Promise<void>;
}

type Connector = (options: unknown, callback: unknown) => Connecting;

interface Undici {
  readonly Agent: new (options: unknown) => Owned;
  readonly buildConnector: (options: unknown) => Connector;
}

function ownAgent(options: UndiciOptions, connecting: (socket: Connecting) => void): Owned {
  const undici = loadUndici();
  const connect = undici.buildConnector({
    timeout: milliseconds("connectMs", options.connectMs, CONNECT_MS),
    // Over HTTP/2 undici sends requests again by itself when a connection goes away.
    allowH2: false,
    ...options.tls,
  });
  return new undici.Agent({
    connect: (target: unknown, callback: unknown) => {
      const socket = connect(target, callback);
      connecting(socket);
      return socket;
    },
    allowH2: false,
    connections: options.connections ?? null,
    pipelining: 1,
    // undici takes no 0.
    keepAliveTimeout: Math.max(1, milliseconds("keepAliveMs", options.keepAliveMs, KEEP_ALIVE_MS)),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/**
 * undici is an optional peer and is looked up where it is first needed: whoever brings another
 * transport, or bundles for a browser, needs neither undici nor a built-in module of Node.js.
 */
function loadUndici(): Undici {
  try {
    const { createRequire } = process.getBuiltinModule("node:module");
    return createRequire(import.meta.url)("undici") as Undici;
  } catch (cause) {
    throw new UsageError(
      "undiciTransport cannot load undici: install a version of it that runs on this Node.js, or give a dispatcher",
      { cause },
    );
  }
}
