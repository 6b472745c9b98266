/** What takes each command longer than a moment, and what a terminal shows meanwhile. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SIGNALS } from "./process.ts";

/** Many policies, many recorded requests, a policy with many scenarios: what takes each command longer than a moment. */
export function enlarge(cwd: string): void {
  const policy = readFileSync(join(cwd, "chat.fbp"), "utf8");
  const scenario = policy.slice(policy.lastIndexOf("scenario "));
  const scenarios = Array.from({ length: 1_500 }, (_, index) => scenario.replace('"a', `"${index} a`));
  writeFileSync(join(cwd, "many.fbp"), `${policy}\n${scenarios.join("\n")}`);
  for (const name of ["silent", ...SIGNALS]) {
    writeFileSync(join(cwd, `${name}.fbp`), policy.replace('"model-a"', `"silent ${name}"`));
  }
  mkdirSync(join(cwd, "all"));
  for (let index = 0; index < 300; index++) {
    writeFileSync(join(cwd, `all/p${index}.fbp`), policy.replaceAll('"./', '"../'));
  }
  const outcomes = readFileSync(join(cwd, "outcomes.jsonl"), "utf8");
  writeFileSync(join(cwd, "many.jsonl"), outcomes.repeat(150));
}

interface Long {
  readonly argv: readonly string[];
  /** What a terminal shows while it works. */
  readonly sign: RegExp;
}

export const LONG: Readonly<Record<string, Long>> = {
  check: { argv: ["check", "all"], sign: /\d+ of 300: all/ },
  build: { argv: ["build", "all", "--out-dir", "made"], sign: /\d+ of 300: all/ },
  test: { argv: ["test", "many.fbp"], sign: /\d+ scenarios: / },
  report: { argv: ["report", "many.jsonl", "--html", "report.html"], sign: /\d+ requests/ },
  explain: { argv: ["explain", "chat.fbp", "--outcome", "many.jsonl", "--trace", "none"], sign: /\d+ requests/ },
  simulate: {
    argv: ["simulate", "chat.fbp", "--profile", "faults.yaml", "--for", "24h", "--svg", "chart.svg"],
    sign: /\d+ requests, \d+%/,
  },
  canary: { argv: ["canary", "silent.fbp", "--timeout", "60m"], sign: /1 of 2: / },
  drill: { argv: ["drill", "chat.fbp", "--junit", "drills.xml"], sign: /\d+ of \d+ drills are over/ },
};

export function longOf(name: string): Long {
  const long = LONG[name];
  if (long === undefined) throw new Error(`${name} is not known to take long`);
  return long;
}
