/** Text to tree, and back. */
export { same } from "./compare.ts";
export { type Formatting, format } from "./format.ts";
export { LIMITS } from "./limits.ts";
export { parse } from "./parse.ts";
export { print } from "./print.ts";
export * as tree from "./tree.ts";
