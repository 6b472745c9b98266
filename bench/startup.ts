/** What it costs to start the command, as a user does: each time a process of its own, from the bundle. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Subject } from "./measure.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FBP = join(ROOT, "packages/cli/bin/fbp.js");
const CHECK = [FBP, "check", "policies/chat-completions.fbp"];

export interface Starts {
  readonly subjects: Subject[];
  readonly close: () => Promise<void>;
}

export function starts(): Starts {
  if (!existsSync(join(ROOT, "packages/cli/dist/fbp.js"))) throw new Error("fbp is not built: run npm run build");
  const kept = mkdtempSync(join(tmpdir(), "fbp-startup-"));
  const keeping = { NODE_COMPILE_CACHE: kept };
  const subject = (name: string, argv: readonly string[], env: Readonly<Record<string, string>>): Subject => ({
    name,
    run: (times) => {
      for (let at = 0; at < times; at++) start(argv, env);
    },
  });
  // What is kept is of the first three runs.
  for (let run = 0; run < 3; run++) for (const argv of [[FBP, "--version"], CHECK]) start(argv, keeping);
  return {
    subjects: [
      subject("an empty Node process", ["--eval", "0"], keeping),
      subject("fbp --version", [FBP, "--version"], keeping),
      subject("fbp check of the runbook policy", CHECK, keeping),
      subject("the same, nothing kept of earlier runs", CHECK, { NODE_DISABLE_COMPILE_CACHE: "1" }),
    ],
    close: async () => rmSync(kept, { recursive: true, force: true }),
  };
}

function start(argv: readonly string[], env: Readonly<Record<string, string>>): void {
  const { status, stderr } = spawnSync(process.execPath, argv, {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}
