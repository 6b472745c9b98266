/** One section of the benchmarks, by its name, as Markdown on standard output. */
import { loadValidators } from "@fbp/dsl";
import { measure } from "./measure.ts";
import { SECTIONS } from "./sections.ts";

const section = SECTIONS[process.argv[2] ?? ""];
if (section === undefined) throw new Error(`no such section: one of ${Object.keys(SECTIONS).join(", ")}`);

await loadValidators();
const { subjects, times, close } = await section.prepare();
const measured = await measure(subjects, times, section.rounds);
await close?.();

const rows = measured.map(({ name, ns, ratio, bytes }) => {
  const allocated = bytes === null ? "?" : bytes.toFixed(0);
  return `| ${name} | ${ns.toFixed(ns < 1000 ? 1 : 0)} | ${ratio.toFixed(2)} | ${allocated} |`;
});
console.log(`## ${section.title}

${section.note}

| subject | ns | ratio | bytes allocated |
|---|---:|---:|---:|
${rows.join("\n")}`);
