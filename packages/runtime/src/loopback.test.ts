/** The client over undici and real sockets. What each fault leads to is tested on the virtual clock; here it is that they arrive. */
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { aContract, aPolicy, fail, fallback, retry, rule } from "./core/testing/policy.ts";
import { createFallback, type Fallback, memorySink, undiciTransport } from "./index.ts";
import { A_REQUEST, AN_ANSWER } from "./testing/world.ts";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One retry and one fallback for time-outs; anything else fails. */
async function aService(listener: RequestListener, mostMs = 8000) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const policy = aPolicy({
    contracts: [
      aContract({
        baseUrl: `http://127.0.0.1:${address.port}`,
        auth: { header: "authorization", scheme: "Bearer", env: "KEY" },
        accept: (response) => (typeof response === "object" && response !== null && "choices" in response ? -1 : 0),
        checks: ["has_choices"],
      }),
    ],
    paths: [
      {
        name: "primary",
        mostMs,
        on: { transport_timeout: rule("primary_timeout", retry(), fallback("backup"), fail) },
        otherwise: rule("failed", fail),
      },
      { name: "backup" },
    ],
  });
  const transport = undiciTransport();
  const sink = memorySink();
  const chat: Fallback = createFallback(policy, { transport, sink, env: { KEY: "a-key-for-loopback" } });
  closing.push(async () => transport.close?.());
  closing.push(() => chat.close());
  return { chat, sink };
}

const answer = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(AN_ANSWER));
};

test("an answer comes back, with the key in its header", async () => {
  const seen: (string | undefined)[] = [];
  const { chat, sink } = await aService((request, response) => {
    seen.push(request.headers.authorization);
    answer(response);
  });
  expect(await chat.complete(A_REQUEST)).toMatchObject({ kind: "answer", response: AN_ANSWER });
  expect(seen).toEqual(["Bearer a-key-for-loopback"]);
  expect(JSON.stringify(sink.outcomes)).not.toContain("a-key-for-loopback");
});

test("two resets lead over the retry to the backup", async () => {
  let calls = 0;
  const { chat } = await aService((request, response) => {
    calls += 1;
    if (calls <= 2) request.socket.resetAndDestroy();
    else answer(response);
  });
  const completion = await chat.complete(A_REQUEST);
  expect(completion).toMatchObject({ kind: "answer", source: "backup" });
  expect(completion.outcome.attempts.map((attempt) => attempt.transport)).toEqual(["reset", "reset", null]);
});

test("a server that hangs is cut off by the path's limit, and its connection is closed", async () => {
  let hung = 0;
  const closed: Promise<unknown>[] = [];
  const { chat } = await aService((request, response) => {
    hung += 1;
    if (hung <= 2) closed.push(once(request.socket, "close"));
    else answer(response);
  }, 30);
  const completion = await chat.complete(A_REQUEST);
  expect(completion.outcome.attempts.slice(0, 2).map((attempt) => attempt.transport)).toEqual([
    "attempt_timeout",
    "attempt_timeout",
  ]);
  await Promise.all(closed);
  expect(closed).toHaveLength(2);
});

test("an abort while the server hangs ends the request and the connection", async () => {
  const controller = new AbortController();
  const closed: Promise<unknown>[] = [];
  const { chat } = await aService((request) => {
    closed.push(once(request.socket, "close"));
    controller.abort();
  });
  expect(await chat.complete(A_REQUEST, { signal: controller.signal })).toMatchObject({ kind: "aborted" });
  await Promise.all(closed);
  expect(closed).toHaveLength(1);
});

test("a body of 100 MB is given up after its bound", async () => {
  const total = 100 * 1024 * 1024;
  const piece = Buffer.alloc(256 * 1024, 0x20);
  let written = 0;
  const { chat } = await aService((request, response) => {
    const more = (): void => {
      while (written < total) {
        written += piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on("drain", more);
    request.resume().on("end", more);
  });
  const completion = await chat.complete(A_REQUEST);
  expect(completion.outcome.attempts).toMatchObject([{ status: 200, signal: "unusable_output", check: "json" }]);
  expect(written).toBeLessThan(total / 2);
});

test.each<[string, RequestListener, object]>([
  ["204", (_request, response) => response.writeHead(204).end(), { signal: "unusable_output", check: "json" }],
  ["301", (_request, response) => response.writeHead(301, { location: "/" }).end(), { signal: "client_invalid" }],
  [
    "broken UTF-8",
    (_request, response) => response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    { signal: "unusable_output", check: "has_choices" },
  ],
  [
    "headers larger than any in earnest",
    (_request, response) => response.writeHead(500, { "x-large": "y".repeat(100_000) }).end(),
    { signal: "transport_timeout", transport: "reset", status: null },
  ],
])("%s", async (_name, listener, attempt) => {
  const { chat } = await aService(listener);
  expect((await chat.complete(A_REQUEST)).outcome.attempts[0]).toMatchObject(attempt);
});
