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

const rows = measured.map(({ name, ns, ratio, cpuRatio, bytes }) => {
  const cells = [name, ns.toFixed(ns < 1000 ? 1 : 0), ratio.toFixed(2)];
  if (section.sockets) cells.push(cpuRatio.toFixed(2));
  return [...cells, bytes === null ? "?" : bytes.toFixed(0)];
});
const head = ["subject", "ns", "ratio", ...(section.sockets ? ["ratio of CPU time"] : []), "bytes allocated"];
const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
const table = [head, rule, ...rows].map((cells) =>
  `| ${cells.join(" | ")} |`.replaceAll("| ---", "|---").replaceAll("--- |", "---|").replaceAll("---: |", "---:|"),
);
console.log(`## ${section.title}

${section.note}

${table.join("\n")}`);
