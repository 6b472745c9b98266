/** What a service's bundle carries, minified, and compressed as it is sent: the goals stand beside it. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { runbookModule } from "./policies.ts";

/** Stands in this folder, so that what a part imports is found from here. */
const ENTRY = fileURLToPath(new URL("part.js", import.meta.url));

/** What decides: the machine, and the health that requests share. */
const CORE = 'export { begin, Health, next } from "../packages/runtime/src/core/index.ts";';

const RUNBOOK = 'export * from "policy";';

interface Part {
  readonly name: string;
  readonly text: string;
  /** KB of 1024 bytes. */
  readonly goal?: number;
}

/** @param policy what `import … from "policy"` gives */
async function bytesOf(
  text: string,
  policy: string,
): Promise<{ readonly minified: number; readonly compressed: number }> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: "node",
    plugins: [
      {
        name: "the part",
        resolveId: (id) => (id === ENTRY || id === "policy" ? id : undefined),
        load: (id) => (id === ENTRY ? text : id === "policy" ? policy : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const code = Buffer.from(output[0].code);
  return { minified: code.length, compressed: gzipSync(code, { level: 9 }).length };
}

export async function sizes(): Promise<string> {
  const runbook = await runbookModule();
  const parts: readonly Part[] = [
    { name: "the core: machine, breakers, budgets, outcome", text: CORE, goal: 5 },
    { name: "the runbook policy", text: RUNBOOK },
    { name: "the core and the runbook policy", text: RUNBOOK + CORE, goal: 8 },
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
    const { minified, compressed } = await bytesOf(text, runbook);
    const kb = (bytes: number): string => (bytes / 1024).toFixed(2);
    rows.push(`| ${name} | ${kb(minified)} | ${kb(compressed)} | ${goal ?? ""} |`);
  }
  return `## Size

KB, bundled and minified by Rolldown as Vite does it, and compressed with gzip as well.

| what | minified | and compressed | goal |
|---|---:|---:|---:|
${rows.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await sizes());
