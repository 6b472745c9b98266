import { expect, test } from "vitest";
import type { Predicate } from "../check/model.ts";
import { all, equal, oneOf, read } from "../testing/models.ts";
import { Refuted } from "./refute.ts";

const status = read("status");
const code = read("error", "code");
const NEVER: Predicate = { kind: "const", value: false };

function after(...lines: readonly Predicate[]): Refuted {
  const refuted = new Refuted();
  for (const line of lines) refuted.add(line);
  return refuted;
}

test("a status that was asked for is not asked for again, however it is written", () => {
  const refuted = after({ kind: "or", of: [oneOf(status, 401, 402), equal(status, 403)] });
  expect(refuted.simplify(oneOf(status, 401, 403, 404))).toEqual(oneOf(status, 404));
  expect(refuted.simplify(equal(status, 402))).toEqual(NEVER);
  const flipped: Predicate = { kind: "compare", operator: "==", left: { kind: "value", value: 401 }, right: status };
  expect(refuted.simplify(flipped)).toEqual(NEVER);
});

test("both of two conditions that did not hold together may still hold alone", () => {
  const refuted = after(all(equal(status, 429), equal(code, "a")));
  expect(refuted.simplify(equal(status, 429))).toEqual(equal(status, 429));
  expect(refuted.simplify(all(equal(status, 429), equal(code, "a")))).toEqual(NEVER);
});

test("what is asked of another place, or of another kind of value, is still asked", () => {
  const refuted = after(equal(code, "1"), equal(status, 429));
  expect(refuted.simplify(equal(code, 1))).toEqual(equal(code, 1));
  expect(refuted.simplify(equal(read("error", "type"), "1"))).toEqual(equal(read("error", "type"), "1"));
});

test("the opposite of what did not hold holds", () => {
  const refuted = after(equal(status, 429));
  expect(refuted.simplify({ kind: "not", of: equal(status, 429) })).toEqual({ kind: "not", of: NEVER });
});
