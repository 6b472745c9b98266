// Runs one of the package scripts with the pinned pnpm and the pinned Node, installing what is
// missing first. This file alone runs on whatever Node the machine has (20 or newer).
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const [script, ...rest] = process.argv.slice(2);

function pnpm(args, quiet) {
  const { status, error, stdout } = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    stdio: quiet ? ["ignore", "pipe", "inherit"] : ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, npm_config_loglevel: "error" },
    encoding: "utf8",
  });
  if (error) console.error(`cannot start npx: ${error.message}`);
  if (status !== 0 && stdout) console.error(stdout);
  if (status !== 0) process.exit(status ?? 1);
}

pnpm(["install", "--frozen-lockfile", "--prefer-offline"], true);
pnpm(["--silent", "run", script, ...rest], false);
