// Programs that some tests start and no package registry of ours has. Where the machine is Debian and we are root they
// are installed when they are missing; anywhere else the tests skip, and say what is missing.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** Program -> the Debian package that holds it. */
const PROGRAMS = { "redis-server": "redis-server", promtool: "prometheus" };

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

function isDebian() {
  try {
    return /^ID(?:_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** Quiet unless it fails. */
function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: 180_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) console.error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return status === 0;
}

// A package's service is not started where this file says so; what was there before stays.
const POLICY_FILE = "/usr/sbin/policy-rc.d";

function install(packages) {
  const ours = !existsSync(POLICY_FILE);
  if (ours) writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    // Another check of this machine may be installing too.
    const args = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60", ...packages];
    return run("apt-get", args) || (run("apt-get", ["update", "-qq"]) && run("apt-get", args));
  } finally {
    if (ours) rmSync(POLICY_FILE, { force: true });
  }
}

const missing = Object.keys(PROGRAMS).filter((program) => !has(program));
if (missing.length > 0) {
  const can = isDebian() && process.getuid?.() === 0 && has("apt-get");
  const packages = missing.map((program) => PROGRAMS[program]);
  if (can && install(packages)) console.log(`installed: ${packages.join(", ")}`);
  const still = missing.filter((program) => !has(program));
  if (still.length > 0) console.warn(`missing: ${still.join(", ")}; tests that need it skip`);
}
