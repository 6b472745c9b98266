/** Policies for the tests of this room: its own fixtures over the contracts that ship, and the runbook policy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Policy } from "@fbp/runtime/core";
import type { PolicyModel } from "../../check/model.ts";
import { memoryHost } from "../../host.ts";
import { fitsAnything } from "../../lower/fits.ts";
import { instantiate } from "../../lower/instantiate.ts";
import { lowerPolicies } from "../../lower/policy.ts";
import { compile } from "../../program.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const FOLDER = join(import.meta.dirname, "../fixtures");

/** @param name of a file in `fixtures`, without its ending */
export function fixture(name: string): PolicyModel {
  return modelOf(readFileSync(join(FOLDER, `${name}.fbp`), "utf8"));
}

/** The runbook policy, over another of the shipped contracts if one is named. */
export function runbook(contract = "cometapi"): PolicyModel {
  const text = readFileSync(join(ROOT, "policies/chat-completions.fbp"), "utf8");
  return modelOf(text.replace("cometapi.contract.json", `${contract}.contract.json`));
}

/** The only policy of a text that stands beside the shipped contracts. */
export function modelOf(text: string): PolicyModel {
  const files: Record<string, string> = { "test.fbp": text };
  for (const folder of ["contracts", "evidence"]) {
    for (const file of readdirSync(join(ROOT, "policies", folder))) {
      if (file.endsWith(".json"))
        files[`${folder}/${file}`] = readFileSync(join(ROOT, "policies", folder, file), "utf8");
    }
  }
  const { program, diagnostics } = compile("test.fbp", memoryHost(files), {
    profile: "development",
    asOf: "2026-11-22",
  });
  const [policy] = program?.policies ?? [];
  if (policy === undefined) {
    const errors = diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ code, text: what }) => `${code} ${what}`);
    throw new Error(`the fixture does not compile: ${errors.join("; ")}`);
  }
  return policy;
}

/** As it runs, but for what the schemas of answers say. */
export function compiled(model: PolicyModel): Policy {
  const [policy] = instantiate(lowerPolicies([model], { digest: "", fits: fitsAnything, validators: "" }));
  if (policy === undefined) throw new Error("a policy was lowered to none");
  return policy;
}
