import { expect, test } from "vitest";
import { matches } from "./conditions.ts";
import type { HeaderTest } from "./document.ts";

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

test("an error in band comes under a status that says that all went well", () => {
  const condition = { signal: "x", inBand: true as const, code: [429] };
  expect([200, 299].every((status) => matches(condition, failure(status, { code: 429 })))).toBe(true);
  expect([0, 199, 300, 429].some((status) => matches(condition, failure(status, { code: 429 })))).toBe(false);
});

test.each([
  ["<!DOCTYPE html>\n<html>", true],
  ["<HTML><body>", true],
  ["<title>502: Bad gateway</title>", true],
  ["<400> InternalError.Algo.DataInspectionFailed", false],
  ["502 Bad Gateway", false],
  ["see <html>", false],
])("a message %j is that of a page: %j", (message, isPage) => {
  expect(matches({ signal: "x", body: "html" }, failure(502, { message }))).toBe(isPage);
});

test("headers by their presence or their beginning, in whatever letters", () => {
  const headers = { "x-amzn-errortype": "ThrottlingException:http://internal" };
  const holds = (header: Readonly<Record<string, HeaderTest>>) =>
    matches({ signal: "x", header }, { ...failure(429, null), headers });
  expect(holds({ "x-amzn-errortype": "present" })).toBe(true);
  expect(holds({ "X-Amzn-ErrorType": ["throttling", "other"] })).toBe(true);
  expect(holds({ "x-amzn-errortype": ["Exception"] })).toBe(false);
  expect(holds({ "x-amzn-errortype": "present", "x-b": "present" })).toBe(false);
  expect(holds(Object.fromEntries([["constructor", "present"]]))).toBe(false);
});
