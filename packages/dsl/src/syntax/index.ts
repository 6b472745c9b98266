/** Text to tree. */
export { parse } from "./parse.ts";
export * as tree from "./tree.ts";
