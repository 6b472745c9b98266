/**
 * Error conditions that are never reached: whatever such a one asks for, earlier ones take. Only what is
 * surely so is told. A contract that is laid over another may take what the other documents, for that is
 * what it is for: only conditions of one file are held against each other.
 */
import type { Report } from "../diagnostics/index.ts";
import type { ErrorCondition } from "./document.ts";
import type { LoadedContract } from "./loaded.ts";
import { below } from "./pointer.ts";

/** A contract has some dozens; many more would take too long to compare. */
const MOST_COMPARED = 400;

/** A condition and every status that it asks for; undefined where it asks for none. */
interface Asked {
  readonly condition: ErrorCondition;
  readonly statuses: ReadonlySet<number> | undefined;
}

export function checkShadows(loaded: LoadedContract, report: Report): void {
  const all = loaded.contract.errors.conditions.slice(0, MOST_COMPARED).map(askedBy);
  const place = (index: number) => loaded.spanOf(below("/errors/conditions", index, "signal"));
  all.forEach((asked, at) => {
    const takers = takersOf(asked, all.slice(0, at));
    if (takers === null || takers.some((index) => place(index).source !== place(at).source)) return;
    const related = takers.map((index) => ({ span: place(index), text: "this condition comes first" }));
    report.add("FBP3034", place(at), { count: takers.length }, { related });
  });
}

function askedBy(condition: ErrorCondition): Asked {
  const { status, inBand } = condition;
  const named = status?.flatMap((one) => (typeof one === "number" ? [one] : hundredOf(one)));
  if (inBand === undefined) return { condition, statuses: named === undefined ? undefined : new Set(named) };
  return { condition, statuses: new Set((named ?? hundredOf("2xx")).filter((one) => one >= 200 && one <= 299)) };
}

function hundredOf(text: string): readonly number[] {
  return Array.from({ length: 100 }, (_, at) => Number(text.charAt(0)) * 100 + at);
}

/**
 * The earlier conditions, by number, that together take all of this one; null where something may be
 * left. Either one takes it whole, or each value of one of its lists is taken by some.
 */
function takersOf(asked: Asked, earlier: readonly Asked[]): readonly number[] | null {
  const taker = (of: Asked) => earlier.findIndex((before) => takes(before, of));
  const whole = taker(asked);
  if (whole !== -1) return [whole];
  const { condition } = asked;
  for (const test of ["status", "code", "type", "param", "message"] as const) {
    const values: readonly (string | number)[] = condition[test] ?? [];
    if (values.length < 2) continue;
    const found = new Set<number>();
    const isTaken = values.every((value) => {
      const by = taker(askedBy({ ...condition, [test]: [value] }));
      found.add(by);
      return by !== -1;
    });
    if (isTaken) return [...found];
  }
  return null;
}

/** Does the first hold wherever the second does? Each test that it gives must follow from what the second asks for. */
function takes(first: Asked, second: Asked): boolean {
  if (first.statuses !== undefined && !isWithin(second.statuses, first.statuses)) return false;
  return TESTS.every((test) => first.condition[test] === undefined || FOLLOWS[test](first.condition, second.condition));
}

const TESTS = ["code", "type", "param", "message", "body", "header"] as const;

const FOLLOWS: Readonly<Record<(typeof TESTS)[number], (first: ErrorCondition, second: ErrorCondition) => boolean>> = {
  code: (first, second) => areListed(second.code, first.code),
  type: (first, second) => areListed(second.type, first.type),
  param: (first, second) => areListed(second.param, first.param),
  message: (first, second) => eachHolds(second.message, first.message, (text, part) => text.includes(part)),
  body: (_, second) => second.body !== undefined,
  header: (first, second) =>
    Object.entries(first.header ?? {}).every(([name, test]) => {
      const asked = Object.entries(second.header ?? {}).find(([other]) => isSame(other, name))?.[1];
      if (asked === undefined || test === "present") return asked !== undefined;
      return asked !== "present" && eachHolds(asked, test, (text, part) => text.startsWith(part));
    }),
};

function isWithin(inner: ReadonlySet<number> | undefined, outer: ReadonlySet<number>): boolean {
  return inner !== undefined && [...inner].every((status) => outer.has(status));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function areListed(inner: readonly unknown[] | undefined, outer: readonly unknown[] | undefined): boolean {
  return inner?.every((value) => outer?.includes(value)) ?? false;
}

/** Letter case aside. */
function eachHolds(
  inner: readonly string[] | undefined,
  outer: readonly string[] | undefined,
  holds: (text: string, part: string) => boolean,
): boolean {
  const parts = outer?.map((part) => part.toLowerCase()) ?? [];
  return inner?.every((text) => parts.some((part) => holds(text.toLowerCase(), part))) ?? false;
}
