/** Cases that are decided differently, put together as far as the same happens in them. */

import { duration } from "../../scenario/amounts.ts";
import type { Case, Decision } from "./cases.ts";
import type { Change } from "./change.ts";

export function decisionChanges(cases: readonly Case[]): readonly Change[] {
  const found = new Map<string, { readonly change: Omit<Change, "what">; readonly by: Map<string, Case[]> }>();
  for (const one of cases) {
    const change = changeOf(one);
    if (change === null) continue;
    const key = JSON.stringify([one.path, change]);
    const group = found.get(key) ?? { change, by: new Map<string, Case[]>() };
    found.set(key, group);
    const signal = subjectOf(one);
    group.by.set(signal, [...(group.by.get(signal) ?? []), one]);
  }
  const changes = [...found.values()].flatMap(({ change, by }) => told(change, by, cases));
  return changes;
}

function changeOf({ seen, old, fresh }: Case): Omit<Change, "what"> | null {
  if (seen.old !== null && seen.fresh !== null && seen.old !== seen.fresh) {
    const same = old?.reason === fresh?.reason && old?.does === fresh?.does;
    const text = (signal: string, decision: Decision | null) =>
      same || decision === null ? signal : `${signal}: ${whole(decision)}`;
    return { kind: "classification", before: text(seen.old, old), after: text(seen.fresh, fresh), because: null };
  }
  if (old === null || fresh === null) {
    const text = (decision: Decision | null) => (decision === null ? "does not arise" : whole(decision));
    return { kind: "decisions", before: text(old), after: text(fresh), because: null };
  }
  if (old.reason === fresh.reason && old.does === fresh.does) return null;
  const text = old.reason === fresh.reason ? ({ does }: Decision) => does : whole;
  return { kind: "decisions", before: text(old), after: text(fresh), because: null };
}

function whole({ reason, does }: Decision): string {
  return reason === null ? does : `${reason} -> ${does}`;
}

/** A failure that is read as something else is told by what it looks like, all others by their signal. */
function subjectOf({ seen }: Case): string {
  return seen.old !== null && seen.fresh !== null && seen.old !== seen.fresh ? "" : (seen.fresh ?? seen.old ?? "");
}

/** Signals with the same condition stand together. */
function told(
  change: Omit<Change, "what">,
  by: ReadonlyMap<string, readonly Case[]>,
  all: readonly Case[],
): readonly Change[] {
  const groups = new Map<string, string[]>();
  let path = "";
  for (const [signal, cases] of by) {
    path = cases[0]?.path ?? "";
    const same = all.filter(
      (one) => one.path === path && (signal === "" ? isRead(one, cases[0]) : subjectOf(one) === signal),
    );
    const where = conditionOf(cases, same, signal === "");
    groups.set(where, [...(groups.get(where) ?? []), signal]);
  }
  return [...groups].map(([where, signals]): Change => {
    const condition = where === "" ? "" : ` ${where}`;
    const names = signals.filter((signal) => signal !== "").join(", ");
    return { ...change, what: names === "" ? `${path}${condition}` : `${names} on ${path}${condition}` };
  });
}

/** Read as the same signal by the new policy. */
function isRead(one: Case, like: Case | undefined): boolean {
  return one.seen.fresh === like?.seen.fresh;
}

// ---------------------------------------------------------------- in which of the cases

type Side = "failure" | "committed" | "world" | "attempts" | "elapsedMs";
const SIDES: readonly Side[] = ["failure", "committed", "world", "attempts", "elapsedMs"];

/** What the changed cases have in common that the others have not; empty where there are no others. */
function conditionOf(cases: readonly Case[], all: readonly Case[], byFailure: boolean): string {
  if (!byFailure && cases.length === all.length) return "";
  const values = (side: Side, among: readonly Case[]) => new Set(among.map((one) => one[side]));
  const telling = SIDES.filter(
    (side) => (byFailure && side === "failure") || values(side, cases).size < values(side, all).size,
  );
  const isProduct =
    all.filter((one) => telling.every((side) => values(side, cases).has(one[side]))).length === cases.length;
  const words = telling.map((side) => sideInWords(side, values(side, cases), values(side, all), cases));
  const text = words.filter((word) => word !== "").join(", ");
  if (isProduct || byFailure) return text;
  return text === "" ? "in some cases" : `in some cases ${text}`;
}

const MOST_EXAMPLES = 3;

function sideInWords(
  side: Side,
  some: ReadonlySet<unknown>,
  all: ReadonlySet<unknown>,
  cases: readonly Case[],
): string {
  switch (side) {
    case "failure":
      return `that ${listed([...some].flatMap((text) => (typeof text === "string" ? [text] : [])))}`;
    case "committed":
      return some.has(true) ? "after a token was seen" : "before a token is seen";
    case "world":
      return worldsInWords(cases, some, all);
    case "attempts":
      return `at call ${listed([...some].map(String))}`;
    case "elapsedMs": {
      const times = [...some].map(Number);
      const rest = [...all].map(Number).filter((ms) => !some.has(ms));
      if (times.every((ms) => rest.every((other) => ms < other))) return `up to ${duration(Math.max(...times))}`;
      if (times.every((ms) => rest.every((other) => ms > other))) return `after ${duration(Math.max(...rest))}`;
      return `such as after ${duration(Math.min(...times))}`;
    }
  }
}

/** What all of these requests have in common and no other has; else how one of them looks. */
function worldsInWords(cases: readonly Case[], some: ReadonlySet<unknown>, all: ReadonlySet<unknown>): string {
  const parts = (world: unknown) => (world as Case["world"]).text.split(", ");
  const [first] = cases;
  if (first === undefined) return "";
  const shared = parts(first.world).filter((part) => [...some].every((world) => parts(world).includes(part)));
  const only = [...all].filter((world) => shared.every((part) => parts(world).includes(part)));
  const telling = shared.filter((part) => ![...all].every((world) => parts(world).includes(part)));
  if (only.length === some.size && telling.length > 0) return `where ${telling.join(" and ")}`;
  return `for ${some.size} of ${all.size} kinds of requests, such as where ${first.world.text.replaceAll(", ", " and ")}`;
}

function listed(items: readonly string[]): string {
  const more = items.length - MOST_EXAMPLES;
  const shown = items.slice(0, MOST_EXAMPLES).join(" or ");
  return more > 0 ? `${shown} or ${more} more` : shown;
}
