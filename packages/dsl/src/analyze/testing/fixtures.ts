/** Policies for the tests of this room: its own fixtures over the contracts that ship, and the runbook policy. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Policy } from "@fbp/runtime/core";
import { check, type Loaded, parseOnce, resolveUses } from "../../check/check.ts";
import type { ChargeModel, ContractModel, PolicyModel } from "../../check/model.ts";
import { Report } from "../../diagnostics/index.ts";
import { resolveName } from "../../host.ts";
import { fitsAnything } from "../../lower/fits.ts";
import { instantiate } from "../../lower/instantiate.ts";
import { lowerPolicies } from "../../lower/policy.ts";
import type { Source } from "../../source.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const FOLDER = join(import.meta.dirname, "../fixtures");

/** The fixture over a contract in which each third condition is charged, and each third is not. */
export function charging(name: string): PolicyModel {
  const policy = fixture(name);
  const contracts = policy.contracts.map((model): ContractModel => {
    const documented = model.signals.filter((line) => line.from === "documented");
    const charges = documented.flatMap(({ when }, index): ChargeModel[] =>
      when === null ? [] : [{ when, charged: [true, null, false][index % 3] ?? null }],
    );
    return { ...model, charges };
  });
  return { ...policy, contracts };
}

/** @param name of a file in `fixtures`, without its ending */
export function fixture(name: string): PolicyModel {
  return modelOf(readFileSync(join(FOLDER, `${name}.fbp`), "utf8"));
}

/** The runbook policy, over another of the shipped contracts if one is named. */
export function runbook(contract = "cometapi"): PolicyModel {
  const text = readFileSync(join(ROOT, "policies/chat-completions.fbp"), "utf8");
  return modelOf(text.replace("cometapi.contract.json", `${contract}.contract.json`));
}

/** The only policy of a text that stands beside the shipped contracts, as checked: nothing is proved of it. */
export function modelOf(text: string): PolicyModel {
  const report = new Report();
  const files = resolveUses(parseOnce({ name: "policies/test.fbp", text }, report), load, report);
  const { program } = check(files, load, { profile: "development", asOf: "2026-11-22" }, report);
  const [policy] = program?.policies ?? [];
  if (policy !== undefined && !report.failed) return policy;
  const errors = report.diagnostics.filter(({ severity }) => severity === "error");
  throw new Error(`the fixture has errors: ${errors.map(({ code, text: what }) => `${code} ${what}`).join("; ")}`);
}

const sources = new Map<string, Source>();

/** The same source each time, so that a contract is read once. */
function load(path: string, from: Source): Loaded {
  const name = resolveName(from.name, path);
  if (name === null || !existsSync(join(ROOT, name))) return { kind: "missing" };
  const source = sources.get(name) ?? { name, text: readFileSync(join(ROOT, name), "utf8") };
  sources.set(name, source);
  return { kind: "source", source };
}

/** As it runs, but for what the schemas of answers say. */
export function compiled(model: PolicyModel): Policy {
  const [policy] = instantiate(lowerPolicies([model], { digest: "", fits: fitsAnything, validators: "" }));
  if (policy === undefined) throw new Error("a policy was lowered to none");
  return policy;
}
