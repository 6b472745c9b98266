/** The verdict rules of Failover Bench 0.1. */
import { SIXTY_WORDS_TEXT } from "../../packages/cli/src/provider/index.ts";
import type { Profile } from "./profile.ts";
import type { Check, Heard, Scenario, Seen } from "./scenario.ts";

export const VERDICTS = ["pass", "partial", "safe", "fail"] as const;

export type Verdict = (typeof VERDICTS)[number];

export interface Judged {
  readonly id: string;
  readonly verdict: Verdict;
  /** What spoke against a pass. */
  readonly why: readonly string[];
  /** Of the slowest request. */
  readonly elapsedMs: number;
  readonly primaryCalls: number;
  readonly backupCalls: number;
}

export const isWhole = ({ kind, text }: Heard): boolean => kind === "answer" && text === SIXTY_WORDS_TEXT;

/** The rules that hold in every scenario. */
const ALWAYS: readonly Check[] = [
  { text: "it hung", advisory: false, holds: ({ heard }) => heard.every(({ kind }) => kind !== "hang") },
  {
    text: "a cut answer was called a success",
    advisory: false,
    holds: ({ heard }) => heard.every((one) => one.kind !== "answer" || isWhole(one)),
  },
  {
    text: "it ended in no clean error",
    advisory: false,
    holds: ({ heard }) => heard.every(({ kind }) => kind !== "crash"),
  },
];

/**
 * pass: what the scenario calls ideal, and every check holds. partial: the same, but for an advisory check. safe: clean
 * errors where there should be answers, and the required checks hold. fail: anything else.
 */
export function judge({ id, ideal, checks }: Scenario, seen: Seen, profile: Profile, hasFallback: boolean): Judged {
  const asked = [...ALWAYS, ...checks].filter(({ needsFallback }) => hasFallback || needsFallback !== true);
  const failing = asked.filter((check) => !check.holds(seen, profile));
  const isIdeal = (one: Heard) => (ideal === "error" ? one.kind === "error" : isWhole(one));
  const missed = seen.heard.filter((one) => !isIdeal(one));
  const why = failing.map(({ text, advisory }) => (advisory ? `${text} (advisory)` : text));
  if (missed.length > 0) why.push(ideal === "error" ? "no error" : `${missed.length} without an answer`);
  return {
    id,
    verdict: verdictOf(failing, missed),
    why,
    elapsedMs: Math.max(0, ...seen.heard.map(({ elapsedMs }) => elapsedMs)),
    primaryCalls: seen.primary.length,
    backupCalls: seen.backup.length,
  };
}

function verdictOf(failing: readonly Check[], missed: readonly Heard[]): Verdict {
  if (failing.some(({ advisory }) => !advisory)) return "fail";
  if (missed.length === 0) return failing.length === 0 ? "pass" : "partial";
  return missed.every(({ kind }) => kind === "error") ? "safe" : "fail";
}
