/** Random programs for the tests of every stage that reads policy files. */
export { damaged } from "./mutations.ts";
export { commentedProgram, program } from "./programs.ts";
export { condition, json, jsonObject, name } from "./vocabulary.ts";
