/** `npm run failover-bench -- [--profile full|fast]`: plays the scenarios and prints the scorecard. Status 1 unless all pass. */
import { parseArgs } from "node:util";
import { direct } from "./direct.ts";
import { FAST, FULL } from "./profile.ts";
import { playAll } from "./run.ts";
import { SCENARIOS } from "./scenarios.ts";
import { scorecard, scoreOf } from "./scorecard.ts";
import type { Judged } from "./verdict.ts";
import { withPolicy } from "./with-policy.ts";

export async function main(): Promise<void> {
  const { values } = parseArgs({ options: { profile: { type: "string", default: "full" } } });
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
  console.log(`\n${scorecard(judged, profile, [{ name: "direct", score: scoreOf(bare) }])}`);
  if (scoreOf(judged)[0] !== SCENARIOS.length) process.exitCode = 1;
}
