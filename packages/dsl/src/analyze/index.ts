/** What can happen to a request of a policy: for tools that read more of it than its diagnostics. */
export * from "./bounds.ts";
export * from "./diff/index.ts";
export * from "./explore/graph.ts";
export { moment, msOf, type Stretch, type Times, within } from "./explore/moment.ts";
export { LARGEST_PROMPT, type Size, type Sizes } from "./explore/sizes.ts";
export { standingOf } from "./explore/standing.ts";
export { type Goal, type Trace, type TraceStep, traceTo } from "./explore/trace.ts";
export type { ActionUse, Cause, Refused, RuleUse } from "./explore/uses.ts";
export * from "./proof.ts";
export type { Situation, World } from "./situation.ts";
