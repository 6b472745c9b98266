// `npm run fuzz -- [--runs N] [--seed N]`: the properties and the differential test, from a new seed and for as many
// random cases as one likes. A failure prints its seed and the smallest case that was found.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "20000" }, seed: { type: "string" } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
const env = { ...process.env, FBP_RUNS: values.runs, FBP_SEED: seed };
console.log(`${values.runs} cases of each property, from seed ${seed}`);
const { status } = spawnSync("vitest", ["run", "propert", "test/differential", "--testTimeout=0"], {
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
