export { CAPTURE_KINDS, type CaptureKind, NOUNS, type Place, placeText } from "./capture.ts";
export { CaptureCheck, type CaptureOptions } from "./check.ts";
export type { Misfit } from "./groups.ts";
export { MISFIT_CODES, reportCaptures } from "./report.ts";
export * from "./result.ts";
