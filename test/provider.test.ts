/** The provider that the tests let fail: what comes over the socket is what it was told to do. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Behaviour,
  bytesOf,
  HEALTHY,
  Provider,
  refusal,
  SIXTY_WORDS,
  SIXTY_WORDS_TEXT,
  type Streamed,
} from "../packages/cli/src/provider/index.ts";

const started: Provider[] = [];

afterEach(async () => {
  for (const provider of started.splice(0)) await provider.close();
});

async function aProvider(behaviour: Behaviour): Promise<Provider> {
  const provider = await Provider.start({ choose: () => behaviour });
  started.push(provider);
  return provider;
}

/** Everything that came, and how the connection ended. */
async function raw(provider: Provider, request: object): Promise<{ readonly text: string; readonly end: string }> {
  const socket = connect(provider.port, "127.0.0.1");
  await once(socket, "connect");
  const body = JSON.stringify(request);
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  let text = "";
  let end = "closed";
  socket.setEncoding("utf8");
  socket.on("data", (piece: string) => {
    text += piece;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    end = error.code ?? "error";
  });
  await once(socket, "close").catch(() => {});
  return { text, end };
}

const STREAM = { model: "model-a", stream: true };
const dataOf = (text: string): string[] => {
  return text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice(6).trimEnd()] : []));
};
const wordsOf = (text: string): number => dataOf(text).filter((data) => /"content":"[^"]/.test(data)).length;

describe("a healthy answer", () => {
  test("has sixty words, a token each, and a finish, a usage and an end mark", async () => {
    expect(SIXTY_WORDS).toHaveLength(60);
    const { text, end } = await raw(await aProvider(HEALTHY), STREAM);
    expect(end).toBe("closed");
    expect(wordsOf(text)).toBe(60);
    expect(dataOf(text).at(-1)).toBe("[DONE]");
    expect(text).toContain('"finish_reason":"stop"');
    expect(text).toContain('"completion_tokens":60');
    expect(text.endsWith("0\r\n\r\n")).toBe(true);
  });

  test("comes in one body to whoever asks for no stream", async () => {
    const provider = await aProvider(HEALTHY);
    const { text } = await raw(provider, { model: "model-b" });
    expect(text).toContain(JSON.stringify(SIXTY_WORDS_TEXT));
    expect(text).toContain('"model":"model-b"');
    expect(provider.calls).toMatchObject([{ model: "model-b", nth: 0, streams: false, end: "sent" }]);
    expect(provider.counts).toMatchObject({ calls: 1, sent: 1, aborted: 0, underWay: 0 });
  });
});

describe("a fault", () => {
  test("a reset comes before any byte", async () => {
    expect(await raw(await aProvider({ kind: "reset" }), STREAM)).toEqual({ text: "", end: "ECONNRESET" });
  });

  test("a refusal has its status, headers and body", async () => {
    const { text } = await raw(await aProvider(refusal(429, "slow_down", { headers: { "retry-after": "2" } })), STREAM);
    expect(text).toMatch(/^HTTP\/1\.1 429 /);
    expect(text).toContain("retry-after: 2\r\n");
    expect(text).toContain('"code":"slow_down"');
  });

  test("HTML may come under 200, and half of it", async () => {
    const page = "<html><title>522</title></html>";
    const html = { "content-type": "text/html" };
    const { text } = await raw(await aProvider({ kind: "whole", headers: html, body: page }), STREAM);
    expect(text).toContain(`content-type: text/html\r\n`);
    expect(text.endsWith(page)).toBe(true);
    const half = await raw(
      await aProvider({ kind: "whole", body: page, stop: { afterBytes: 6, how: "reset" } }),
      STREAM,
    );
    expect(half.end).toBe("ECONNRESET");
  });

  test.each<[string, Streamed, number, boolean, string]>([
    ["a proper end", { kind: "streamed", stop: { afterTokens: 40, how: "end" } }, 40, true, "closed"],
    [
      "an end without the last chunk",
      { kind: "streamed", stop: { afterTokens: 40, how: "close" } },
      40,
      false,
      "closed",
    ],
    ["a reset", { kind: "streamed", stop: { afterTokens: 40, how: "reset" } }, 40, false, "ECONNRESET"],
    [
      "a silence and then its end",
      { kind: "streamed", stop: { afterTokens: 20, how: "silence", silenceMs: 30 } },
      20,
      false,
      "closed",
    ],
  ])("a stream is cut after its tokens by %s", async (_, behaviour, tokens, whole, end) => {
    const seen = await raw(await aProvider(behaviour), STREAM);
    expect(seen.end).toBe(end);
    // A reset may overtake what was written before it.
    if (end === "closed") expect(wordsOf(seen.text)).toBe(tokens);
    expect(seen.text.endsWith("0\r\n\r\n")).toBe(whole);
    expect(seen.text).not.toContain("[DONE]");
  });

  test("a stream is cut after any byte", () => {
    const whole = bytesOf(HEALTHY);
    const stop = { afterBytes: 333, how: "end" } as const;
    expect(bytesOf({ ...HEALTHY, stop })).toEqual(whole.subarray(0, 333));
  });

  test("odd events stand among the others or in their place", () => {
    const odd = [{ at: 10, data: "{oops" }];
    const among = dataOf(Buffer.from(bytesOf({ ...HEALTHY, odd })).toString());
    expect(among[9]).toBe("{oops");
    expect(among).toHaveLength(65);
    const inPlace = dataOf(
      Buffer.from(bytesOf({ ...HEALTHY, odd: [{ at: 10, data: "{oops", instead: true }] })).toString(),
    );
    expect(inPlace[9]).toBe("{oops");
    expect(inPlace).toHaveLength(64);
  });

  test("what a stream may leave out, it leaves out", () => {
    const text = Buffer.from(bytesOf({ ...HEALTHY, finish: false, done: false })).toString();
    expect(text).not.toMatch(/DONE|"stop"|usage/);
  });

  test.each(["event", "whole", "byte"] as const)("the bytes are the same in writes of one %s", async (writes) => {
    const { text } = await raw(await aProvider({ ...HEALTHY, writes, newline: "\r\n", comments: 1 }), STREAM);
    const body = text.slice(text.indexOf("\r\n\r\n") + 4);
    const pieces = dechunked(body);
    const sent = bytesOf({ ...HEALTHY, newline: "\r\n", comments: 1 });
    expect(pieces).toHaveLength({ event: 64, whole: 1, byte: sent.length }[writes]);
    expect(pieces.join("")).toBe(Buffer.from(sent).toString());
    expect(pieces.join("")).toContain(": keep-alive\r\n\r\n");
  });

  test("a caller that leaves is noted, and its timers go", async () => {
    const provider = await aProvider({ ...HEALTHY, intervalMs: 1000 });
    const socket = connect(provider.port, "127.0.0.1");
    const body = JSON.stringify(STREAM);
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await once(socket, "data");
    expect(provider.counts).toMatchObject({ underWay: 1, sockets: 1 });
    socket.destroy();
    while (provider.counts.sockets > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(provider.calls).toMatchObject([{ end: "aborted" }]);
    expect(provider.counts).toMatchObject({ aborted: 1, underWay: 0, sockets: 0 });
  });
});

/** The pieces of a body in chunked coding (RFC 9112, section 7.1). ASCII only. */
function dechunked(body: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (;;) {
    const line = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.slice(at, line), 16);
    if (!(length > 0)) return pieces;
    pieces.push(body.slice(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
