import { readFileSync } from "node:fs";
import { main } from "../main.ts";
import { folderWith } from "./folder.ts";
import { type MemoryOptions, memoryIo } from "./memory-io.ts";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a user would, in memory. */
export async function fbp(argv: readonly string[], options: MemoryOptions = {}): Promise<Ran> {
  const io = memoryIo(options);
  const status = await main(argv, io);
  return { status, out: io.out(), err: io.err() };
}

const ROOT = new URL("../../../../", import.meta.url);

/** The policy that `fbp init` writes. */
export const POLICY = readFileSync(new URL("packages/cli/templates/init/chat.fbp", ROOT), "utf8");
export const CONTRACT = readFileSync(new URL("policies/contracts/openai-compatible.contract.json", ROOT), "utf8");

/** A folder with the contract, the policy that `change` makes of that of `fbp init`, and other files. */
export function projectWith(
  change: (policy: string) => string = (policy) => policy,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  const policy = change(POLICY);
  return folderWith({ "chat.fbp": policy, "contracts/provider.contract.json": CONTRACT, ...more });
}
