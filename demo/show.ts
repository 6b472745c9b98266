/** What the demo prints. */
import type { Outcome } from "@fbp/runtime";
import Table from "cli-table3";
import colour from "picocolors";

/** Tells what the breaker does and how many requests were answered in each of its states. */
export class Story {
  #state = "closed";
  #answered = 0;
  #seen = 0;
  readonly #begin = Date.now();

  see(state: string, outcome: Outcome): void {
    if (state !== this.#state) {
      this.end();
      this.#state = state;
      this.#answered = 0;
      this.#seen = 0;
      this.say(`the breaker of primary is now ${colour.bold(state.replace("_", "-"))}`);
    }
    this.#seen += 1;
    if (outcome.result === "answer") this.#answered += 1;
  }

  say(what: string): void {
    clearProgress();
    console.log(`${String(Date.now() - this.#begin).padStart(6)} ms  ${what}`);
  }

  end(): void {
    this.say(`  ${this.#state.replace("_", "-")}: ${this.#seen} requests, ${this.#answered} answered`);
  }
}

export function tableByFault(byFault: ReadonlyMap<string, readonly Outcome[]>): string {
  const table = new Table({
    head: ["fault", "requests", "signal", "reason", "source", "attempts", "median ms"],
    colAligns: ["left", "right", "left", "left", "left", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [fault, outcomes] of byFault) {
    const each = (what: (outcome: Outcome) => string) => [...new Set(outcomes.map(what))].join(", ");
    table.push([
      fault,
      outcomes.length,
      each((outcome) => outcome.signals[0] ?? "-"),
      each((outcome) => outcome.reason ?? "-"),
      each((outcome) => outcome.source ?? outcome.result),
      each((outcome) => String(outcome.attempts.length)),
      median(outcomes.map((outcome) => outcome.elapsedMs)).toFixed(0),
    ]);
  }
  return table.toString();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export function progress(done: number, total: number, fault: string): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const filled = Math.round((done / total) * width);
  process.stderr.write(`\r\x1b[K${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${total} ${fault}`);
}

export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
