export { listOf, type MessageDefinition, message, type Severity } from "./define.ts";
export { type Diagnostic, inReadingOrder, type Related, Report, type Story } from "./diagnostic.ts";
export { type Code, messages } from "./table.ts";
