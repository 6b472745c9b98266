import { once } from "node:events";
import { createServer as createTcpServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { call, closing, deferred, http, listening, Recorder, send, tcp } from "../testing/loopback.ts";
import { UsageError } from "../usage-error.ts";
import { fetchFault, fetchTransport } from "./fetch.ts";

const transport = fetchTransport();

describe("an answer", () => {
  test("comes with its status, headers in lower case, and body; the request went out whole", async () => {
    const got: unknown[] = [];
    const origin = await http(async (request, response) => {
      const body = await request.toArray();
      got.push(request.method, request.url, request.headers.authorization, Buffer.concat(body).toString());
      response.writeHead(200, { "X-Request-Id": "r-1", "set-cookie": ["a=1", "b=2"] }).end('{"ok":true}');
    });
    const recorder = await call(transport, origin);
    expect(recorder.told).toEqual(["sent", "head 200", "end"]);
    expect(recorder.headers).toMatchObject({ "x-request-id": "r-1", "set-cookie": "a=1, b=2" });
    expect(recorder.body.toString()).toBe('{"ok":true}');
    expect(got).toEqual(["POST", "/v1/chat?x=1", "Bearer key", '{"a":1}']);
  });

  test("204 has no body", async () => {
    const origin = await http((_request, response) => response.writeHead(204).end());
    expect((await call(transport, origin)).told).toEqual(["sent", "head 204", "end"]);
  });

  test("301 is told as it is, and not followed", async () => {
    let requests = 0;
    const origin = await http((_request, response) => {
      requests += 1;
      response.writeHead(301, { location: "/elsewhere" }).end();
    });
    expect((await call(transport, origin)).told).toEqual(["sent", "head 301", "end"]);
    expect(requests).toBe(1);
  });

  test("that a browser hides because it is a redirect stands as 302", async () => {
    const hidden = { type: "opaqueredirect", status: 0, headers: new Headers(), body: null } as unknown as Response;
    const recorder = await call(fetchTransport({ fetch: () => Promise.resolve(hidden) }), "http://provider.invalid");
    expect(recorder.told).toEqual(["sent", "head 302", "end"]);
  });

  test("is not the announcement that came before it", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
      });
    });
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
  });

  test("of bytes that are no UTF-8 is passed on as it is", async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xc3, 0x28, 0x7d]);
    const origin = await http((_request, response) => response.end(bytes));
    expect((await call(transport, origin)).body).toEqual(bytes);
  });

  test("that is compressed comes unpacked", async () => {
    const origin = await http((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"ok":true}'));
    });
    expect((await call(transport, origin)).body.toString()).toBe('{"ok":true}');
  });
});

describe("a fault; whatever it is, the call may have been sent", () => {
  test("connection refused", async () => {
    const origin = await listening(createTcpServer());
    await closing.pop()?.();
    expect((await call(transport, origin)).told).toEqual(["sent", "failed connect"]);
  });

  test("a name that does not exist", async () => {
    expect((await call(transport, "http://no-such-host.invalid")).told).toEqual(["sent", "failed dns"]);
  });

  test("no TLS on the other side", async () => {
    const origin = await tcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "https");
    expect((await call(transport, origin)).told).toEqual(["sent", "failed tls"]);
  });

  test.each<[string, (socket: Socket) => void]>([
    ["the connection reset before the head", (socket) => socket.resetAndDestroy()],
    ["the connection closed before the head", (socket) => socket.end()],
    ["an answer that is no HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n")],
  ])("%s", async (_name, connected) => {
    const origin = await tcp((socket) => socket.once("data", () => connected(socket)));
    expect((await call(transport, origin)).told).toEqual(["sent", "failed reset"]);
  });

  test("the body shorter than announced", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}"));
    });
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "failed reset"]);
  });

  test("the connection reset in the middle of a chunked body", async () => {
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", () =>
          socket.resetAndDestroy(),
        );
      });
    });
    const { told } = await call(transport, origin);
    expect([told[0], told.at(-1)]).toEqual(["sent", "failed reset"]);
  });

  test("a fetch that throws instead of rejecting", async () => {
    const broken = fetchTransport({
      fetch() {
        throw new Error("broken");
      },
    });
    expect((await call(broken, "http://provider.invalid")).told).toEqual(["sent", "failed reset"]);
  });

  const consumed = async (): Promise<Response> => {
    const response = new Response("{}");
    await response.text();
    return response;
  };

  test.each<[string, () => unknown]>([
    ["nothing", async () => undefined],
    ["an answer whose body was read already", consumed],
    ["a body of another make", async () => ({ status: 200, headers: new Headers(), body: { on() {} } })],
  ])("a fetch of the service's own that gives %s", async (_name, fetch) => {
    const recorder = await call(fetchTransport({ fetch: fetch as never }), "http://provider.invalid");
    expect(recorder.told).toEqual(["sent", "failed reset"]);
  });

  test("a fetch of the service's own whose body is no bytes", async () => {
    let cancelled = false;
    const body = new ReadableStream({
      start: (controller) => controller.enqueue("a text"),
      cancel() {
        cancelled = true;
      },
    });
    const recorder = await call(fetchTransport({ fetch: async () => new Response(body) }), "http://provider.invalid");
    expect(recorder.told).toEqual(["sent", "head 200", "failed reset"]);
    expect(cancelled).toBe(true);
  });

  test("as little as a browser tells is a reset", () => {
    expect(fetchFault(new TypeError("Failed to fetch"))).toBe("reset");
    const cycle = new Error("a");
    cycle.cause = cycle;
    expect(fetchFault(cycle)).toBe("reset");
  });
});

