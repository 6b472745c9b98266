/** Slips of many values, gathered by what is wrong and where: one group is one message. */
import type { CaptureKind, Place } from "./capture.ts";
import type { Slip } from "./slip.ts";
import { shownPointer } from "./wants.ts";

/** Different causes; a file of random JSON makes no more messages than this. */
export const MOST_GROUPS = 200;
/** Different values that are listed of one group. */
const MOST_FOUND = 5;

export interface Misfit {
  readonly capture: CaptureKind;
  readonly kind: Slip["kind"];
  /** JSON Pointer in the captured value; `*` stands for positions that differ. */
  readonly at: string;
  /** JSON Pointer in the contract. */
  readonly schema: string;
  readonly wants: readonly string[];
  /** What stood there, most frequent first. */
  readonly found: readonly { readonly what: string; readonly count: number }[];
  /** Captures in which it does. */
  readonly count: number;
  readonly first: Place;
}

interface Group {
  readonly capture: CaptureKind;
  readonly slip: Slip;
  at: Slip["at"] | null;
  readonly found: Map<string, number>;
  count: number;
  readonly first: Place;
}

export class Groups {
  readonly #groups = new Map<string, Group>();
  /** Captures with a slip that no group holds any more. */
  left = 0;

  /** The slips of one capture. */
  add(capture: CaptureKind, slips: readonly Slip[], place: Place): void {
    const counted = new Set<Group>();
    for (const slip of slips) {
      const group = this.#groupOf(capture, slip, place);
      if (group === null) continue;
      if (group.at !== null && !isSame(group.at, slip.at)) group.at = null;
      if (group.found.size < MOST_FOUND || group.found.has(slip.found)) {
        group.found.set(slip.found, (group.found.get(slip.found) ?? 0) + 1);
      }
      if (!counted.has(group)) group.count++;
      counted.add(group);
    }
  }

  /** In the order in which they were met. */
  all(): readonly Misfit[] {
    return [...this.#groups.values()].map(({ capture, slip, at, found, count, first }) => ({
      capture,
      kind: slip.kind,
      at: at === null ? generalPointer(slip.at) : shownPointer(at),
      schema: slip.schema,
      wants: slip.wants,
      found: [...found].map(([what, times]) => ({ what, count: times })).sort((a, b) => b.count - a.count),
      count,
      first,
    }));
  }

  #groupOf(capture: CaptureKind, slip: Slip, place: Place): Group | null {
    const key = JSON.stringify([capture, slip.kind, slip.at.map(general), slip.schema, slip.wants]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= MOST_GROUPS) {
      this.left++;
      return null;
    }
    const group: Group = { capture, slip, at: slip.at, found: new Map(), count: 0, first: place };
    this.#groups.set(key, group);
    return group;
  }
}

function general(step: string | number): string | null {
  return typeof step === "number" ? null : step;
}

function generalPointer(at: Slip["at"]): string {
  return at.map((step) => (typeof step === "number" ? "/*" : shownPointer([step]))).join("");
}

function isSame(a: Slip["at"], b: Slip["at"]): boolean {
  return a.every((step, index) => step === b[index]);
}
