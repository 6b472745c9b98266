import { once } from "node:events";
import { createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { call, closing, deferred, http, listening, Recorder, send, tcp } from "../testing/loopback.ts";
import { UsageError } from "../usage-error.ts";
import type { Transport } from "./transport.ts";
import { undiciTransport } from "./undici.ts";

function aTransport(options?: Parameters<typeof undiciTransport>[0]): Transport {
  const transport = undiciTransport(options);
  closing.push(async () => transport.close?.());
  return transport;
}

describe("an answer", () => {
  test("comes with its status, headers in lower case, and body; the request went out whole", async () => {
    const got: unknown[] = [];
    const origin = await http(async (request, response) => {
      const body = await request.toArray();
      got.push(request.method, request.url, request.headers.authorization, Buffer.concat(body).toString());
      response.writeHead(200, { "X-Request-Id": "r-1", "set-cookie": ["a=1", "b=2"] }).end('{"ok":true}');
    });
    const recorder = await call(aTransport(), origin);
    expect(recorder.told).toEqual(["sent", "head 200", "end"]);
    expect(recorder.headers).toMatchObject({ "x-request-id": "r-1", "set-cookie": "a=1, b=2" });
    expect(recorder.body.toString()).toBe('{"ok":true}');
    expect(got).toEqual(["POST", "/v1/chat?x=1", "Bearer key", '{"a":1}']);
  });

  test("leaves its connection for later calls", async () => {
    const ports = new Set<number | undefined>();
    const origin = await http((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("{}");
    });
    const transport = aTransport();
    for (let count = 0; count < 8; count += 1) await call(transport, origin);
    // undici keeps a connection back for one turn of the loop, so a call right after another takes a second one.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test("204 has no body", async () => {
    const origin = await http((_request, response) => response.writeHead(204).end());
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "head 204", "end"]);
  });

  test("301 is told as it is, and not followed", async () => {
    let requests = 0;
    const origin = await http((_request, response) => {
      requests += 1;
      response.writeHead(301, { location: "/elsewhere" }).end();
    });
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "head 301", "end"]);
    expect(requests).toBe(1);
  });

  test("is not the announcement that came before it", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
      });
    });
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "head 200", "end"]);
  });

  test("of bytes that are no UTF-8 is passed on as it is", async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xc3, 0x28, 0x7d]);
    const origin = await http((_request, response) => response.end(bytes));
    expect((await call(aTransport(), origin)).body).toEqual(bytes);
  });
});

