/** Collects everything that comes out of the runtime, and searches it. */
import { inspect } from "node:util";
import type { Completion, PolicyTypes } from "@fbp/runtime";
import { vi } from "vitest";
import { CANARY, type Canary } from "./canaries.ts";

/** Everything that was written or told anywhere, by where. */
type Out = Map<string, string[]>;

export const out: Out = new Map();
export const tell = (where: string, ...what: readonly unknown[]): void => {
  const said = what.map((each) => (typeof each === "string" ? each : inspect(each, WHOLE)));
  const before = out.get(where);
  if (before === undefined) out.set(where, said);
  else before.push(...said);
};

const WHOLE = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null, getters: true } as const;

export const warn = (warning: unknown): void => tell("warnings", warning);

/** From now on what is printed is collected; what was before is forgotten. */
export function listen(): void {
  out.clear();
  for (const name of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, name).mockImplementation((...said) => tell("console", ...said));
  }
  process.on("warning", warn);
}

export function unlisten(): void {
  vi.restoreAllMocks();
  process.off("warning", warn);
}

/** What of a completion is not the answer to the caller. */
export function tellCompletion(completion: Completion<PolicyTypes>): void {
  if (completion.kind === "answer") tell("completions", completion.outcome);
  else tell("completions", completion, JSON.stringify(completion));
}

export function tellError(error: unknown): void {
  tell("errors", error);
  if (!(error instanceof Error)) return;
  const completion = "completion" in error ? (error.completion as Completion<PolicyTypes>) : null;
  if (completion !== null) tellCompletion(completion);
  tell("errors", error.message, error.stack ?? "", error.cause ?? "", String(error));
}

/** Where each canary turned up. */
export function found(): Readonly<Record<string, readonly string[]>> {
  const sightings: Record<string, string[]> = {};
  for (const [where, said] of out) {
    for (const canary of Object.keys(CANARY) as Canary[]) {
      const needle = CANARY[canary];
      // In a file of SQLite text stands as it is; JSON escapes none of what a canary is made of.
      if (!said.some((each) => each.includes(needle))) continue;
      sightings[canary] = [...(sightings[canary] ?? []), where];
    }
  }
  return sightings;
}