describe("giving up", () => {
  test("before the head closes the connection at once, and nothing more is told", async () => {
    const received = deferred<Socket>();
    const origin = await tcp((socket) => socket.once("data", () => received.resolve(socket)));
    const recorder = send(transport, origin);
    const socket = await received.promise;
    recorder.exchange?.abort();
    recorder.exchange?.abort();
    await once(socket, "close");
    expect(recorder.told).toEqual(["sent"]);
  });

  test.each([false, true])("after the head closes the connection at once (held up: %s)", async (heldUp) => {
    const received = deferred<Socket>();
    const origin = await tcp((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
        received.resolve(socket);
      });
    });
    const recorder = send(transport, origin);
    await recorder.headed;
    if (heldUp) recorder.exchange?.pause?.();
    recorder.exchange?.abort();
    await once(await received.promise, "close");
    expect(recorder.told).toEqual(["sent", "head 200"]);
  });

  test("right away sends nothing", async () => {
    let calls = 0;
    const origin = await http((_request, response) => {
      calls += 1;
      response.end("{}");
    });
    const observer = new Recorder();
    const given = send(transport, origin, observer, "given up");
    given.exchange?.abort();
    expect((await call(transport, origin)).told).toEqual(["sent", "head 200", "end"]);
    expect(given.told).toEqual(["sent"]);
    expect(calls).toBe(1);
  });

  test.each(["before the head", "in the body"])("%s a fetch that hears no signal is left too", async (when) => {
    const left = deferred<string>();
    const body = new ReadableStream({ cancel: () => left.resolve("left") });
    const answered = deferred<Response>();
    const recorder = send(fetchTransport({ fetch: () => answered.promise }), "http://provider.invalid");
    const head = Promise.resolve(new Response(body));
    if (when === "in the body") {
      answered.resolve(await head);
      await recorder.headed;
    }
    recorder.exchange?.abort();
    answered.resolve(await head);
    expect(await left.promise).toBe("left");
    expect(recorder.told).not.toContain("end");
  });

  test("after the end does nothing", async () => {
    const origin = await http((_request, response) => response.end("{}"));
    const recorder = await call(transport, origin);
    recorder.exchange?.abort();
    expect(recorder.told).toEqual(["sent", "head 200", "end"]);
  });
});

describe("back-pressure", () => {
  /** Writes as fast as it is let, up to `total`, and tells how much it got rid of. */
  const flooding = (total: number, written: { bytes: number }) =>
    http((request, response) => {
      const piece = Buffer.alloc(256 * 1024, 0x20);
      const more = (): void => {
        while (written.bytes < total) {
          written.bytes += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on("drain", more);
      request.resume().on("end", more);
    });

  test("a held-up call makes the other side wait, and then comes whole", async () => {
    const total = 64 * 1024 * 1024;
    const written = { bytes: 0 };
    const origin = await flooding(total, written);
    const recorder = send(transport, origin);
    await recorder.headed;
    recorder.exchange?.pause?.();
    // A second call over the same loop comes and goes: had the first one been read on, it would be far by then.
    for (let round = 0; round < 20; round += 1) {
      await call(transport, await http((_request, response) => response.end("{}")));
    }
    expect(written.bytes).toBeLessThan(total / 2);
    recorder.exchange?.resume?.();
    await recorder.ended;
    expect(recorder.bytes).toBe(total);
    expect(recorder.told).toEqual(["sent", "head 200", "end"]);
  });

  test("nothing is told while it is held up, not even the end", async () => {
    const origin = await http((_request, response) => response.end("{}"));
    const recorder = new Recorder();
    send(transport, origin, recorder);
    recorder.exchange?.pause?.();
    await recorder.headed;
    await call(transport, origin);
    expect(recorder.told).toEqual(["sent", "head 200"]);
    expect(recorder.bytes).toBe(0);
    recorder.exchange?.pause?.();
    recorder.exchange?.resume?.();
    await recorder.ended;
    expect(recorder.told).toEqual(["sent", "head 200", "end"]);
  });
});

test("a platform without fetch is told when the transport is made", () => {
  const { fetch } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "fetch");
    expect(() => fetchTransport()).toThrow(UsageError);
  } finally {
    globalThis.fetch = fetch;
  }
});
