/** Loopback servers and an observer that writes down what it is told, for the tests of transports. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";
import type { HttpExchange, HttpObserver, Transport } from "../transport/transport.ts";

/** Called after each test, last first. */
export const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function listening(server: Server, scheme = "http"): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `${scheme}://127.0.0.1:${address.port}`;
}

/** A server that does what it likes with each connection. */
export const tcp = (connected: (socket: Socket) => void, scheme?: string): Promise<string> => {
  return listening(createTcpServer(connected), scheme);
};

export const http = (listener: RequestListener): Promise<string> => listening(createServer(listener));

export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

export class Recorder implements HttpObserver {
  readonly told: string[] = [];
  readonly chunks: Uint8Array[] = [];
  headers: Readonly<Record<string, string>> = {};
  bytes = 0;
  exchange: HttpExchange | null = null;
  readonly ended: Promise<void>;
  readonly headed: Promise<void>;
  /** When set, the exchange is given up once so many bytes of the body have come. */
  mostBytes = Number.POSITIVE_INFINITY;
  #end = (): void => {};
  #head = (): void => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.headed = new Promise((resolve) => {
      this.#head = resolve;
    });
  }

  sent(): void {
    this.told.push("sent");
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.told.push(`head ${status}`);
    this.headers = headers;
    this.#head();
  }

  data(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.chunks.push(chunk);
    if (this.bytes > this.mostBytes) {
      this.exchange?.abort();
      this.#end();
    }
  }

  end(): void {
    this.told.push("end");
    this.#end();
  }

  failed(fault: string): void {
    this.told.push(`failed ${fault}`);
    this.#end();
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

export function send(transport: Transport, origin: string, observer = new Recorder(), body = '{"a":1}'): Recorder {
  observer.exchange = transport.send(
    {
      url: `${origin}/v1/chat?x=1`,
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer key" },
      body,
      contract: "local",
      path: "primary",
      model: "model-a",
      connectMs: null,
    },
    observer,
  );
  return observer;
}

export async function call(transport: Transport, origin: string): Promise<Recorder> {
  const recorder = send(transport, origin);
  await recorder.ended;
  return recorder;
}