describe("a fault", () => {
  test("connection refused: nothing was sent", async () => {
    const server = createTcpServer();
    const origin = await listening(server);
    await closing.pop()?.();
    expect((await call(aTransport(), origin)).told).toEqual(["failed connect"]);
  });

  test("a name that does not exist: nothing was sent", async () => {
    expect((await call(aTransport(), "http://no-such-host.invalid")).told).toEqual(["failed dns"]);
  });

  test("no TLS on the other side: nothing was sent", async () => {
    const origin = await tcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "https");
    expect((await call(aTransport(), origin)).told).toEqual(["failed tls"]);
  });

  test("the connection broken off in the handshake: nothing was sent", async () => {
    const origin = await tcp((socket) => socket.once("data", () => socket.destroy()), "https");
    expect((await call(aTransport(), origin)).told).toEqual(["failed tls"]);
  });

  test("the connection reset before the head: it was sent", async () => {
    const origin = await tcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "failed reset"]);
  });

  test("the connection closed before the head: it was sent", async () => {
    const origin = await tcp((socket) => socket.once("data", () => socket.end()));
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "failed reset"]);
  });

  test("the connection reset in the body", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", () => socket.resetAndDestroy());
      });
    });
    const told = (await call(aTransport(), origin)).told;
    expect(told.at(-1)).toBe("failed reset");
    expect(told[0]).toBe("sent");
  });

  test("the body shorter than announced", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}"));
    });
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "head 200", "failed reset"]);
  });

  test("an answer that is no HTTP", async () => {
    const origin = await tcp((socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.9\r\n")));
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "failed reset"]);
  });

  test("headers larger than any in earnest", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\nx-large: ${"y".repeat(1 << 20)}\r\n\r\n`));
    });
    expect((await call(aTransport(), origin)).told).toEqual(["sent", "failed reset"]);
  });

  test("an idle connection that the server has closed is not taken for the next call", async () => {
    const origin = await http((_request, response) => response.writeHead(200, { connection: "close" }).end("{}"));
    const transport = aTransport();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
  });
});

describe("giving up", () => {
  test("before the head closes the connection at once, and nothing more is told", async () => {
    const received = deferred<Socket>();
    const origin = await tcp((socket) => socket.once("data", () => received.resolve(socket)));
    const recorder = send(aTransport(), origin);
    const socket = await received.promise;
    recorder.exchange?.abort();
    recorder.exchange?.abort();
    await once(socket, "close");
    expect(recorder.told).toEqual(["sent"]);
  });

  test("after the head closes the connection at once", async () => {
    const received = deferred<Socket>();
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
        received.resolve(socket);
      });
    });
    const recorder = send(aTransport(), origin);
    await recorder.headed;
    recorder.exchange?.abort();
    await once(await received.promise, "close");
    expect(recorder.told).toEqual(["sent", "head 200"]);
  });

  test("while the connection is being made closes it at once", async () => {
    const received = deferred<Socket>();
    // Takes the connection and never answers the handshake.
    const origin = await tcp((socket) => socket.once("data", () => received.resolve(socket)), "https");
    const recorder = send(aTransport(), origin);
    const socket = await received.promise;
    recorder.exchange?.abort();
    await once(socket, "close");
    expect(recorder.told).toEqual([]);
  });

  test("right away sends nothing, and the next call goes through", async () => {
    const bodies: string[] = [];
    const origin = await http(async (request, response) => {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      response.end("{}");
    });
    const transport = aTransport();
    const given = send(transport, origin, new Recorder(), "given up");
    given.exchange?.abort();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
    expect(given.told).toEqual([]);
    expect(bodies).toEqual(['{"a":1}']);
  });

  test("in the middle of 100 MB stops them: the server does not get rid of its body", async () => {
    const total = 100 * 1024 * 1024;
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    const stopped = deferred<number>();
    const origin = await http((request, response) => {
      let written = 0;
      const more = (): void => {
        while (written < total) {
          written += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on("drain", more).on("close", () => stopped.resolve(written));
      request.resume().on("end", more);
    });
    const observer = new Recorder();
    observer.mostBytes = 8 * 1024 * 1024;
    send(aTransport(), origin, observer);
    await observer.ended;
    expect(await stopped.promise).toBeLessThan(total);
    expect(observer.bytes).toBeLessThan(observer.mostBytes + 1024 * 1024);
    expect(observer.told).toEqual(["sent", "head 200"]);
  });

  test("after the end does nothing", async () => {
    const origin = await http((_request, response) => response.end("{}"));
    const transport = aTransport();
    const recorder = await call(transport, origin);
    recorder.exchange?.abort();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
  });
});

describe("a dispatcher of the service's own", () => {
  test("is used, and stays open when the transport is closed", async () => {
    const { Agent } = await import("undici");
    const origin = await http((_request, response) => response.end("{}"));
    const dispatcher = new Agent();
    closing.push(() => dispatcher.close());
    const transport = undiciTransport({ dispatcher });
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
    await transport.close?.();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
  });

  test("does not send what was given up before it had a connection", async () => {
    const { Agent } = await import("undici");
    const bodies: string[] = [];
    const origin = await http(async (request, response) => {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      response.end("{}");
    });
    const dispatcher = new Agent({ connections: 1 });
    closing.push(() => dispatcher.close());
    const transport = undiciTransport({ dispatcher });
    const given = send(transport, origin, new Recorder(), "given up");
    given.exchange?.abort();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
    expect(given.told).toEqual([]);
    expect(bodies).toEqual(['{"a":1}']);
  });

  test("that is closed gives a fault, and nothing was sent", async () => {
    const { Agent } = await import("undici");
    const dispatcher = new Agent();
    await dispatcher.close();
    expect((await call(undiciTransport({ dispatcher }), "http://127.0.0.1:1")).told).toEqual(["failed connect"]);
  });

  test("that throws gives a fault", async () => {
    const dispatcher = {
      dispatch(): boolean {
        throw new Error("broken");
      },
    };
    expect((await call(undiciTransport({ dispatcher }), "http://127.0.0.1:1")).told).toEqual(["failed connect"]);
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ connections: 0 }, "connections must be a whole number above 0"],
  [{ connections: "5" }, "connections must be a whole number above 0"],
  [{ connectMs: Number.NaN }, "connectMs must be a number of milliseconds"],
  [{ keepAliveMs: -1 }, "keepAliveMs must be a number of milliseconds"],
  [{ dispatcher: null }, "dispatcher must be an Agent"],
  [{ dispatcher: fetch }, "dispatcher must be an Agent"],
])("%j is refused when the transport is made: every call would fail", (options, message) => {
  expect(() => undiciTransport(options)).toThrow(UsageError);
  expect(() => undiciTransport(options)).toThrow(message);
});

test("connections need not be kept", async () => {
  const origin = await http((_request, response) => response.end("{}"));
  const transport = undiciTransport({ keepAliveMs: 0 });
  closing.push(() => Promise.resolve(transport.close?.()));
  expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
});

test("where Node.js is not, the message says what to do", () => {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined as never;
  try {
    expect(() => undiciTransport()).toThrow(UsageError);
    expect(() => undiciTransport()).toThrow("give a dispatcher");
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
