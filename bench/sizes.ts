/** What a service's bundle carries, minified, and compressed as it is sent: the goals stand beside it. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { runbookModule } from "./policies.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** What decides: the machine, and the health that requests share. */
const CORE = 'export { begin, Health, next } from "../packages/runtime/src/core/index.ts";';

interface Part {
  readonly name: string;
  readonly text: string;
  /** KB of 1024 bytes. */
  readonly goal?: number;
}

async function bytesOf(text: string): Promise<{ readonly minified: number; readonly compressed: number }> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: HERE },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2022",
    minify: true,
    legalComments: "none",
    charset: "utf8",
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, compressed: gzipSync(code, { level: 9 }).length };
}

export async function sizes(): Promise<string> {
  const runbook = await runbookModule();
  const parts: readonly Part[] = [
    { name: "the core: machine, breakers, budgets, outcome", text: CORE, goal: 5 },
    { name: "the runbook policy", text: runbook },
    { name: "the core and the runbook policy", text: `${runbook}\n${CORE}`, goal: 8 },
    {
      name: "`createFallback`: the core, the engine, streams, the drop-in fetch",
      text: 'export { createFallback } from "../packages/runtime/src/index.ts";',
    },
    { name: "what `--bundle` puts beside a policy", text: 'export * from "../packages/runtime/src/standalone.ts";' },
    { name: "cockatiel, all of it", text: 'export * from "cockatiel";' },
    { name: "opossum", text: 'export { default } from "opossum";' },
  ];
  const rows: string[] = [];
  for (const { name, text, goal } of parts) {
    const { minified, compressed } = await bytesOf(text);
    const kb = (bytes: number): string => (bytes / 1024).toFixed(1);
    rows.push(`| ${name} | ${kb(minified)} | ${kb(compressed)} | ${goal ?? ""} |`);
  }
  return `## Size

KB, minified by esbuild, and compressed with gzip as well.

| what | minified | and compressed | goal |
|---|---:|---:|---:|
${rows.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await sizes());
