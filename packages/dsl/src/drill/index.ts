/** The runbook's validation steps, as requests with what a policy leads to expect of each. */
export type { Answers } from "./answers.ts";
export { eventsOf, livePlanOf, type Plan, planOf } from "./cases.ts";
export { type Difference, differences, itemsOf } from "./compare.ts";
export { demandsBroken } from "./demands.ts";
export { type Demand, type DrillCase, eventFor, type Seen } from "./drill-case.ts";
export { expectedOf, LATE_MS } from "./expect.ts";
export { plainPolicy } from "./plain-policy.ts";
export { HALF, ShownText } from "./play.ts";
export { STEPS, type StepName } from "./steps.ts";
