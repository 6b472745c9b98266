/** What happened to a request, call by call, from its outcome. */
import { duration } from "@fbp/dsl";
import type { AttemptRecord, DecisionRecord, Outcome } from "@fbp/runtime/core";

export const STORY_HEAD = ["at", "path", "came", "decided"] as const;

export type StoryRow = readonly [at: string, path: string, came: string, decided: string];

/**
 * A row for each call and each decision before a call, in order. Each failed attempt has one decision;
 * the other decisions are about a path's health, and no call was made for them.
 */
export function storyOf(outcome: Outcome): readonly StoryRow[] {
  const rows: StoryRow[] = [];
  const attempts = [...outcome.attempts];
  for (const decision of outcome.decisions) {
    const attempt = attempts[0];
    const isItsOwn = attempt?.signal === decision.signal && attempt.path === decision.path;
    if (isItsOwn) attempts.shift();
    // An attempt that was cut by the caller has no signal, and one that went well needs no decision.
    rows.push(isItsOwn ? attemptRow(attempt, decision) : healthRow(decision));
  }
  for (const attempt of attempts) rows.push(attemptRow(attempt, null));
  return rows;
}

function attemptRow(attempt: AttemptRecord, decision: DecisionRecord | null): StoryRow {
  const what = attempt.transport ?? (attempt.status === null ? "nothing" : String(attempt.status));
  const came = `${what} after ${duration(attempt.elapsedMs)}${attempt.probe ? ", a probe" : ""}`;
  const check = attempt.check === null ? "" : ` (${attempt.check})`;
  const ended = attempt.status === null ? "the caller left" : "a usable answer";
  return [
    duration(attempt.startMs),
    attempt.path,
    came,
    decision === null ? ended : decisionText(decision, `${decision.signal}${check}`),
  ];
}

function healthRow(decision: DecisionRecord): StoryRow {
  return [duration(decision.atMs), decision.path, "no call", decisionText(decision, decision.signal)];
}

function decisionText(decision: DecisionRecord, signal: string): string {
  const wait = decision.waitMs > 0 ? ` after ${duration(decision.waitMs)}` : "";
  const line = decision.line === null ? " (by default)" : ` (line ${decision.line})`;
  const refused = decision.refused.map((refusal) => `\n  not ${refusal.action}: ${refusal.cause}`);
  return `${signal} -> ${decision.reason} -> ${decision.action}${wait}${line}${refused.join("")}`;
}
