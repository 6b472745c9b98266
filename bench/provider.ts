/** Starts the provider that calls over loopback are measured with. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** In each streamed answer, the end marker aside. */
export const CHUNKS = 2000;

export interface Provider {
  /** Addresses without a path, by what each provider does. */
  readonly healthy: string;
  /** Each call fails with a 503, and is answered when it is made again. */
  readonly failing: string;
  /** Answers with a stream of `CHUNKS` chunks, all at once. */
  readonly streaming: string;
  close(): Promise<void>;
}

export async function startProvider(): Promise<Provider> {
  const child = fork(fileURLToPath(new URL("./provider-process.ts", import.meta.url)), { execArgv: [] });
  const [ports] = (await once(child, "message")) as [Readonly<Record<"healthy" | "failing" | "streaming", number>>];
  const address = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    healthy: address(ports.healthy),
    failing: address(ports.failing),
    streaming: address(ports.streaming),
    close: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
