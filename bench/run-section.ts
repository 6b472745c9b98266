/** Runs one section of the benchmarks, in a process of its own or in several, and tells it as Markdown. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Measured, median } from "./measure.ts";
import { type Section, sectionOf } from "./sections.ts";

const PROCESS = fileURLToPath(new URL("./measure-process.ts", import.meta.url));

/** @throws Error when no section has this name, or a process of it fails */
export function runSection(name: string): string {
  const section = sectionOf(name);
  return toldOf(section, section.apart === undefined ? run(name) : apart(name, section.apart));
}

function run(name: string, ...subject: readonly string[]): readonly Measured[] {
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv.filter((flag) => flag !== "--expose-gc"), "--expose-gc", PROCESS, name, ...subject],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`the section ${name} ended with ${status}`);
  return JSON.parse(stdout) as readonly Measured[];
}

/** Each subject beside the first one alone, in so many processes: what the others leave behind is nothing to either. */
function apart(name: string, { subjects, processes }: NonNullable<Section["apart"]>): readonly Measured[] {
  const pairs = subjects.map((subject) => Array.from({ length: processes }, () => run(name, subject)));
  const first = pairs.flatMap((runs) => runs.flatMap((measured) => measured.slice(0, 1)));
  return [first, ...pairs.map((runs) => runs.flatMap((measured) => measured.slice(1)))].flatMap((runs) => {
    const [{ name } = { name: undefined }] = runs;
    if (name === undefined) return [];
    const of = (field: "ns" | "ratio" | "cpuRatio") => median(runs.map((measured) => measured[field]));
    const bytes = runs.flatMap((measured) => (measured.bytes === null ? [] : [measured.bytes]));
    return [
      {
        name,
        ns: of("ns"),
        ratio: of("ratio"),
        cpuRatio: of("cpuRatio"),
        bytes: bytes.length > 0 ? median(bytes) : null,
      },
    ];
  });
}

function toldOf({ title, note, sockets }: Section, measured: readonly Measured[]): string {
  const rows = measured.map(({ name, ns, ratio, cpuRatio, bytes }) => {
    const cells = [name, ns.toFixed(ns < 1000 ? 1 : 0), ratio.toFixed(2)];
    if (sockets) cells.push(cpuRatio.toFixed(2));
    return [...cells, bytes === null ? "?" : bytes.toFixed(0)];
  });
  const head = ["subject", "ns", "ratio", ...(sockets ? ["ratio of CPU time"] : []), "bytes allocated"];
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  const table = [head, rule, ...rows].map((cells) =>
    `| ${cells.join(" | ")} |`.replaceAll("| ---", "|---").replaceAll("--- |", "---|").replaceAll("---: |", "---:|"),
  );
  return `## ${title}\n\n${note}\n\n${table.join("\n")}`;
}
