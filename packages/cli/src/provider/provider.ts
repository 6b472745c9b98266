/**
 * A chat-completion provider on a real socket of this machine that fails as it is told, and remembers
 * what was asked of it and how each call ended.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Script, scriptOf, streamMs, wholeAnswer } from "./answer.ts";
import type { Behaviour, InPieces, Streamed, Whole } from "./behaviour.ts";

/** Longer requests are not read: the connection is closed. */
const MOST_REQUEST_BYTES = 1 << 22;

export interface ProviderCall {
  /** Counted for each model from 0. */
  readonly nth: number;
  readonly model: string;
  readonly method: string;
  /** Path and query, as they were asked for. */
  readonly url: string;
  readonly streams: boolean;
  /** The parsed request; null where it was no JSON object. */
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly headers: IncomingMessage["headers"];
  /** When the request had come, on this process's monotonic clock. */
  readonly atMs: number;
  endMs: number | null;
  /**
   * `sent`: as it was meant to end; `aborted`: the caller closed the connection before that. null: under way.
   */
  end: "sent" | "aborted" | null;
}

export type Choose = (call: ProviderCall) => Behaviour;

export interface ProviderOptions {
  readonly choose: Choose;
  readonly port?: number;
  /** Left out: true. Else `calls` stays empty and only the counts are kept. */
  readonly remembers?: boolean;
}

export interface ProviderCounts {
  readonly calls: number;
  readonly sent: number;
  readonly aborted: number;
  readonly underWay: number;
  readonly mostUnderWay: number;
  readonly sockets: number;
}

export class Provider {
  /** Every call, in order. */
  readonly calls: ProviderCall[] = [];
  readonly #choose: Choose;
  readonly #remembers: boolean;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #plays = new Set<Play>();
  readonly #perModel = new Map<string, number>();
  #port = 0;
  #begun = 0;
  #sent = 0;
  #aborted = 0;
  #mostUnderWay = 0;

  private constructor({ choose, remembers = true }: ProviderOptions) {
    this.#choose = choose;
    this.#remembers = remembers;
    this.#server = createServer((request, response) => this.#take(request, response));
    // No limits of its own: what hangs here hangs on purpose.
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
  }

  static async start(options: ProviderOptions): Promise<Provider> {
    const provider = new Provider(options);
    await provider.listen(options.port ?? 0);
    return provider;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get counts(): ProviderCounts {
    return {
      calls: this.#begun,
      sent: this.#sent,
      aborted: this.#aborted,
      underWay: this.#plays.size,
      mostUnderWay: this.#mostUnderWay,
      sockets: this.#sockets.size,
    };
  }

  callsOf(model: string): readonly ProviderCall[] {
    return this.calls.filter((call) => call.model === model);
  }

  /** Takes connections, on the port that it had or on `port`. */
  async listen(port = this.#port): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on, and closes those that stand. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const play of this.#plays) play.stop();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on("data", (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > MOST_REQUEST_BYTES) request.destroy();
    });
    request.on("error", () => {});
    request.on("end", () => this.#answer(request, Buffer.concat(pieces).toString(), response));
  }

  #answer(message: IncomingMessage, body: string, response: ServerResponse): void {
    const request = objectOf(body);
    const model = String(request?.model);
    const nth = this.#perModel.get(model) ?? 0;
    this.#perModel.set(model, nth + 1);
    this.#begun += 1;
    const { headers, method = "", url = "" } = message;
    const streams = request?.stream === true;
    const call: ProviderCall = {
      nth,
      model,
      method,
      url,
      streams,
      request,
      headers,
      atMs: performance.now(),
      endMs: null,
      end: null,
    };
    if (this.#remembers) this.calls.push(call);
    const play = new Play(response, (end) => {
      this.#plays.delete(play);
      call.endMs = performance.now();
      call.end = end;
      if (end === "sent") this.#sent += 1;
      else this.#aborted += 1;
    });
    this.#plays.add(play);
    this.#mostUnderWay = Math.max(this.#mostUnderWay, this.#plays.size);
    play.begin(this.#choose(call), call, `chatcmpl-${this.#begun}`);
  }
}

/** One answer on its way out. */
class Play {
  readonly #response: ServerResponse;
  readonly #over: (end: "sent" | "aborted") => void;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(response: ServerResponse, over: (end: "sent" | "aborted") => void) {
    this.#response = response;
    this.#over = over;
    response.on("error", () => {});
    response.on("close", () => this.#finish("aborted"));
  }

