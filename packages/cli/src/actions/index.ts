/**
 * The work of the commands, loaded as one when a command runs: the start of the program has none of it. A
 * file of `commands` imports this one inside of its action, and nothing but types and options outside of it.
 * `check` is not here: it is run at every save, and imported by itself.
 */
export { alerts } from "./alerts.ts";
export { build } from "./build.ts";
export { canary } from "./canary.ts";
export { contractCheck } from "./contract/check.ts";
export { contractImport } from "./contract/import.ts";
export { contractStatus } from "./contract/status.ts";
export { contractVerify } from "./contract/verify.ts";
export { diff } from "./diff.ts";
export { drill } from "./drill.ts";
export { evidenceSign } from "./evidence/sign.ts";
export { evidenceStatus } from "./evidence/status.ts";
export { explain } from "./explain.ts";
export { fmt } from "./fmt.ts";
export { graph } from "./graph.ts";
export { importConfig } from "./import.ts";
export { init } from "./init.ts";
export { report } from "./report.ts";
export { simulatePolicy } from "./simulate.ts";
export { test } from "./test.ts";
