/**
 * `npm run bench`: what a decision, the engine, a call and a stream cost, each beside its peers, and how
 * large it all is. Each section is a
 * process of its own, so that what one has warmed up or spoilt is nothing to the next. Writes
 * docs/benchmarks.md with `--write`.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { runSection } from "./run-section.ts";
import { SECTIONS } from "./sections.ts";
import { sizes } from "./sizes.ts";

const lines: string[] = [];

function say(text: string): void {
  console.log(text);
  lines.push(text);
}

say(`# Benchmarks

Written by \`npm run bench -- --write\`. Each section is a process of its own; in it the subjects take turns, and what is shown is the median of 31 rounds. The ratio is against the first row, the median of what it was in each round: nanoseconds depend on the machine and on what else it does, ratios much less.

Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}.`);

for (const name of Object.keys(SECTIONS)) say(`\n${runSection(name)}`);

say(`\n${await sizes()}`);

if (process.argv.includes("--write")) {
  writeFileSync(new URL("../docs/benchmarks.md", import.meta.url), `${lines.join("\n")}\n`);
}
