/**
 * A chat-completion provider that fails on demand, in a process of its own on real sockets. A request
 * names its fault in the `user` field (`fault:<name>`); `model-b` ignores it, so that a fallback
 * finds a healthy provider. Started with `fork`: it sends `{ primary, backup }`, the two ports, and
 * takes `{ outage: boolean }` and `{ listening: boolean }` for the primary's port.
 */
import { type Behaviour, HEALTHY, Provider, type ProviderCall, refusal } from "../packages/cli/src/provider/index.ts";

const healthy: Behaviour = { ...HEALTHY, tokens: ["Forty", "-", "two", "."] };

const page = (status: number, body: string): Behaviour => {
  return { kind: "whole", status, headers: { "content-type": "text/html" }, body };
};

const half = '{"choices": [{"index": 0, "mess';

/** Every fault by name. The ones that never answer leave the socket to the client's own limits. */
export const FAULTS: Readonly<Record<string, Behaviour>> = {
  none: healthy,
  hang: { kind: "never" },
  hang_in_body: { kind: "whole", body: `${half}age": 1`, stop: { afterBytes: half.length, how: "silence" } },
  reset: { kind: "reset" },
  reset_in_body: { kind: "whole", body: `${half}age": 1`, stop: { afterBytes: half.length, how: "reset" } },
  server_error: refusal(500, "internal_error", { type: "server_error" }),
  bad_gateway: page(502, "<html><head><title>502 Bad Gateway</title></head></html>"),
  overloaded: refusal(503, "overloaded", { type: "server_error" }),
  rate_limited: refusal(429, "rate_limit_exceeded", { type: "requests" }),
  rate_limited_hint: refusal(429, "rate_limit_exceeded", { type: "requests", headers: { "retry-after": "30" } }),
  quota: refusal(429, "insufficient_quota", { type: "insufficient_quota" }),
  bad_key: refusal(401, "invalid_api_key"),
  bad_request: refusal(400, "invalid_value"),
  too_long: refusal(400, "context_length_exceeded"),
  empty: { kind: "whole", body: { id: "x", object: "chat.completion", choices: [] } },
  cut: {
    kind: "whole",
    body: { choices: [{ index: 0, message: { role: "assistant", content: "Forty-" }, finish_reason: "length" }] },
  },
  broken: { kind: "whole", body: half },
  html: page(200, "<!DOCTYPE html><title>Just a moment…</title>"),
  error_in_200: refusal(200, "server_error", { type: "server_error" }),
};

function asked({ request }: ProviderCall): Behaviour {
  const user = request?.user;
  const fault = typeof user === "string" && user.startsWith("fault:") ? user.slice("fault:".length) : "none";
  return (Object.hasOwn(FAULTS, fault) ? FAULTS[fault] : healthy) ?? healthy;
}

async function main(): Promise<void> {
  let outage = false;
  const down = refusal(503, "overloaded", { type: "server_error" });
  const primary = await Provider.start({ choose: (call) => (outage ? down : asked(call)) });
  const backup = await Provider.start({ choose: () => healthy });

  process.on("message", async (order: { outage?: boolean; listening?: boolean }) => {
    if (order.outage !== undefined) outage = order.outage;
    if (order.listening === true) await primary.listen();
    if (order.listening === false) await primary.close();
    process.send?.({ done: true });
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({ primary: primary.port, backup: backup.port });
}

if (process.send !== undefined) await main();
