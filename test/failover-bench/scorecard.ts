/** The scorecard: one line for each scenario, then the sums beside the published ones. */
import type { Profile } from "./profile.ts";
import { PUBLISHED } from "./published.ts";
import { SCENARIOS } from "./scenarios.ts";
import { type Judged, VERDICTS } from "./verdict.ts";

export type Score = readonly [number, number, number, number];

export function scoreOf(judged: readonly Judged[]): Score {
  const [pass = 0, partial = 0, safe = 0, fail = 0] = VERDICTS.map(
    (verdict) => judged.filter((one) => one.verdict === verdict).length,
  );
  return [pass, partial, safe, fail];
}

export interface Scored {
  readonly name: string;
  readonly score: Score;
}

export function scorecard(judged: readonly Judged[], profile: Profile, others: readonly Scored[] = []): string {
  const lines = [
    `| ${pad("", 3)} | ${pad("fault", 48)} | verdict | ${padLeft("seconds", 7)} | primary | backup | why |`,
    `|---|${"-".repeat(50)}|---|--:|--:|--:|---|`,
  ];
  for (const { id, verdict, why, elapsedMs, primaryCalls, backupCalls } of judged) {
    const fault = SCENARIOS.find((scenario) => scenario.id === id)?.fault ?? "";
    const seconds = (elapsedMs / 1000).toFixed(1);
    lines.push(
      `| ${id} | ${pad(fault, 48)} | ${pad(verdict, 7)} | ${padLeft(seconds, 7)} | ${padLeft(String(primaryCalls), 7)} | ` +
        `${padLeft(String(backupCalls), 6)} | ${why.join("; ")} |`,
    );
  }
  lines.push(
    "",
    `| ${pad("system", 36)} | pass | partial | safe | fail |`,
    `|${"-".repeat(38)}|--:|--:|--:|--:|`,
    row(`policies/failover-bench.fbp (${profile.name})`, scoreOf(judged)),
    ...others.map(({ name, score }) => row(`${name} (here, ${profile.name})`, score)),
    ...Object.entries(PUBLISHED).map(([name, score]) => row(`${name} (published)`, score)),
  );
  return lines.join("\n");
}

function row(name: string, [pass, partial, safe, fail]: Score): string {
  const number = (value: number, width: number) => padLeft(String(value), width);
  return `| ${pad(name, 36)} | ${number(pass, 4)} | ${number(partial, 7)} | ${number(safe, 4)} | ${number(fail, 4)} |`;
}

const pad = (text: string, width: number): string => text.padEnd(width);
const padLeft = (text: string, width: number): string => text.padStart(width);
