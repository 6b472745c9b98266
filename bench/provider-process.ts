/**
 * The provider that calls over loopback are measured with, in a process of its own so that its work is
 * not taken for the client's. Started with `fork`: it sends its ports by what each does.
 */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { CHUNKS } from "./provider.ts";

const ANSWER = JSON.stringify({
  id: "x",
  object: "chat.completion",
  model: "model-a",
  choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
});
const BUSY = JSON.stringify({ error: { message: "busy", type: "server_error", code: "overloaded", param: null } });

function event(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const chunk = { id: "x", object: "chat.completion.chunk", created: 1_700_000_000, model: "model-a", choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

const STREAM = [
  event({ role: "assistant", content: "" }, null),
  ...Array.from({ length: CHUNKS - 2 }, () => event({ content: " token" }, null)),
  event({}, "stop"),
  "data: [DONE]\n\n",
].join("");

let failed = false;

const SERVERS: Readonly<Record<string, RequestListener>> = {
  healthy: (_request, response) => response.setHeader("content-type", "application/json").end(ANSWER),
  // Calls come one after the other: each fails once.
  failing: (_request, response) => {
    failed = !failed;
    response.writeHead(failed ? 503 : 200, { "content-type": "application/json" }).end(failed ? BUSY : ANSWER);
  },
  streaming: (_request, response) => response.setHeader("content-type", "text/event-stream").end(STREAM),
};

const ports: Record<string, number> = {};
for (const [name, answer] of Object.entries(SERVERS)) {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().on("end", () => answer(request, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ports[name] = (server.address() as AddressInfo).port;
}
process.send?.(ports);
process.on("disconnect", () => process.exit(0));
