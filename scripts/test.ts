// The whole check of a clone: types, lint, bundle, every test. Ends with `N passed, N failed`, where
// each of the first three counts as one test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

function run(command: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (error) console.error(`cannot start ${command}: ${error.message}`);
  return status === 0;
}

let passed = 0;
let failed = 0;
let skipped = 0;

function count(what: string, good: boolean): void {
  console.log(`${good ? "ok" : "FAILED"}: ${what}`);
  if (good) passed += 1;
  else failed += 1;
}

// Not counted: what is missing then skips aloud.
run("node", [new URL("system-packages.mjs", import.meta.url).pathname]);

count("types", run("tsc", ["-b"]));
count("lint and format", run("biome", ["check", "--error-on-warnings", "."]));
count("bundle", run("node", ["packages/cli/bundle.ts"]));

const scratch = mkdtempSync(join(tmpdir(), "fbp-test-"));
const report = join(scratch, "report.json");
const good = run("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
try {
  const counts = JSON.parse(readFileSync(report, "utf8")) as Counts;
  passed += counts.numPassedTests;
  // A suite that cannot even be loaded has no tests to fail.
  failed += counts.numFailedTests || (good ? 0 : Math.max(1, counts.numFailedTestSuites));
  skipped += counts.numPendingTests + counts.numTodoTests;
} catch {
  failed += 1;
}
rmSync(scratch, { recursive: true, force: true });

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 ? 0 : 1);
