#!/usr/bin/env node
await import("../dist/fbp.js").catch((error) => {
  const missing = error?.code === "ERR_MODULE_NOT_FOUND" ? ": it is not built yet, run npm run build" : "";
  process.stderr.write(`fbp: internal error FBP0000: it cannot be loaded${missing}\n`);
  process.exitCode = 70;
});
