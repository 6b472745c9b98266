// `node scripts/mutants.ts [NAME…]`: breaks the machine on purpose, in a copy of the tree, and says which
// test notices. A property that no mutant ever broke may be one that cannot fail.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MUTANTS, type Mutant } from "../test/mutants/list.ts";

const ROOT = join(import.meta.dirname, "..");
const COPIED = ["packages", "test", "policies", "package.json", "tsconfig.base.json", "vitest.config.ts"];

/** A tree of its own, so that nobody ever meets a broken machine in the real one. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), "fbp-mutants-"));
  for (const name of COPIED) {
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => basename(path) !== "dist",
    });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Names of the tests that fail. */
function failing(folder: string, mutant: Mutant): string[] {
  const report = join(folder, "report.json");
  spawnSync(
    "vitest",
    [
      "run",
      "test/properties",
      "test/differential",
      "test/streams",
      "-t",
      mutant.noticedBy,
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    { cwd: folder, stdio: "ignore", env: { ...process.env, FBP_RUNS: "2000", FBP_SHRINK: "0" } },
  );
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map(({ title }) => title),
  );
}

const wanted = process.argv.slice(2);
const folder = copy();
let survived = 0;
try {
  for (const mutant of MUTANTS) {
    if (wanted.length > 0 && !wanted.includes(mutant.name)) continue;
    const path = join(folder, mutant.file);
    const text = readFileSync(path, "utf8");
    if (text.split(mutant.find).length !== 2) {
      console.log(
        `outdated  ${mutant.name}: its text stands ${text.split(mutant.find).length - 1} times in ${mutant.file}`,
      );
      survived += 1;
      continue;
    }
    writeFileSync(
      path,
      text.replace(mutant.find, () => mutant.replace),
    );
    const noticed = failing(folder, mutant);
    writeFileSync(path, text);
    if (noticed.length === 0) survived += 1;
    console.log(`${noticed.length === 0 ? "SURVIVED" : "noticed "}  ${mutant.name}: ${mutant.noticedBy}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(survived === 0 ? "every mutant was noticed" : `${survived} were not`);
process.exit(survived === 0 ? 0 : 1);
