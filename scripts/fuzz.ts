// `npm run fuzz -- [--runs N] [--seed N]`: the properties and the differential test, for as many random
// cases as one likes. A failure prints its seed and the smallest case that was found.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "20000" }, seed: { type: "string" } } });
const env = {
  ...process.env,
  FBP_RUNS: values.runs,
  ...(values.seed === undefined ? {} : { FBP_SEED: values.seed }),
};
console.log(`${values.runs} cases of each property`);
const { status } = spawnSync("vitest", ["run", "test/properties", "test/differential", "--testTimeout=0"], {
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
