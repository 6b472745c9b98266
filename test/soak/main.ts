/**
 * `npm run soak -- [--minutes 10] [--rate 1000] [--open 2000]`: requests on real sockets against a faulting provider, what is held
 * meanwhile as a table, and what is wrong. `--seconds` for short ones, `--json` for the report alone. Status 1 if anything is.
 */
import { parseArgs } from "node:util";
import { heapTrend, wrongWith } from "./judge.ts";
import { type Sample, soak } from "./real.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seconds: { type: "string" },
    rate: { type: "string", default: "1000" },
    open: { type: "string", default: "2000" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds ?? Number(values.minutes) * 60);
const rate = Number(values.rate);
const mostOpen = Number(values.open);
if (!(seconds > 0) || !(rate > 0) || !(mostOpen > 0)) {
  console.error("--minutes, --seconds, --rate and --open are numbers above 0");
  process.exit(2);
}

const COLUMNS = ["second", "started", "open", "heapMb", "sockets", "timers", "listeners", "providerOpen"] as const;

function row(sample: Sample): string {
  return COLUMNS.map((name) => {
    const value = sample[name];
    return (name === "heapMb" ? value.toFixed(1) : String(value)).padStart(name.length + 2);
  }).join("");
}

if (!values.json) {
  console.log(
    `${seconds} s at ${rate} requests a second and at most ${mostOpen} open, against a provider that fails in every way`,
  );
  console.log(COLUMNS.map((name) => `  ${name}`).join(""));
}
const report = await soak({
  seconds,
  rate,
  mostOpen,
  sampleEveryMs: Math.max(500, (seconds * 1000) / 40),
  ...(values.json ? {} : { told: (sample) => console.log(row(sample)) }),
});
const wrong = wrongWith(report);
if (values.json) console.log(JSON.stringify({ ...report, wrong }));
else {
  console.log("at rest in the middle, and at the end\n");
  const { started, attempts, mostAtProvider, ended } = report;
  console.log(
    `${started} requests (${(started / seconds).toFixed(0)} a second), ${attempts} calls, at most ${report.mostOpen} requests and ${mostAtProvider} calls at once`,
  );
  const byCount = Object.entries(report.outcomes).sort(([, a], [, b]) => b - a);
  for (const [name, count] of byCount) console.log(`${String(count).padStart(8)}  ${name}`);
  console.log(Object.entries(ended).map(([kind, count]) => `${kind} ${count}`).join(", ")); // biome-ignore format: one line
  console.log(`${report.lost} outcomes lost, ${report.doubled} twice, ${report.rejections} rejections not handled`);
  const { from, to } = heapTrend(report);
  console.log(`heap: ${from.toFixed(1)} -> ${to.toFixed(1)} MB under load`);
  console.log(`heap: ${report.before.heapMb.toFixed(1)} -> ${report.after.heapMb.toFixed(1)} MB at rest`);
  console.log(wrong.length === 0 ? "nothing leaks" : wrong.map((line) => `WRONG: ${line}`).join("\n"));
}
process.exitCode = wrong.length === 0 ? 0 : 1;
