/** Cases that are decided differently, put together as far as the same happens in them. */

import { duration } from "../../scenario/amounts.ts";
import type { Case, Decision } from "./cases.ts";
import type { Change } from "./change.ts";

type Difference = Omit<Change, "what" | "because">;

/** A difference in one case, and how it is told. */
interface Found {
  readonly change: Difference;
  /** The signal that it is told by; null: it is told by what the failure looks like. */
  readonly signal: string | null;
  readonly readAs: string | null;
}

interface Told {
  readonly change: Difference;
  /** Before "on PATH", and behind it. */
  readonly subject: string;
  readonly isSignal: boolean;
  readonly condition: string;
  readonly path: string;
}

/** Equal changes of several signals are one, and of several paths too. */
export function decisionChanges(ofPaths: Iterable<readonly Case[]>): readonly Change[] {
  const told: Told[] = [];
  for (const cases of ofPaths) told.push(...toldOfPath(cases));
  return merged(told, ({ change, subject, condition }) => [change, subject, condition]).map(
    ({ first, all }): Change => {
      const where = `on ${all.map(({ path }) => path).join(", ")}`;
      const what = [first.subject, where, first.condition].filter((part) => part !== "").join(" ");
      return { ...first.change, what, because: null };
    },
  );
}

function toldOfPath(cases: readonly Case[]): readonly Told[] {
  const groups = new Map<string, { readonly found: Found; readonly some: Case[] }>();
  for (const one of cases) {
    for (const found of differencesOf(one)) {
      const key = JSON.stringify(found);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { found, some: [one] });
      else known.some.push(one);
    }
  }
  const told = [...groups.values()].map(({ found, some }) => toldOf(found, some, cases));
  const bySignals = merged(told, ({ change, condition, subject, isSignal }) => [
    change,
    condition,
    isSignal ? "" : subject,
  ]);
  return bySignals.map(({ first, all }) => ({ ...first, subject: all.map(({ subject }) => subject).join(", ") }));
}

/** Those with the same key together, in the order of the first. */
function merged<T>(
  items: readonly T[],
  keyOf: (item: T) => unknown,
): readonly { readonly first: T; readonly all: readonly T[] }[] {
  const groups = new Map<string, { readonly first: T; readonly all: T[] }>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: item, all: [item] });
    else known.all.push(item);
  }
  return [...groups.values()];
}

function differencesOf({ seen, old, fresh }: Case): readonly Found[] {
  const signal = seen.fresh ?? seen.old;
  if (old === null || fresh === null) {
    const text = (decision: Decision | null) => (decision === null ? "does not arise" : whole(decision));
    return [{ change: { kind: "decisions", before: text(old), after: text(fresh) }, signal, readAs: null }];
  }
  const isReadAnew = seen.old !== seen.fresh;
  const found: Found[] = [];
  if (isReadAnew) {
    found.push({ change: { kind: "classification", before: seen.old, after: seen.fresh }, signal: null, readAs: null });
  }
  if (old.reason !== fresh.reason || old.does !== fresh.does) {
    const text = old.reason === fresh.reason ? ({ does }: Decision) => does : whole;
    const change = { kind: "decisions", before: text(old), after: text(fresh) } as const;
    found.push(isReadAnew ? { change, signal: null, readAs: seen.fresh } : { change, signal, readAs: null });
  }
  return found;
}

function whole({ reason, does }: Decision): string {
  return reason === null ? does : `${reason} -> ${does}`;
}

function toldOf({ change, signal, readAs }: Found, some: readonly Case[], all: readonly Case[]): Told {
  const path = some[0]?.path ?? "";
  if (signal !== null) {
    const alike = all.filter(({ seen }) => (seen.fresh ?? seen.old) === signal);
    return { change, subject: signal, isSignal: true, condition: conditionOf(some, alike), path };
  }
  const failures = new Set(some.map(({ failure }) => failure));
  const among = conditionOf(
    some,
    all.filter(({ failure }) => failures.has(failure)),
  );
  const condition = [...(readAs === null ? [] : [`now that it is ${readAs}`]), among].filter((part) => part !== "");
  return { change, subject: failuresText(failures), isSignal: false, condition: condition.join(", "), path };
}

// ---------------------------------------------------------------- in which of the cases

type Side = "failure" | "committed" | "world" | "attempts" | "elapsedMs";
const SIDES: readonly Side[] = ["failure", "committed", "world", "attempts", "elapsedMs"];

/** What the changed cases have in common that the others have not; empty where there are no others. */
function conditionOf(cases: readonly Case[], all: readonly Case[]): string {
  if (cases.length === all.length) return "";
  const values = (side: Side, among: readonly Case[]) => new Set(among.map((one) => one[side]));
  const telling = SIDES.filter((side) => values(side, cases).size < values(side, all).size);
  const isProduct =
    all.filter((one) => telling.every((side) => values(side, cases).has(one[side]))).length === cases.length;
  const words = telling.map((side) => sideInWords(side, values(side, cases), values(side, all), cases));
  const text = words.filter((word) => word !== "").join(", ");
  if (isProduct) return text;
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
      return [...some].every((text) => text === null) ? "" : `that ${failuresText(some)}`;
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

function failuresText(failures: ReadonlySet<unknown>): string {
  return listed([...failures].flatMap((text) => (typeof text === "string" ? [text] : [])));
}

/** No more than a few examples. */
function listed(items: readonly string[]): string {
  const more = items.length - MOST_EXAMPLES;
  const shown = items.slice(0, MOST_EXAMPLES).join(" or ");
  return more > 0 ? `${shown} or ${more} more` : shown;
}
