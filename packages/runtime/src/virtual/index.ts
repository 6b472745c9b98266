/** A world without I/O: time, providers and dice under the test's control. */
export * from "./clock.ts";
export * from "./random.ts";
export * from "./transport.ts";
