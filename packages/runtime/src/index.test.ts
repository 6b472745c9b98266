import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

test.each([
  "./index.ts",
  "./engine.ts",
  "./core/index.ts",
  "./virtual/index.ts",
  "./sink/prometheus/prometheus.ts",
  "./sink/sqlite/sqlite.ts",
  "./transport/fetch.ts",
])("%s can be bundled for a browser, and nothing of Node.js or undici comes in", async (entry) => {
  const { errors, warnings, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  expect([...errors, ...warnings]).toEqual([]);
  const outside = Object.values(metafile.inputs).flatMap((input) => input.imports.filter((each) => each.external));
  expect(outside).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((path) => path.includes("node_modules"))).toEqual([]);
});
