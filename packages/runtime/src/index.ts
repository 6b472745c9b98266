/**
 * Runs compiled fallback policies. Nothing here loads a built-in module of Node.js, or undici, before
 * `undiciTransport` or `jsonlSink` is called: all of it can be bundled for a browser.
 */

export { createFallback, type Fallback, type FallbackOptions } from "./client.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export type { BreakerState, Held } from "./core/breaker.ts";
export type { AttemptRecord, DecisionRecord, Outcome, Usage } from "./core/outcome.ts";
export type { PathHealth } from "./core/path-health.ts";
export { POLICY_FORMAT, type Policy, type TransportFault } from "./core/policy.ts";
export type { SignalClass } from "./core/signals.ts";
export type { DropInFetch, FetchWithOptions } from "./drop-in/fetch.ts";
export type { EventSource, RuntimeEvent } from "./events.ts";
export type { Counters, Fault } from "./recorder.ts";
export type { InvalidOutput } from "./sink/invalid-output.ts";
export { type JsonlOptions, type JsonlSink, jsonlSink, type RotateOptions } from "./sink/jsonl.ts";
export { type MemorySink, memorySink } from "./sink/memory.ts";
export type { Sink } from "./sink/sink.ts";
export { teeSink } from "./sink/tee.ts";
export { memoryStore } from "./store/memory.ts";
export type { SharingOptions } from "./store/sharing.ts";
export type { Member, Membership, Store } from "./store/store.ts";
export { type ChatStream, StreamError } from "./stream/chat-stream.ts";
export type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport/transport.ts";
export { type UndiciDispatch, type UndiciDispatcher, type UndiciOptions, undiciTransport } from "./transport/undici.ts";
export type {
  Adapter,
  AdapterOptions,
  AnyPolicyTypes,
  CompleteArguments,
  CompleteOptions,
  Completion,
  FullAdapter,
  Hook,
  Hooks,
  PolicyTypes,
  TypedOutcome,
  TypedPolicy,
} from "./types.ts";
export { UsageError } from "./usage-error.ts";
