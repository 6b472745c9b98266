/** A provider for trying things out, where no real one is named: every third call to its first model fails. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface StandIn {
  readonly url: string;
  close(): void;
}

const TEXT = "I am no model, but I was asked under a policy.";

const USAGE = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };

export async function startStandIn(): Promise<StandIn> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    void answer(request, response, calls);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.closeAllConnections() };
}

async function answer(request: IncomingMessage, response: ServerResponse, nth: number): Promise<void> {
  const { model, stream } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
    readonly model: string;
    readonly stream?: boolean;
  };
  const json = { "content-type": "application/json" };
  if (model === "model-a" && nth % 3 === 0) {
    response.writeHead(503, json).end(JSON.stringify({ error: { message: "overloaded", code: "model_overloaded" } }));
    return;
  }
  const common = { id: `chatcmpl-${nth}`, created: 1, model };
  if (stream !== true) {
    const choice = { index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" };
    response.writeHead(200, json);
    response.end(JSON.stringify({ ...common, object: "chat.completion", choices: [choice], usage: USAGE }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const write = (chunk: object): void => {
    response.write(`data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", ...chunk })}\n\n`);
  };
  const event = (delta: object, finish: string | null): void => {
    write({ choices: [{ index: 0, delta, finish_reason: finish }] });
  };
  event({ role: "assistant", content: "" }, null);
  for (const word of TEXT.split(" ")) {
    event({ content: `${word} ` }, null);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  event({}, "stop");
  write({ choices: [], usage: USAGE });
  response.end("data: [DONE]\n\n");
}
