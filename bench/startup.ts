/** What it costs to start the command, as a user does: each time a process of its own, from the bundle. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Subject } from "./measure.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FBP = join(ROOT, "packages/cli/bin/fbp.js");
const POLICY = "policies/chat-completions.fbp";
const CHECK = [FBP, "check", POLICY];

export interface Starts {
  readonly subjects: Subject[];
  readonly close: () => Promise<void>;
}

export function starts(): Starts {
  if (!existsSync(join(ROOT, "packages/cli/dist/fbp.js"))) throw new Error("fbp is not built: run npm run build");
  const kept = mkdtempSync(join(tmpdir(), "fbp-startup-"));
  const keeping = { NODE_COMPILE_CACHE: kept };
  const project = join(kept, "project");
  cpSync(join(ROOT, "policies"), join(project, "policies"), { recursive: true });
  const text = readFileSync(join(project, POLICY), "utf8");
  let edits = 0;
  /** What was found before is of another text each time: all of it is parsed, checked and proved. */
  const edited: Subject = {
    name: "fbp check of it after an edit",
    run: (times) => {
      for (let at = 0; at < times; at++) {
        writeFileSync(
          join(project, POLICY),
          text.replace(/deadline +\d+s/, `deadline ${20 + (++edits % 10)}.${edits}s`),
        );
        start(CHECK, keeping, project);
      }
    },
  };
  const subject = (name: string, argv: readonly string[], env: Readonly<Record<string, string>>): Subject => ({
    name,
    run: (times) => {
      for (let at = 0; at < times; at++) start(argv, env);
    },
  });
  // What is kept is of the first three runs.
  for (let run = 0; run < 3; run++) {
    for (const argv of [[FBP, "--version"], CHECK]) start(argv, keeping);
    edited.run(1);
  }
  return {
    subjects: [
      subject("an empty Node process", ["--eval", "0"], keeping),
      subject("fbp --version", [FBP, "--version"], keeping),
      subject("fbp check of the runbook policy, as it was checked before", CHECK, keeping),
      edited,
      subject("fbp check of it, nothing kept of earlier runs", CHECK, { NODE_DISABLE_COMPILE_CACHE: "1" }),
    ],
    close: async () => rmSync(kept, { recursive: true, force: true }),
  };
}

function start(argv: readonly string[], env: Readonly<Record<string, string>>, cwd = ROOT): void {
  const { status, stderr } = spawnSync(process.execPath, argv, {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}
