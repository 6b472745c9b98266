import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { nodeHost } from "../node.ts";
import { compile } from "../program.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const CORE = fileURLToPath(new URL("../../../runtime/src/core/index.ts", import.meta.url));
const POLICY = 'export * from "policy";';

/** Bundled and minified as Vite does it, then compressed as it is sent. */
async function bytesOf(texts: Readonly<Record<string, string>>): Promise<number> {
  const bundle = await rolldown({
    input: "entry",
    platform: "neutral",
    plugins: [
      {
        name: "texts",
        resolveId: (id) => (Object.hasOwn(texts, id) ? id : undefined),
        load: (id) => texts[id],
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return gzipSync(output[0].code, { level: 9 }).length;
}

test("the runtime's core stays below 5 KB, and below 8 KB with the runbook policy, whose share is below 3 KB", async () => {
  const compilation = compile("policies/chat-completions.fbp", nodeHost(ROOT), {
    profile: "development",
    asOf: "2026-11-22",
  });
  const policy = (await compilation.artefacts())[0]?.text ?? "";
  const alone = await bytesOf({ entry: POLICY, policy });
  expect(alone).toBeGreaterThan(1000);
  expect(alone).toBeLessThan(3 * 1024);
  const core = `export { begin, Health, next } from ${JSON.stringify(CORE)};`;
  const coreAlone = await bytesOf({ entry: core, policy });
  expect(coreAlone).toBeGreaterThan(4000);
  expect(coreAlone).toBeLessThan(5 * 1024);
  expect(await bytesOf({ entry: POLICY + core, policy })).toBeLessThan(8 * 1024);
});
