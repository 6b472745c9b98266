import { expect, test } from "vitest";
import { matches } from "./conditions.ts";

const failure = (status: number, error: unknown) => ({ status, error });

test("every key that is given must hold, a list holds when one of it does", () => {
  const condition = { signal: "x", status: [400, 404], code: ["a", "b"], type: ["t"] };
  expect(matches(condition, failure(404, { code: "b", type: "t" }))).toBe(true);
  expect(matches(condition, failure(403, { code: "b", type: "t" }))).toBe(false);
  expect(matches(condition, failure(404, { code: "c", type: "t" }))).toBe(false);
  expect(matches(condition, failure(404, { code: "b" }))).toBe(false);
});

test("a hundred of statuses", () => {
  const condition = { signal: "x", status: ["5xx", 429] };
  expect([500, 599, 429].every((status) => matches(condition, failure(status, null)))).toBe(true);
  expect([0, 428, 499, 600].some((status) => matches(condition, failure(status, null)))).toBe(false);
});

test("a number is not its text", () => {
  expect(matches({ signal: "x", code: [429] }, failure(0, { code: 429 }))).toBe(true);
  expect(matches({ signal: "x", code: [429] }, failure(0, { code: "429" }))).toBe(false);
});

test("codes by their very letters, messages by a part, letter case aside", () => {
  expect(matches({ signal: "x", code: ["Arrearage"] }, failure(0, { code: "arrearage" }))).toBe(false);
  expect(matches({ signal: "x", message: ["Too Low"] }, failure(0, { message: "credit is too low." }))).toBe(true);
  expect(matches({ signal: "x", message: ["too low"] }, failure(0, { message: ["too low"] }))).toBe(false);
});

test.each([null, undefined, 7, "text", [], { message: 7 }, Object.create({ code: "a" })])(
  "an error that is %j has no code",
  (error) => expect(matches({ signal: "x", code: ["a"] }, failure(400, error))).toBe(false),
);

test("a condition that asks nothing holds of nothing", () => {
  expect(matches({ signal: "x" }, failure(400, { code: "a" }))).toBe(false);
});
