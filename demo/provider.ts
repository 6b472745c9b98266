/**
 * A chat-completion provider that fails on demand, in a process of its own on real sockets. A request
 * names its fault in the `user` field (`fault:<name>`); `model-b` ignores it, so that a fallback
 * finds a healthy provider. Started with `fork`: it sends `{ primary, backup }`, the two ports, and
 * takes `{ outage: boolean }` and `{ listening: boolean }` for the primary's port.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const FAULT_LIMIT_BYTES = 1 << 20;

type Answer = (response: ServerResponse, model: string) => void;

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

function text(status: number, type: string, body: string): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };
}

let answered = 0;

const healthy: Answer = (response, model) => {
  answered += 1;
  json(
    200,
    {
      id: `chatcmpl-${answered}`,
      object: "chat.completion",
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, message: { role: "assistant", content: "Forty-two." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 },
    },
    { "x-request-id": `req-${answered}` },
  )(response, model);
};

const failure = (code: string, type: string, message = code) => ({ error: { message, type, param: null, code } });

/** Every fault by name. The ones that never answer leave the socket to the client's own limits. */
export const FAULTS: Readonly<Record<string, Answer>> = {
  none: healthy,
  hang: () => {},
  hang_in_body: (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"choices":[');
  },
  reset: (response) => void response.socket?.resetAndDestroy(),
  reset_in_body: (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"choices":[', () => response.socket?.resetAndDestroy());
  },
  server_error: json(500, failure("internal_error", "server_error", "try again")),
  bad_gateway: text(502, "text/html", "<html><head><title>502 Bad Gateway</title></head></html>"),
  overloaded: json(503, failure("overloaded", "server_error")),
  rate_limited: json(429, failure("rate_limit_exceeded", "requests")),
  rate_limited_hint: json(429, failure("rate_limit_exceeded", "requests"), { "retry-after": "30" }),
  quota: json(429, failure("insufficient_quota", "insufficient_quota")),
  bad_key: json(401, failure("invalid_api_key", "invalid_request_error")),
  bad_request: json(400, failure("invalid_value", "invalid_request_error")),
  too_long: json(400, failure("context_length_exceeded", "invalid_request_error")),
  empty: json(200, { id: "x", object: "chat.completion", choices: [] }),
  cut: json(200, {
    choices: [{ index: 0, message: { role: "assistant", content: "Forty-" }, finish_reason: "length" }],
  }),
  broken: text(200, "application/json", '{"choices": [{"index": 0, "mess'),
  html: text(200, "text/html", "<!DOCTYPE html><title>Just a moment…</title>"),
  error_in_200: json(200, failure("server_error", "server_error", "the server had an error")),
};

interface Asked {
  readonly model: string;
  readonly fault: string;
}

function asked(body: string): Asked {
  try {
    const request = JSON.parse(body) as { model?: unknown; user?: unknown };
    const user = typeof request.user === "string" ? request.user : "";
    return { model: String(request.model), fault: user.startsWith("fault:") ? user.slice("fault:".length) : "none" };
  } catch {
    return { model: "?", fault: "bad_request" };
  }
}

function serve(choose: (asked: Asked) => Answer): Server {
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
      if (body.length > FAULT_LIMIT_BYTES) request.destroy();
    });
    request.on("end", () => {
      const it = asked(body);
      choose(it)(response, it.model);
    });
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function main(): Promise<void> {
  let outage = false;
  const primary = serve(({ fault }) => (outage ? FAULTS.overloaded : FAULTS[fault]) ?? healthy);
  const backup = serve(() => healthy);
  const primaryPort = await listen(primary, 0);
  const backupPort = await listen(backup, 0);

  process.on("message", async (order: { outage?: boolean; listening?: boolean }) => {
    if (order.outage !== undefined) outage = order.outage;
    if (order.listening === true) await listen(primary, primaryPort);
    if (order.listening === false) {
      await new Promise((closed) => {
        primary.close(closed);
        primary.closeAllConnections();
      });
    }
    process.send?.({ done: true });
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({ primary: primaryPort, backup: backupPort });
}

if (process.send !== undefined) await main();
