/**
 * What `fbp build --bundle` puts beside a policy: all that a service needs to run it, and nothing that
 * loads a package or a built-in module. Other transports and sinks can be handed in as ever.
 */
export { createFallback } from "./client.ts";
export { type ChatStream, StreamError } from "./stream/chat-stream.ts";
export { fetchTransport } from "./transport/fetch.ts";
export type * from "./types.ts";
export { UsageError } from "./usage-error.ts";
