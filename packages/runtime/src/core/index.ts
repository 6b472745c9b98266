/** The pure core: no I/O, no clock, no dependency. */
export * from "./outcome.ts";
export * from "./policy.ts";
export * from "./signals.ts";
