/**
 * `npm run bench`: what a decision, the engine and a call cost, each beside a peer in one run. Writes
 * docs/benchmarks.md with `--write`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { compile, loadValidators, memoryHost } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import type { Policy } from "@fbp/runtime";
import { decisions } from "./decision.ts";
import { engines } from "./engine.ts";
import { loopback } from "./loopback.ts";
import { type Measured, measure, type Subject } from "./measure.ts";

const ROOT = new URL("..", import.meta.url);

function policyFrom(host: Parameters<typeof compile>[1], entry: string): Policy {
  const compiled = compile(entry, host, { profile: "development", asOf: "2026-11-22" });
  const [policy] = compiled.policies();
  if (policy === undefined) throw new Error(`${entry} does not compile`);
  return policy;
}

await loadValidators();

const runbook = policyFrom(nodeHost(ROOT.pathname), "policies/chat-completions.fbp");

function localPolicy(baseUrl: string): Policy {
  const shipped = JSON.parse(readFileSync(new URL("policies/contracts/local.contract.json", ROOT), "utf8")) as {
    endpoint: { baseUrl: string };
  };
  shipped.endpoint.baseUrl = baseUrl;
  const host = memoryHost({
    "bench.fbp": readFileSync(new URL("bench/chat.fbp", ROOT), "utf8"),
    "contracts/local.contract.json": JSON.stringify(shipped),
  });
  return policyFrom(host, "bench.fbp");
}

const lines: string[] = [];

function say(line: string): void {
  console.log(line);
  lines.push(line);
}

/** A table whose ratios are against the first subject. */
async function section(
  title: string,
  note: string,
  subjects: readonly Subject[],
  times: number,
): Promise<readonly Measured[]> {
  const measured = await measure(subjects, times);
  const first = measured[0]?.ns ?? Number.NaN;
  say(`\n## ${title}\n\n${note}\n`);
  say("| subject | ns | ratio | bytes allocated |\n|---|---:|---:|---:|");
  for (const { name, ns, bytes } of measured) {
    say(
      `| ${name} | ${ns.toFixed(ns < 1000 ? 1 : 0)} | ${(ns / first).toFixed(2)} | ${bytes === null ? "?" : bytes.toFixed(0)} |`,
    );
  }
  return measured;
}

const rules = runbook.paths.reduce((sum, path) => sum + path.rules.length, 0);
say("# Benchmarks\n");
say(
  "Written by `npm run bench -- --write`. Medians over 31 rounds, the subjects taking turns within one process; the ratio is against the first row.",
);
say(`\nNode ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}.`);
await section(
  "One decision",
  `The runbook policy (${rules} rules): a failure is classified, its rule and actions are found. Six kinds of failure in turn.`,
  decisions(runbook),
  2_000_000,
);
await section(
  "The engine around one successful call",
  "The core is what decides: machine, breaker, SLO, retry budget, ledger and outcome. `complete()` adds the clock, the promise, the checks of the answer and its bytes; the transport answers at once, and what the bytes cost alone stands beside it.",
  engines(runbook),
  20_000,
);
const over = await loopback(localPolicy);
await section(
  "A POST over loopback",
  "One after the other on a kept connection, a plain `node:http` server in the same process.",
  over.subjects,
  300,
);
await over.close();

if (process.argv.includes("--write")) writeFileSync(new URL("docs/benchmarks.md", ROOT), `${lines.join("\n")}\n`);
