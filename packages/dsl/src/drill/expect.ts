/** What a policy leads to expect of a drill, by the runtime's own machine and without a compiler. */
import type { Policy } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { DrillCase, Seen } from "./drill-case.ts";
import { play } from "./play.ts";

/**
 * How late things may come on a real machine, in milliseconds. Where a limit is so near that this decides, either is
 * what the policy says.
 */
export const LATE_MS = [0, 5, 50, 250] as const;

/** The first is that of a machine that is never late. Each differs from the others in what happened, not only when. */
export function expectedOf(
  policy: Policy,
  one: DrillCase,
  world: (path: number, nth: number) => WorldEvent,
): readonly [Seen, ...Seen[]] {
  const [first, ...rest] = LATE_MS.map((lateMs) => play(policy, one, world, lateMs)) as [Seen, ...Seen[]];
  const found: [Seen, ...Seen[]] = [first];
  for (const seen of rest) if (!found.some((known) => isSame(known, seen))) found.push(seen);
  return found;
}

function isSame(a: Seen, b: Seen): boolean {
  return JSON.stringify(timeless(a)) === JSON.stringify(timeless(b));
}

/** Without what time changes by itself. */
function timeless({ outcome, ending, shown }: Seen): object {
  const { result, source, reason, partial, signals, attempts, decisions, hooks, retries, fallbacks } = outcome;
  const calls = attempts.map(({ path, signal, check, charge, tokens, costNanos }) => {
    return { path, signal, check, charge, tokens, costNanos };
  });
  const actions = decisions.map(({ path, signal, action }) => ({ path, signal, action }));
  return { result, source, reason, partial, signals, calls, actions, hooks, retries, fallbacks, ending, shown };
}
