import type { Place } from "./capture.ts";
import type { Remark, RemarkKind } from "./result.ts";

/** Different words of one kind of remark; what a file holds must not grow the list without end. */
const MOST_DETAILS = 20;

interface Kept {
  readonly kind: RemarkKind;
  count: number;
  of: number;
  first: Place | null;
  readonly detail: string | null;
}

/** Counts remarks by kind and detail, and remembers where each was met first. */
export class Remarks {
  readonly #kept = new Map<string, Kept>();
  readonly #details = new Map<RemarkKind, number>();

  add(kind: RemarkKind, place: Place, detail: string | null): void {
    this.#keep(this.#kept.get(JSON.stringify([kind, detail])), kind, place, detail);
  }

  /** One more of which it could be said; `holds` says whether it is. */
  count(kind: RemarkKind, holds: boolean, place: Place): void {
    const kept = this.#kept.get(JSON.stringify([kind, null])) ?? this.#begin(kind, null);
    if (kept === null) return;
    kept.of++;
    if (holds) this.#keep(kept, kind, place, null);
  }

  all(): readonly Remark[] {
    return [...this.#kept.values()].flatMap(({ kind, count, of, first, detail }) =>
      first === null ? [] : [{ kind, count, of, first, detail }],
    );
  }

  #keep(known: Kept | undefined, kind: RemarkKind, place: Place, detail: string | null): void {
    const kept = known ?? this.#begin(kind, detail);
    if (kept === null) return;
    kept.count++;
    kept.first ??= place;
  }

  #begin(kind: RemarkKind, detail: string | null): Kept | null {
    const details = this.#details.get(kind) ?? 0;
    if (details >= MOST_DETAILS) return null;
    this.#details.set(kind, details + 1);
    const kept: Kept = { kind, count: 0, of: 0, first: null, detail };
    this.#kept.set(JSON.stringify([kind, detail]), kept);
    return kept;
  }
}
