/** The pure core: no I/O, no clock, no dependency. */
export { signalOf } from "./classify.ts";
export { errorObject } from "./errors.ts";
export { estimatePromptTokens, outputLimit } from "./estimate.ts";
export * from "./headers.ts";
export * from "./health.ts";
export { begin, next, type State, type Step } from "./machine.ts";
export * from "./outcome.ts";
export { at } from "./pointer.ts";
export * from "./policy.ts";
export * from "./protocol.ts";
export { serverWaitMs } from "./retry-hint.ts";
export * from "./signals.ts";
export { usageOf } from "./usage.ts";
