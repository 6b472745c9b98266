/** The pure core: no I/O, no clock, no dependency. */
export * from "./health.ts";
export * from "./machine.ts";
export * from "./outcome.ts";
export * from "./policy.ts";
export * from "./protocol.ts";
export * from "./signals.ts";