  begin(behaviour: Behaviour, call: ProviderCall, id: string): void {
    switch (behaviour.kind) {
      case "reset":
        this.#finish("sent");
        this.#response.socket?.resetAndDestroy();
        return;
      case "never":
        return;
      case "whole":
        this.#after(behaviour.afterMs, () => this.#whole(behaviour, id));
        return;
      case "pieces":
        this.#after(behaviour.afterMs, () => this.#pieces(behaviour, id));
        return;
      case "streamed":
        if (call.streams) this.#after(behaviour.afterMs, () => this.#stream(behaviour, call.model, id));
        else {
          const body = wholeAnswer(behaviour, call.model, id);
          this.#after((behaviour.afterMs ?? 0) + streamMs(behaviour), () => this.#whole({ kind: "whole", body }, id));
        }
    }
  }

  /** Nothing more is written. */
  stop(): void {
    this.#finish("aborted");
  }

  #whole({ status = 200, headers, body, stop }: Whole, id: string): void {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    this.#response.writeHead(status, {
      "content-type": "application/json",
      "content-length": bytes.length,
      "x-request-id": id,
      ...headers,
    });
    if (stop === undefined) {
      this.#finish("sent");
      this.#response.end(bytes);
    } else this.#response.write(bytes.subarray(0, stop.afterBytes), () => this.#end(stop.how, null));
  }

  #pieces({ status = 200, headers, pieces, end }: InPieces, id: string): void {
    this.#response.writeHead(status, { "content-type": "text/event-stream", "x-request-id": id, ...headers });
    this.#response.flushHeaders();
    const writes = pieces.map(({ text, afterMs = 0 }) => ({ afterMs, bytes: Buffer.from(text) }));
    this.#write({ writes, end, silenceMs: null }, 0, performance.now());
  }

  #stream(streamed: Streamed, model: string, id: string): void {
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "x-request-id": id,
      ...streamed.headers,
    });
    this.#response.flushHeaders();
    this.#write(scriptOf(streamed, model, id), 0, performance.now());
  }

  /** Writes from number `at` on; a write's time counts from when the one before it was due, so that delays do not add up. */
  #write({ writes, end, silenceMs }: Script, at: number, dueMs: number): void {
    let due = dueMs;
    for (let next = at; next < writes.length; next += 1) {
      const { afterMs, bytes } = writes[next] ?? { afterMs: 0, bytes: new Uint8Array(0) };
      due += afterMs;
      const wait = due - performance.now();
      if (afterMs > 0 && wait > 0.5) {
        this.#after(wait, () => {
          this.#response.write(bytes);
          this.#write({ writes, end, silenceMs }, next + 1, due);
        });
        return;
      }
      this.#response.write(bytes);
    }
    // What was written is let go first: a reset would overtake it.
    if (end === "end") this.#end(end, silenceMs);
    else setImmediate(() => this.#end(end, silenceMs));
  }

  #end(how: Script["end"], silenceMs: number | null): void {
    if (this.#isOver) return;
    if (how === "silence") {
      if (silenceMs !== null) this.#after(silenceMs, () => this.#end("close", null));
      return;
    }
    this.#finish("sent");
    if (how === "end") this.#response.end();
    else if (how === "reset") this.#response.socket?.resetAndDestroy();
    else this.#response.socket?.end();
  }

  #after(ms: number | undefined, go: () => void): void {
    if (ms === undefined || ms <= 0) {
      go();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#isOver) go();
    }, ms);
  }

  #finish(end: "sent" | "aborted"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#over(end);
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
