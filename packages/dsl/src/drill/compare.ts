/** What happened to a drilled request beside what was to be expected, item by item. */
import type { AttemptRecord, DecisionRecord } from "@fbp/runtime/core";
import { money } from "../scenario/amounts.ts";
import { resultOf } from "../scenario/expect.ts";
import type { Seen } from "./drill-case.ts";

export interface Difference {
  /** `result`, `reason`, `calls` */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/**
 * None: it is one of those that were expected. Else the differences from the one that is nearest.
 *
 * @param live a real provider answered: what it said, and what that took, was not to be foreseen
 */
export function differences(expected: readonly [Seen, ...Seen[]], seen: Seen, live = false): readonly Difference[] {
  const items = live ? ITEMS.filter((item) => !UNFORESEEN.includes(item)) : ITEMS;
  const [first, ...rest] = expected.map((one) => differencesFrom(one, seen, items)) as [
    readonly Difference[],
    ...(readonly Difference[])[],
  ];
  return rest.reduce((nearest, one) => (one.length < nearest.length ? one : nearest), first);
}

function differencesFrom(expected: Seen, seen: Seen, items: readonly Item[]): readonly Difference[] {
  const wanted = itemsOf(expected);
  const found = itemsOf(seen);
  return items.flatMap((what) =>
    wanted[what] === found[what] ? [] : [{ what, expected: wanted[what], got: found[what] }],
  );
}

const ITEMS = ["result", "reason", "calls", "answers", "actions", "told", "shown", "spent"] as const;
type Item = (typeof ITEMS)[number];

/** Of a real provider. */
const UNFORESEEN: readonly Item[] = ["answers", "shown", "spent"];

export function itemsOf({ outcome, ending, shown }: Seen): Readonly<Record<Item, string>> {
  const { attempts, decisions, hooks, reason, tokens, costNanos } = outcome;
  return {
    result: resultOf(outcome, ending),
    reason: reason ?? "none",
    calls: listed(attempts.map(callText)),
    answers: listed(attempts.map(({ transport, status }) => transport ?? String(status ?? "nothing"))),
    actions: listed(decisions.map(actionText)),
    told: hooks.length === 0 ? "nobody" : listed(hooks.map(({ kind, target }) => `${kind} ${JSON.stringify(target)}`)),
    shown: shown === "" ? "nothing" : quoted(shown),
    spent: `${tokens} tokens, ${money(costNanos, null)}: ${listed(attempts.map(({ charge, tokens: of }) => `${charge} ${of}`))}`,
  };
}

function callText({ path, signal, check }: AttemptRecord): string {
  return `${path} ${signal ?? "answered"}${check === null ? "" : ` (${check})`}`;
}

function actionText({ path, signal, action }: DecisionRecord): string {
  return `${signal} on ${path}: ${action}`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}

const MOST_SHOWN = 40;

function quoted(text: string): string {
  const cut = text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
  return `${JSON.stringify(cut)}, ${text.length} letters`;
}
