import fc from "fast-check";
import { expect, test } from "vitest";
import type { Node } from "./graph.ts";
import { Queue } from "./queue.ts";

const node = (rank: number, id: number) => ({ rank, id }) as Node;

test("nodes come in the order of their ranks, and within a rank as they were added", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), (ranks) => {
      const queue = new Queue();
      for (const [id, rank] of ranks.entries()) queue.add(node(rank, id));
      const taken: Node[] = [];
      for (let nodes = queue.take(); nodes !== null; nodes = queue.take()) taken.push(...nodes);
      const expected = ranks.map((rank, id) => ({ rank, id })).sort((a, b) => a.rank - b.rank || a.id - b.id);
      expect(taken).toEqual(expected);
    }),
  );
});

test("what is added while it is emptied comes in its place", () => {
  const queue = new Queue();
  queue.add(node(5, 0));
  queue.add(node(1, 1));
  expect(queue.take()).toEqual([node(1, 1)]);
  queue.add(node(3, 2));
  queue.add(node(5, 3));
  expect(queue.take()).toEqual([node(3, 2)]);
  expect(queue.take()).toEqual([node(5, 0), node(5, 3)]);
  expect(queue.take()).toBeNull();
});
