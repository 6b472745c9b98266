/** Whatever a configuration says, what is made of it is a policy without errors, within the calls that were told. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ROOT } from "../contract/testing/shipped.ts";
import { Report } from "../diagnostics/index.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import { span } from "../source.ts";
import { importGateway } from "./index.ts";
import { litellm } from "./testing/litellm.ts";
import { portkey } from "./testing/portkey.ts";

function check(config: unknown): void {
  // As a file has it: what is left out is not there.
  const value = JSON.parse(JSON.stringify(config)) as unknown;
  const place = span({ name: "config.json", text: "" }, 0, 0);
  const report = new Report();
  const made = importGateway({ value, spanOf: () => place }, { from: null, source: "config.json" }, report);
  if (made === null) throw new Error(report.diagnostics.map(({ text }) => text).join("; "));
  expect(made.text).not.toContain("secret");
  const files = made.contracts.map((contract): [string, string] => [
    `contracts/${contract.file}`,
    contract.kind === "overlay" ? contract.text : readFileSync(`${ROOT}policies/contracts/${contract.file}`, "utf8"),
  ]);
  const host = memoryHost(Object.fromEntries([["chat.fbp", made.text], ...files]));
  const { diagnostics, examined } = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, text }) => `${code}: ${text}\n${made.text}`)).toEqual([]);
  for (const { policy, proved } of examined) {
    if (proved.kind !== "proved") continue;
    const told = made.worst.find((one) => one.policy === policy.name);
    expect(proved.proof.bounds.attempts.most.value).toBeLessThanOrEqual(told?.after.calls ?? 0);
  }
}

test("of LiteLLM", { timeout: 60_000 }, () => fc.assert(fc.property(litellm, check), { numRuns: 12 }));
test("of Portkey", { timeout: 60_000 }, () => fc.assert(fc.property(portkey, check), { numRuns: 20 }));
