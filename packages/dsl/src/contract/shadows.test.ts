import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "./conditions.ts";
import type { ErrorCondition } from "./document.ts";
import { load, localWith } from "./testing/shipped.ts";

/** The conditions, by number, that are never reached. */
function shadowed(conditions: readonly ErrorCondition[]): readonly number[] {
  const { loaded, diagnostics } = load(localWith({ errors: { conditions } }));
  const told = diagnostics.filter(({ code }) => code === "FBP3034").map(({ span }) => span.start);
  return conditions.flatMap((_, at) => {
    const place = loaded?.spanOf(`/errors/conditions/${at}/signal`).start;
    return place !== undefined && told.includes(place) ? [at] : [];
  });
}

const x = "server_error";

describe("a condition is never reached", () => {
  test.each<[string, ...ErrorCondition[]]>([
    ["after the same one", { signal: x, code: ["a"] }, { signal: x, code: ["a"] }],
    ["after one that asks less", { signal: x, code: ["a"] }, { signal: x, code: ["a"], status: [400] }],
    ["after a hundred of statuses", { signal: x, status: ["4xx"] }, { signal: x, status: [400, 404], type: ["t"] }],
    ["after a part of its words", { signal: x, message: ["Too Low"] }, { signal: x, message: ["balance too low"] }],
    ["after the presence of its header", { signal: x, header: { A: "present" } }, { signal: x, header: { a: ["b"] } }],
    [
      "after a beginning of its header",
      { signal: x, header: { a: ["Thr"] } },
      { signal: x, header: { a: ["throttled"] } },
    ],
    ["after every error under 2xx", { signal: x, inBand: true }, { signal: x, status: [200], code: [429] }],
    ["after every page", { signal: x, body: "html" }, { signal: x, body: "html", message: ["bad gateway"] }],
    ["in band, after a status that is", { signal: x, status: ["2xx"] }, { signal: x, inBand: true, code: [7] }],
  ])("%s", (_title, ...conditions) => expect(shadowed(conditions)).toEqual([1]));

  test("after several that take it together", () => {
    expect(
      shadowed([
        { signal: x, status: [400, 404] },
        { signal: x, code: ["b"], status: ["5xx"] },
        { signal: x, status: [400, 404, 500], code: ["b"] },
      ]),
    ).toEqual([2]);
  });
});

describe("a condition is reached", () => {
  test.each<[string, ...ErrorCondition[]]>([
    ["where an earlier one asks more", { signal: x, code: ["a"], status: [400] }, { signal: x, code: ["a"] }],
    ["for one of its values", { signal: x, code: ["a"] }, { signal: x, code: ["a", "b"] }],
    ["under one of its statuses", { signal: x, status: ["4xx"] }, { signal: x, status: [400, 500] }],
    ["with other words", { signal: x, message: ["balance too low"] }, { signal: x, message: ["too low"] }],
    ["by another header", { signal: x, header: { a: "present" } }, { signal: x, header: { b: "present" } }],
    ["whatever the header's value", { signal: x, header: { a: ["b"] } }, { signal: x, header: { a: "present" } }],
  ])("%s", (_title, ...conditions) => expect(shadowed(conditions)).toEqual([]));
});

test("what is told is true: no failure comes to a condition that is never reached", () => {
  const statuses = fc.uniqueArray(fc.constantFrom<number | string>(200, 400, 429, 500, "4xx", "5xx"), {
    minLength: 1,
    maxLength: 3,
  });
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 });
  const words = fc.uniqueArray(fc.constantFrom("low", "too low", "Too"), { minLength: 1, maxLength: 2 });
  const condition: fc.Arbitrary<ErrorCondition> = fc.record(
    {
      signal: fc.constant("of_the_policy"),
      status: statuses,
      inBand: fc.constant(true as const),
      code: names,
      type: names,
      message: words,
      header: fc.dictionary(fc.constantFrom("x-a", "X-B"), fc.oneof(fc.constant("present" as const), names), {
        minKeys: 1,
        noNullPrototype: true,
      }),
    },
    { requiredKeys: ["signal"] },
  );
  const failure = fc.record({
    status: fc.constantFrom(0, 200, 204, 400, 404, 429, 500),
    error: fc.record(
      {
        code: fc.constantFrom("a", "b", "c", "d"),
        type: fc.constantFrom("a", "b", "c"),
        message: fc.constantFrom("it is TOO LOW", "low"),
      },
      { requiredKeys: [] },
    ),
    headers: fc.dictionary(fc.constantFrom("x-a", "x-b"), fc.constantFrom("a", "bc"), { noNullPrototype: true }),
  });
  // A condition after one that asks less, and others around them.
  const conditions = fc
    .tuple(condition, condition, fc.array(condition, { maxLength: 2 }))
    .map(([first, more, others]) => [first, ...others, { ...more, ...first }]);
  let told = 0;
  fc.assert(
    fc.property(conditions, fc.array(failure, { minLength: 5 }), (all, failures) => {
      const never = shadowed(all);
      told += never.length;
      for (const one of failures) {
        expect(never).not.toContain(all.findIndex((each) => matches(each, one)));
      }
    }),
    { numRuns: 300 },
  );
  expect(told).toBeGreaterThan(30);
});
