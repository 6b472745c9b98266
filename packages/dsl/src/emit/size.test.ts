import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { nodeHost } from "../node.ts";
import { compile } from "../program.ts";

/** With the runtime's core it is to stay below 8 KB. */
const MOST_BYTES = 3.2 * 1024;

test("the runbook policy stays small: minified and compressed, below 3.2 KB, its chunks' validator too", async () => {
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const host = nodeHost(root);
  const compilation = compile("policies/chat-completions.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const [module] = await compilation.artefacts();
  const { code } = await transform(module?.text ?? "", { format: "esm", minify: true, target: "es2023" });
  expect(code.length).toBeGreaterThan(1000);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(MOST_BYTES);
});
