import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { expect, test } from "vitest";

const BUNDLE = {
  bundle: true,
  conditions: ["@fbp/source"],
  entryPoints: [fileURLToPath(new URL("./index.ts", import.meta.url))],
  format: "esm" as const,
  metafile: true as const,
  outdir: "out",
  platform: "browser" as const,
  splitting: true,
  write: false,
} satisfies BuildOptions;

test("the compiler runs in a browser, and loads what only artefacts need when they are asked for", async () => {
  const { metafile, warnings } = await build({ ...BUNDLE, logLevel: "silent" });
  expect(warnings).toEqual([]);
  const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith("src/index.ts"));
  const atOnce = new Set<string>();
  const follow = (name: string): void => {
    if (atOnce.has(name)) return;
    atOnce.add(name);
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === "import-statement") follow(path);
    }
  };
  follow(entry?.[0] ?? "");
  const inputs = [...atOnce].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
  expect(inputs.some((name) => name.endsWith("dsl/src/program.ts"))).toBe(true);
  expect(inputs.filter((name) => /\/ajv\//.test(name))).toEqual([]);
});
