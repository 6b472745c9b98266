/** Nodes by their rank, the lowest first; of one rank in the order in which they came. */
import type { Node } from "./graph.ts";

export class Queue {
  readonly #byRank = new Map<number, Node[]>();
  /** A binary heap of the ranks that are not done. */
  readonly #ranks: number[] = [];

  add(node: Node): void {
    const same = this.#byRank.get(node.rank);
    if (same !== undefined) {
      same.push(node);
      return;
    }
    this.#byRank.set(node.rank, [node]);
    const ranks = this.#ranks;
    ranks.push(node.rank);
    for (let at = ranks.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if ((ranks[above] ?? 0) <= (ranks[at] ?? 0)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  /** All nodes of the lowest rank; null when none are left. */
  take(): readonly Node[] | null {
    const ranks = this.#ranks;
    const [rank] = ranks;
    if (rank === undefined) return null;
    const last = ranks.pop();
    if (last !== undefined && ranks.length > 0) {
      ranks[0] = last;
      this.#sink();
    }
    const nodes = this.#byRank.get(rank) ?? [];
    this.#byRank.delete(rank);
    return nodes;
  }

  #sink(): void {
    const ranks = this.#ranks;
    for (let at = 0; ; ) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < ranks.length && (ranks[below] ?? 0) < (ranks[least] ?? 0)) least = below;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const ranks = this.#ranks;
    const held = ranks[a] ?? 0;
    ranks[a] = ranks[b] ?? 0;
    ranks[b] = held;
  }
}
