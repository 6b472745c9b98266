/** Why a failure leads where it leads. */
export type { ActionSaid } from "./actions.ts";
export { type ExplainedFailure, type Explanation, explainFailure, type Question, type Recorded } from "./explain.ts";
export { type LinesRead, linesRead, type ReadLine } from "./lines.ts";
export type { Reply } from "./reply.ts";
