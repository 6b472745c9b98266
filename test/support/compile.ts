/** Compiles a policy's text in memory, with the shipped contracts beside it. */
import { readdirSync, readFileSync } from "node:fs";
import { type Compilation, Compiler, compile, loadValidators, memoryHost, type Program } from "@fbp/dsl";
import type { Policy } from "@fbp/runtime";
import { withEvidence } from "./evidence.ts";

await loadValidators();

const SHIPPED = new URL("../../policies/contracts/", import.meta.url);

const contracts = Object.fromEntries(
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith(".contract.json"))
    .map((file) => [`contracts/${file}`, readFileSync(new URL(file, SHIPPED), "utf8")]),
);

export function compilation(text: string, more: Readonly<Record<string, string>> = {}): Compilation {
  const host = memoryHost({ "policy.fbp": text, ...contracts, ...more });
  const options = { profile: "development", asOf: "2026-11-22" } as const;
  return compile(
    "policy.fbp",
    text.includes("validated for") ? withEvidence("policy.fbp", host, options) : host,
    options,
  );
}

/** One file of this compiler's world changes; what was made of the contracts is kept. */
let current = "";
const fixed = memoryHost(contracts);
const compiler = new Compiler({
  ...fixed,
  read: (name) => (name === "policy.fbp" ? { kind: "text", text: current } : fixed.read(name)),
});

/**
 * The first policy of a text that must have no errors, and the program that it was lowered from.
 *
 * @throws Error with the messages when it has
 */
export function compileProgram(text: string): { readonly program: Program; readonly policy: Policy } {
  current = text;
  // A random policy may do what a proof refuses: that is what the properties are there to see.
  const result = compiler.compile("policy.fbp", { profile: "development", asOf: "2026-11-22", prove: false });
  const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const [policy] = errors.length > 0 ? [] : result.policies();
  if (policy === undefined || result.program === null) {
    const lines = errors.map((one) => `${one.code} at ${one.span.start}: ${one.text}`);
    throw new Error(`the policy does not compile:\n${lines.join("\n")}\n\n${text}`);
  }
  return { program: result.program, policy };
}

/**
 * The policy alone. Properties that draw from one seed meet the same texts: what was made of the first few thousand
 * is kept.
 */
export function compileText(text: string): Policy {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const { policy } = compileProgram(text);
  if (compiled.size < MOST_KEPT) compiled.set(text, policy);
  return policy;
}

const MOST_KEPT = 4000;
const compiled = new Map<string, Policy>();
