/** The service's own parser, as a command that is given an answer and ends with 0 where it takes it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const MOST_MS = 30_000;
/** Of what it says, the beginning is enough. */
const MOST_SAID = 300;

/**
 * @param env without keys: a parser needs none
 * @returns why it does not take the answer, in the operator's words; null: it does
 */
export async function parserRefuses(
  command: string,
  response: unknown,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
  interrupted: AbortSignal,
): Promise<string | null> {
  // A group of its own, so that what a shell starts ends with it.
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const stop = (): void => end(child);
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(MOST_MS)]);
  signal.addEventListener("abort", stop);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(0, MOST_SAID);
  });
  // A parser that ends without reading is one that has read enough.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(response));
  try {
    const [status] = (await once(child, "close")) as [number | null];
    if (status === 0) return null;
    const [line = ""] = said.trim().split("\n");
    if (signal.aborted) return `it was not over after ${MOST_MS / 1000}s`;
    return `${status === null ? "it was killed" : `it ended with ${status}`}${line === "" ? "" : `: ${line}`}`;
  } catch (error) {
    return `it cannot be started: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is over.
  }
}
