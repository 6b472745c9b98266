/** What a tool needs of the compiler; each part is also there by itself for who needs only that. */
export * from "./diagnostics/index.ts";
export * from "./source.ts";
