/**
 * `npm run failover-bench -- [--profile full|fast] [--write]`: plays the scenarios and prints the scorecard, or writes it
 * into its page too. Status 1 unless all pass.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { direct } from "./direct.ts";
import { FAST, FULL } from "./profile.ts";
import { playAll } from "./run.ts";
import { SCENARIOS } from "./scenarios.ts";
import { scorecard, scoreOf } from "./scorecard.ts";
import type { Judged } from "./verdict.ts";
import { withPolicy } from "./with-policy.ts";

const PAGE = new URL("../../docs/failover-bench.md", import.meta.url);
const PLACE = /(<!-- scorecard -->).*(<!-- \/scorecard -->)/s;

export async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { profile: { type: "string", default: "full" }, write: { type: "boolean", default: false } },
  });
  if (values.profile !== "full" && values.profile !== "fast") {
    console.error(`there is no profile ${JSON.stringify(values.profile)}: full or fast`);
    process.exitCode = 2;
    return;
  }
  const profile = values.profile === "full" ? FULL : FAST;
  console.log(
    `sixteen scenarios at the same time, profile ${profile.name}: about ${Math.ceil(100 * profile.factor)} s`,
  );
  const tell = ({ id, verdict }: Judged) => console.log(`${id} ${verdict}`);
  const [judged, bare] = await Promise.all([
    playAll(SCENARIOS, profile, withPolicy, tell),
    playAll(SCENARIOS, profile, (url) => direct({ url, profile, knowsTheEnd: true })),
  ]);
  const card = scorecard(judged, profile, [{ name: "direct", score: scoreOf(bare) }]);
  console.log(`\n${card}`);
  if (values.write) {
    const text = readFileSync(PAGE, "utf8");
    writeFileSync(
      PAGE,
      text.replace(PLACE, (_, before: string, after: string) => `${before}\n\n${card}\n\n${after}`),
    );
  }
  if (scoreOf(judged)[0] !== SCENARIOS.length) process.exitCode = 1;
}
