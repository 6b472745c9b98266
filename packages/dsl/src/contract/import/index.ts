export { type Imported, type ImportOptions, importContract } from "./import.ts";
export type { ImportDocument } from "./source.ts";
