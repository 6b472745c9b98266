/** The pure core: no I/O, no clock, no dependency. */
export { backoffMs } from "./backoff.ts";
export { type Call, type Decision, length, type Past, type Refusal, type Ruling, type Trial, taken } from "./chain.ts";
export { mayBeCharged } from "./charge.ts";
export { ranIntoDeadline, signalOf, signalOfCall } from "./classify.ts";
export { chunkError, errorObject } from "./errors.ts";
export { estimatePromptTokens, outputLimit } from "./estimate.ts";
export * from "./headers.ts";
export * from "./health.ts";
export { groundOf, unaffordable } from "./ledger.ts";
export { nth } from "./lookup.ts";
export { begin, next, type State, type Step, supposing } from "./machine.ts";
export * from "./outcome.ts";
export { at } from "./pointer.ts";
export * from "./policy.ts";
export * from "./protocol.ts";
export { serverWaitMs } from "./retry-hint.ts";
export * from "./signals.ts";
export { usageOf } from "./usage.ts";
