export { listOf, type MessageDefinition, message, type Severity } from "./define.ts";
export { type Diagnostic, type Related, Report, type Story } from "./diagnostic.ts";
export { inReadingOrder } from "./reading-order.ts";
export { type Code, messages } from "./table.ts";
