/** `chat.fetch` over either transport: what reaches the sockets below it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { undiciTransport } from "@fbp/runtime";
import { fetchTransport } from "@fbp/runtime/fetch";
import { afterEach, describe, expect, test } from "vitest";
import { breaksOff, breaksOffAtOnce, fallsSilent, says } from "./answers.ts";
import { aClientOf, aService, type Script, type Service, until } from "./service.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ASK = { messages: [{ role: "user", content: "Say it." }], stream: true };

describe.each([
  ["undici", undiciTransport],
  ["fetch", fetchTransport],
])("over %s", (_name, transport) => {
  async function started(script: Script): Promise<Service> {
    const service = await aService(script, "visible", transport());
    closing.push(() => service.close());
    return service;
  }

  const ask = ({ chat }: Pick<Service, "chat">, init: RequestInit = {}): Promise<Response> =>
    chat.fetch(`${chat.baseURL}/chat/completions`, { method: "POST", body: JSON.stringify(ASK), ...init });

  test("a stream comes whole", async () => {
    const text = await (await ask(await started({ "model-a": [says("a ", "b")] }))).text();
    expect(text).toContain('"content":"a "');
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("a stream that breaks at once is another path's", async () => {
    const service = await started({ "model-a": [breaksOffAtOnce], "model-b": [says("b")] });
    expect(await (await ask(service)).text()).toContain('"content":"b"');
    expect(service.sink.outcomes).toMatchObject([{ result: "answer", source: "backup" }]);
  });

  test("a stream that breaks later never ends quietly", async () => {
    const response = await ask(await started({ "model-a": [breaksOff] }));
    let text = "";
    const reading = (async () => {
      for await (const piece of response.body ?? []) text += new TextDecoder().decode(piece);
    })();
    await expect(reading).rejects.toThrow("stream_broken");
    expect(text).toContain('"error":{"message":"stream_broken');
    expect(text).not.toContain("[DONE]");
  });

  test("a request that was given up before is not sent, and is in the record", async () => {
    const service = await started({ "model-a": [says("a")] });
    await expect(ask(service, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(service.provider.calls).toEqual([]);
    expect(service.sink.outcomes).toMatchObject([{ result: "aborted", attempts: [] }]);
  });

  test("cancelling the body closes the connection", async () => {
    const service = await started({ "model-a": [fallsSilent] });
    const reader = (await ask(service)).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await until(() => service.provider.counts.underWay === 0);
    expect(service.provider.calls).toMatchObject([{ end: "aborted" }]);
  });

  test("a client that does not read holds the provider up, and may still leave", async () => {
    const most = 256 * 1024 * 1024;
    const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x".repeat(2 ** 16) } }] })}\n\n`;
    let written = 0;
    let gone = false;
    const server = createServer((request, response) => {
      const more = (): void => {
        while (written < most) {
          written += piece.length;
          if (!response.write(piece)) return;
        }
      };
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.on("drain", more).on("close", () => {
        gone = true;
      });
      request.resume().on("end", more);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const service = aClientOf(`http://127.0.0.1:${address.port}`, "visible", transport());
    closing.push(async () => {
      server.close();
      await service.close();
    });
    const response = await ask(service);
    // Until nothing more is written for a while: all buffers on the way are full.
    for (let before = -1, turns = 0; turns < 200; turns = written === before ? turns + 1 : 0) {
      before = written;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(most);
    // Had it been read all the same, the answer would be longer than its bound by now.
    expect(service.sink.outcomes).toEqual([]);
    await response.body?.cancel();
    await until(() => gone);
    expect(service.sink.outcomes).toMatchObject([{ result: "aborted" }]);
  });
});
