/**
 * Lines of a classifier, sorted by the status that a failure has: for each status only what is still
 * open then is asked. That is partial evaluation: every line keeps its meaning and its place in the order.
 */
import type { Predicate } from "../check/model.ts";
import { evaluate } from "../check/predicate/evaluate.ts";
import { Refuted } from "./refute.ts";

/** A line that applies when its predicate holds and none before it did. */
export interface Line {
  readonly signal: number;
  readonly when: Predicate;
  /** Where it comes from, for a reader of the generated code. */
  readonly comment: string;
}

/** Whole numbers, both ends included; `Infinity` for no upper end. */
export type StatusRange = readonly [low: number, high: number];

/** What is asked under some statuses; the last line always holds. */
export interface StatusCase {
  readonly statuses: readonly StatusRange[];
  readonly lines: readonly Line[];
}

export function mentionsStatus(predicate: Predicate): boolean {
  return leavesOf(predicate).some((leaf) => readsOf(leaf).includes("status"));
}

/**
 * The cases of all statuses from 0 (no status line came) on, each status in exactly one. The one that
 * covers the most stands last.
 */
export function casesByStatus(lines: readonly Line[]): readonly StatusCase[] {
  const cases = new Map<string, { readonly statuses: StatusRange[]; readonly lines: readonly Line[] }>();
  for (const range of rangesOf(lines)) {
    const open = linesAt(lines, range[0]);
    const key = JSON.stringify(open, (name, value: unknown) => (name === "type" ? undefined : value));
    const known = cases.get(key);
    if (known === undefined) cases.set(key, { statuses: [range], lines: open });
    else known.statuses.push(range);
  }
  return [...cases.values()].sort((a, b) => sizeOf(a) - sizeOf(b));
}

/** Only three digits are known; beyond them all is one. */
function sizeOf({ statuses }: StatusCase): number {
  return statuses.reduce((sum, [low, high]) => sum + Math.min(high, 1000) - low + 1, 0);
}

/** Within each of these no line can tell one status from another. */
function rangesOf(lines: readonly Line[]): readonly StatusRange[] {
  const starts = new Set([0, 1]);
  for (const leaf of lines.flatMap(({ when }) => leavesOf(when))) {
    if (!readsOf(leaf).includes("status")) continue;
    for (const number of numbersOf(leaf)) {
      starts.add(Math.max(0, Math.ceil(number)));
      starts.add(Math.max(0, Math.floor(number) + 1));
    }
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, at) => [start, (sorted[at + 1] ?? Infinity) - 1]);
}

function numbersOf(leaf: Predicate): readonly number[] {
  switch (leaf.kind) {
    case "in_set":
      return leaf.values.filter((value) => typeof value === "number");
    case "in_range":
      return [leaf.low, leaf.high];
    case "compare":
      return [leaf.left, leaf.right].flatMap((side) =>
        side.kind === "value" && typeof side.value === "number" ? [side.value] : [],
      );
    default:
      return [];
  }
}

/** What is left of the lines under a status, up to the first that always holds. */
function linesAt(lines: readonly Line[], status: number): readonly Line[] {
  const open: Line[] = [];
  const refuted = new Refuted();
  for (const line of lines) {
    const when = fold(refuted.simplify(atStatus(line.when, status)));
    refuted.add(when);
    if (when.kind === "const" && !when.value) continue;
    open.push({ ...line, when });
    if (when.kind === "const") break;
  }
  return withoutIdle(open);
}

/** A line just before the last is idle where it says what the last one says anyhow. */
function withoutIdle(lines: readonly Line[]): readonly Line[] {
  const last = lines.at(-1);
  const before = lines.at(-2);
  if (last === undefined || before?.signal !== last.signal) return lines;
  return withoutIdle([...lines.slice(0, -2), last]);
}

function atStatus(predicate: Predicate, status: number): Predicate {
  switch (predicate.kind) {
    case "and":
    case "or":
      return { kind: predicate.kind, of: predicate.of.map((part) => atStatus(part, status)) };
    case "not":
      return { kind: "not", of: atStatus(predicate.of, status) };
    default: {
      const reads = readsOf(predicate);
      const isOfStatus = reads.length > 0 && reads.every((root) => root === "status");
      return isOfStatus ? { kind: "const", value: evaluate(predicate, { status }) } : predicate;
    }
  }
}

/** Without what is decided already. */
function fold(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case "not": {
      const of = fold(predicate.of);
      return of.kind === "const" ? { kind: "const", value: !of.value } : { kind: "not", of };
    }
    case "and":
    case "or": {
      const decisive = predicate.kind === "or";
      const parts = predicate.of.map(fold).filter((part) => part.kind !== "const" || part.value === decisive);
      if (parts.some((part) => part.kind === "const")) return { kind: "const", value: decisive };
      const [only] = parts;
      if (only === undefined) return { kind: "const", value: !decisive };
      return parts.length === 1 ? only : { kind: predicate.kind, of: parts };
    }
    case "in_set":
      return predicate.values.length === 0 ? { kind: "const", value: false } : predicate;
    default:
      return predicate;
  }
}

/** The tests that a predicate is made of. */
function leavesOf(predicate: Predicate): readonly Predicate[] {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.of.flatMap(leavesOf);
    case "not":
      return leavesOf(predicate.of);
    default:
      return [predicate];
  }
}

/** The roots that a test reads. */
function readsOf(leaf: Predicate): readonly string[] {
  switch (leaf.kind) {
    case "and":
    case "or":
    case "not":
    case "const":
      return [];
    case "compare":
      return [leaf.left, leaf.right].flatMap((side) => (side.kind === "read" ? [side.from] : []));
    case "is":
    case "truth":
      return leaf.operand.kind === "read" ? [leaf.operand.from] : [];
    default:
      return leaf.left.kind === "read" ? [leaf.left.from] : [];
  }
}
