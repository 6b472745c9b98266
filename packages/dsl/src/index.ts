/** What a tool needs of the compiler; each part is also there by itself for who needs only that. */
export type { Policy } from "@fbp/runtime/core";
export type { Examined } from "./analyze/examine.ts";
export {
  type Explained,
  type Extreme,
  type Extremes,
  explainProof,
  type SometimesAction,
} from "./analyze/explain/index.ts";
export type { CheckOptions } from "./check/known.ts";
export type * from "./check/model.ts";
export type { AreaStanding, ContractStanding, Standing } from "./check/standing.ts";
export { type Classifier, classifierOf } from "./classifier.ts";
export { AREA_NAMES, type AreaName, type Contract, type Verification } from "./contract/document.ts";
export * from "./contract/fit/index.ts";
export type { SchemaTruth } from "./contract/fit/truth.ts";
export * from "./contract/import/index.ts";
export { loadContract } from "./contract/load.ts";
export type { LoadedContract } from "./contract/loaded.ts";
export { withVerification } from "./contract/record.ts";
export type { AreaState } from "./contract/reliance.ts";
export type { CopyState } from "./contract/sources.ts";
export type { AreaStatus } from "./contract/status.ts";
export * from "./contract-file.ts";
export * from "./diagnostics/index.ts";
export { signCommand } from "./diagnostics/sign-command.ts";
export { shellWord, verifyCommand } from "./diagnostics/verify-command.ts";
export { nearest } from "./did-you-mean.ts";
export * from "./drill/index.ts";
export * from "./emit/alerts/index.ts";
export type { Artefact } from "./emit/artefacts.ts";
export { type EmbeddedRuntime, embeddedRuntime } from "./emit/embedded.ts";
export { loadSchemaTruth } from "./emit/load-schema-truth.ts";
export { loadValidators } from "./emit/load-validators.ts";
export { manifestOf, manifestText, policyEntry } from "./emit/manifest.ts";
export type { Manifest } from "./emit/manifest-schema.ts";
export { mermaidOf, type Picture, pictureOf, svgOf } from "./emit/picture/index.ts";
export { type Against, CRITERIA, type Criterion, type CriterionRecord } from "./evidence/document.ts";
export { type LoadedEvidence, loadEvidence } from "./evidence/load.ts";
export { emptyEvidence, withCriterion } from "./evidence/record.ts";
export { type CriterionState, criterionState } from "./evidence/state.ts";
export { besideRules } from "./gateway/beside/index.ts";
export {
  GATEWAYS,
  type Gateway,
  type ImportedContract,
  type ImportedPolicy,
  importGateway,
} from "./gateway/index.ts";
export { worstText } from "./gateway/text.ts";
export * from "./host.ts";
export * from "./program.ts";
export { duration, money } from "./scenario/amounts.ts";
export { canonicalRequest } from "./scenario/canonical.ts";
export * from "./scenario/run.ts";
export * from "./simulate/index.ts";
export * from "./source.ts";
export * from "./syntax/index.ts";
export type { StageTime } from "./timings.ts";
export { VERSION } from "./version.ts";
export * from "./why/index.ts";
