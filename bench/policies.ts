/** The policies that are measured, compiled in the process. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, type Host, memoryHost } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import type { Policy } from "@fbp/runtime";

const ROOT = new URL("..", import.meta.url);

// A service explores nothing: what a proof asks of the machine would be left in its compiled code.
const OPTIONS = { profile: "development", asOf: "2026-11-22", prove: false } as const;

function policyFrom(host: Host, entry: string): Policy {
  const [policy] = compile(entry, host, OPTIONS).policies();
  if (policy === undefined) throw new Error(`${entry} does not compile`);
  return policy;
}

export function runbookPolicy(): Policy {
  return policyFrom(nodeHost(fileURLToPath(ROOT)), "policies/chat-completions.fbp");
}

/** The same as the module that `fbp build` writes. */
export async function runbookModule(): Promise<string> {
  const [module] = await compile("policies/chat-completions.fbp", nodeHost(fileURLToPath(ROOT)), OPTIONS).artefacts();
  return module?.text ?? "";
}

/** A policy over the contract that documents the most error conditions. */
export function compatiblePolicy(): Policy {
  const name = "contracts/openai-compatible.contract.json";
  const host = memoryHost({
    "bench.fbp": readFileSync(new URL("bench/plain.fbp", ROOT), "utf8").replace(
      "contracts/local",
      "contracts/openai-compatible",
    ),
    [name]: readFileSync(new URL(`policies/${name}`, ROOT), "utf8"),
  });
  return policyFrom(host, "bench.fbp");
}

/** A policy of this folder, for a provider at this address. */
export function localPolicy(name: "chat.fbp" | "plain.fbp" | "failing.fbp", baseUrl: string): Policy {
  const contract = JSON.parse(readFileSync(new URL("policies/contracts/local.contract.json", ROOT), "utf8")) as {
    endpoint: { baseUrl: string };
  };
  contract.endpoint.baseUrl = baseUrl;
  const host = memoryHost({
    "bench.fbp": readFileSync(new URL(`bench/${name}`, ROOT), "utf8"),
    "contracts/local.contract.json": JSON.stringify(contract),
  });
  return policyFrom(host, "bench.fbp");
}
