/** Compiles the policy with the real command, for the provider at an address that is known only now. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Policy } from "@fbp/runtime";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../packages/cli/src/fbp.ts", import.meta.url));
const OUT = new URL("./out/", import.meta.url);

/**
 * A service of one's own has its provider's address in the contract, where it is verified with all the
 * rest, runs `fbp build` in CI, and imports the module.
 */
export async function buildPolicy(baseUrl: string): Promise<Policy> {
  mkdirSync(OUT, { recursive: true });
  const contract = {
    fbp: 1,
    name: "provider",
    title: "The example's provider, here",
    extends: "../provider.contract.json",
    endpoint: { baseUrl },
  };
  writeFileSync(new URL("provider.contract.json", OUT), JSON.stringify(contract));
  const build = [
    "--conditions=@fbp/source",
    COMMAND,
    "build",
    "examples/service/chat.fbp",
    "--out-dir",
    fileURLToPath(OUT),
  ];
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`the policy does not build:\n${stderr}`);
  const module = (await import(new URL("chat.policy.js", OUT).href)) as { default: Policy };
  return module.default;
}
