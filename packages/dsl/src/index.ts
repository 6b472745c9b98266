/** What a tool needs of the compiler; each part is also there by itself for who needs only that. */
export type { Policy } from "@fbp/runtime/core";
export type { CheckOptions } from "./check/known.ts";
export type * from "./check/model.ts";
export * from "./diagnostics/index.ts";
export { nearest } from "./did-you-mean.ts";
export type { Artefact } from "./emit/artefacts.ts";
export { loadValidators } from "./emit/load-validators.ts";
export { manifestOf, manifestText } from "./emit/manifest.ts";
export type { Manifest } from "./emit/manifest-schema.ts";
export * from "./host.ts";
export * from "./program.ts";
export { duration, money } from "./scenario/amounts.ts";
export * from "./scenario/run.ts";
export * from "./source.ts";
export * from "./syntax/index.ts";
export type { StageTime } from "./timings.ts";
export { VERSION } from "./version.ts";
