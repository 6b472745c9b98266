import { expect, test, vi } from "vitest";
import { Repeats } from "./repeats.ts";

const NO_HEADERS = new Headers();

function aGuard() {
  const clock = { now: 0 };
  return { clock, repeats: new Repeats(() => clock.now) };
}

test("a count that the client sends is told", () => {
  const { repeats } = aGuard();
  const counted = (count: string) => repeats.warnings("{}", new Headers({ "x-stainless-retry-count": count }));
  expect(counted("0")).toEqual([]);
  expect(counted("2")).toEqual(["the caller repeats by itself (x-stainless-retry-count 2): set maxRetries to 0"]);
  expect(counted("many")).toEqual([]);
});

test("the same body soon after it failed may be a repeat, once for each failure", () => {
  const { clock, repeats } = aGuard();
  expect(repeats.warnings("a", NO_HEADERS)).toEqual([]);
  repeats.failed("a");
  clock.now = 59_000;
  expect(repeats.warnings("b", NO_HEADERS)).toEqual([]);
  expect(repeats.warnings("a", NO_HEADERS)).toHaveLength(1);
  expect(repeats.warnings("a", NO_HEADERS)).toEqual([]);
});

test("a failure of long ago is forgotten", () => {
  const { clock, repeats } = aGuard();
  repeats.failed("a");
  clock.now = 61_000;
  expect(repeats.warnings("a", NO_HEADERS)).toEqual([]);
});

test("where nothing failed lately no body is looked through", () => {
  const { clock, repeats } = aGuard();
  for (const body of ["a", "b"]) repeats.failed(body);
  const looked = vi.spyOn(Math, "imul");
  clock.now = 60_000;
  repeats.warnings("other", NO_HEADERS);
  expect(looked).toHaveBeenCalled();
  looked.mockClear();
  clock.now = 60_001;
  repeats.warnings("other", NO_HEADERS);
  expect(looked).not.toHaveBeenCalled();
  looked.mockRestore();
});

test("an outage does not fill the memory", () => {
  const { repeats } = aGuard();
  for (let each = 0; each < 1000; each += 1) repeats.failed(`request ${each}`);
  expect(repeats.warnings("request 0", NO_HEADERS)).toEqual([]);
  expect(repeats.warnings("request 999", NO_HEADERS)).toHaveLength(1);
});
