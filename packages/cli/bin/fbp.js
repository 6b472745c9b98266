#!/usr/bin/env node
// Compiled code is kept between runs, so that the next start is faster; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
import module from "node:module";

module.enableCompileCache?.();
await import("../dist/fbp.js").catch((error) => {
  const missing = error?.code === "ERR_MODULE_NOT_FOUND" ? ": it is not built yet, run npm run build" : "";
  process.stderr.write(`fbp: internal error FBP0000: it cannot be loaded${missing}\n`);
  process.exitCode = 70;
});
