/**
 * The main job, end to end: compile a policy, embed it, and send it through every fault of a runbook
 * over real sockets. Two hundred requests, and one outcome for each.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createFallback, jsonlSink, type Outcome, undiciTransport } from "@fbp/runtime";
import colour from "picocolors";
import { buildPolicy } from "./build.ts";
import { FAULTS } from "./provider.ts";
import { startProvider } from "./provider-process.ts";
import { clearProgress, progress, Story, tableByFault } from "./show.ts";

const TOTAL = 200;
const ROUNDS = 4;
const OUTCOMES = fileURLToPath(new URL("./out/outcomes.jsonl", import.meta.url));

// The provider checks no key, but the contract names a variable, and the runtime insists on it.
process.env.FBP_LOCAL_KEY ??= "demo-key";

const provider = await startProvider();
try {
  await demo();
} finally {
  provider.stop();
}

async function demo(): Promise<void> {
  const policy = await buildPolicy({ primary: provider.primaryPort, backup: provider.backupPort });
  const chat = createFallback(policy, { transport: undiciTransport(), sink: jsonlSink(OUTCOMES) });
  const byFault = new Map<string, Outcome[]>();
  let sent = 0;

  const ask = async (fault: string): Promise<Outcome> => {
    const { outcome } = await chat.complete({
      messages: [{ role: "user", content: "What is six times seven?" }],
      user: `fault:${fault}`,
    });
    sent += 1;
    const outcomes = byFault.get(fault) ?? [];
    outcomes.push(outcome);
    byFault.set(fault, outcomes);
    progress(sent, TOTAL, fault);
    return outcome;
  };

  console.log(`\n${colour.bold("Every fault, among healthy traffic")}`);
  for (let round = 0; round < ROUNDS; round++) {
    for (const fault of Object.keys(FAULTS)) await Promise.all([ask(fault), ask("none")]);
  }
  await provider.listening(false);
  for (let at = 0; at < ROUNDS; at++) await ask("refused");
  await provider.listening(true);
  clearProgress();
  console.log(tableByFault(byFault));

  console.log(`\n${colour.bold("An outage of the primary: its breaker opens, probes and closes")}`);
  await pause(2000); // the breaker's window forgets the faults above
  await provider.outage(true);
  const story = new Story();
  const rest = TOTAL - sent;
  for (let at = 0; at < rest; at++) {
    if (at === Math.floor(rest * 0.55)) {
      await provider.outage(false);
      story.say("the provider is back");
    }
    const outcome = await ask("outage");
    story.see(chat.health()[0]?.breaker ?? "closed", outcome);
    await pause(40);
  }
  clearProgress();
  story.end();

  await chat.close();
  const lines = readFileSync(OUTCOMES, "utf8").trimEnd().split("\n");
  const ids = new Set(lines.map((line) => (JSON.parse(line) as Outcome).id));
  console.log(`\noutcomes: demo/out/outcomes.jsonl`);
  console.log(`${sent} requests, ${ids.size} outcomes, ${sent - ids.size} lost`);
  if (ids.size !== sent || lines.length !== sent) process.exitCode = 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
