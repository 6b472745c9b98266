/** Starts the provider in a process of its own and gives it orders. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Provider {
  readonly primaryPort: number;
  readonly backupPort: number;
  /** Every call on the primary is answered with 503, or is no longer. */
  outage(on: boolean): Promise<void>;
  /** The primary's port refuses connections, or takes them again. */
  listening(on: boolean): Promise<void>;
  stop(): void;
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as T));
    child.once("exit", (code) => reject(new Error(`the provider ended with status ${code}`)));
  });
}

export async function startProvider(): Promise<Provider> {
  const child = fork(fileURLToPath(new URL("./provider.ts", import.meta.url)), { stdio: "inherit" });
  const ports = await answer<{ primary: number; backup: number }>(child);
  const order = async (message: { outage?: boolean; listening?: boolean }) => {
    const done = answer(child);
    child.send(message);
    await done;
  };
  return {
    primaryPort: ports.primary,
    backupPort: ports.backup,
    outage: (on) => order({ outage: on }),
    listening: (on) => order({ listening: on }),
    stop: () => child.disconnect(),
  };
}
