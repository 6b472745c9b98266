/** The command on a terminal, which `script` of util-linux makes, and what then stands on its screen. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundled, Running, type RunOptions, type Signal } from "./process.ts";

export const HAS_TERMINALS =
  process.platform === "linux" && spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

export interface OnTerminal {
  readonly running: Running;
  /** SIGINT by the key, as people do; else to the process itself. */
  readonly signal: (signal: Signal) => Promise<void>;
  /** The process on the terminal, when it has begun: the leader of its session. */
  readonly leader: () => number;
}

const ESCAPE = "\u001b";
const COLUMNS = 80;

/** @param pidFile absolute, outside of the working folder */
export function onTerminal(
  bundled: Bundled,
  argv: readonly string[],
  options: RunOptions,
  pidFile: string,
): OnTerminal {
  const command = [process.execPath, bundled.file, ...argv].map(quoted).join(" ");
  const inside = `stty cols ${COLUMNS} rows 24; echo $$ > ${quoted(pidFile)}; exec ${command}`;
  const env = { ...bundled.env(options.env), TERM: "xterm-256color", SHELL: "/bin/sh" };
  const running = new Running("script", ["-qefc", inside, "/dev/null"], { cwd: options.cwd, env });
  const leader = (): number => Number(readFileSync(pidFile, "utf8"));
  return {
    running,
    leader,
    signal: async (signal) => {
      if (signal === "SIGINT") await running.write("\u0003");
      else process.kill(leader(), signal);
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function pidFileIn(bundled: Bundled, name: string): string {
  return join(bundled.home, `${name.replaceAll(/\W+/g, "-")}.pid`);
}

/** Sequences that steer the terminal, and single characters. */
const PARTS = new RegExp(`(${ESCAPE}\\[[\\d;?]*[A-Za-z]|[^])`);

/** What a person sees in the end. @throws for what is written to a terminal and not known here */
export function screenOf(written: string): readonly string[] {
  const lines: string[] = [""];
  let column = 0;
  for (const part of written.split(PARTS)) {
    if (part === "") continue;
    const line = lines.at(-1) ?? "";
    if (part === "\n") lines.push("");
    else if (part === "\r") column = 0;
    else if (part === "\u001b[K") lines[lines.length - 1] = line.slice(0, column);
    else if (part === "\u001b[2J" || part === "\u001b[3J" || part === "\u001b[H") lines.splice(0, lines.length, "");
    else if (!part.startsWith("\u001b")) {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + part + line.slice(column + 1);
      column++;
    } else if (!part.endsWith("m")) throw new Error(`the screen does not know ${JSON.stringify(part)}`);
    if (part === "\n") column = 0;
  }
  return lines;
}
