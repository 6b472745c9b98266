/**
 * The runtime as `fbp build --bundle` puts it beside a policy: one minified module without imports, and
 * its declarations as one text without imports.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollUp } from "./roll-up.ts";

const RUNTIME = fileURLToPath(new URL("../runtime/", import.meta.url));

export interface Standalone {
  readonly module: string;
  readonly declarations: string;
}

export async function standalone(): Promise<Standalone> {
  return { module: await moduleText(), declarations: await declarationsText() };
}

async function moduleText(): Promise<string> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: RUNTIME,
    entryPoints: ["src/standalone.ts"],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  });
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((each) => each.external));
  if (outside.length > 0) throw new Error(`the runtime to embed imports ${outside.map(({ path }) => path).join(", ")}`);
  return outputFiles[0]?.text ?? "";
}

/** Made afresh: what an earlier build left may be of other sources. */
async function declarationsText(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "fbp-declarations-"));
  try {
    const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
    const options = ["--composite", "false", "--incremental", "false", "--declarationMap", "false"];
    execFileSync(
      process.execPath,
      [
        join(dirname(typescript), "bin/tsc"),
        ...["-p", RUNTIME, "--emitDeclarationOnly", "--noCheck", ...options, "--outDir", outDir],
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    return await rollUp("standalone.d.ts", (name) => readFile(join(outDir, name), "utf8"));
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
