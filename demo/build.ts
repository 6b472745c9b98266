/** Writes the two contracts with the provider's ports and compiles the demo's policy with the real command. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Policy } from "@fbp/runtime";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface LocalContract {
  name: string;
  endpoint: { baseUrl: string };
}

export async function buildPolicy(ports: { readonly primary: number; readonly backup: number }): Promise<Policy> {
  rmSync(here("./out"), { recursive: true, force: true });
  mkdirSync(here("./out"), { recursive: true });
  const shipped = readFileSync(here("../policies/contracts/local.contract.json"), "utf8");
  for (const name of ["primary", "backup"] as const) {
    const contract = JSON.parse(shipped) as LocalContract;
    contract.name = `${name}_provider`;
    contract.endpoint.baseUrl = `http://127.0.0.1:${ports[name]}`;
    writeFileSync(here(`./out/${name}.contract.json`), `${JSON.stringify(contract, null, 2)}\n`);
  }
  const command = [here("../packages/cli/bin/fbp.js"), "build", "chat.fbp", "--out-dir", "out"];
  console.log("$ fbp build chat.fbp --out-dir out");
  const { status } = spawnSync(process.execPath, command, { cwd: here("."), stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("the demo's policy does not build");
  const module = (await import(new URL("./out/chat.policy.js", import.meta.url).href)) as { default: Policy };
  return module.default;
}
