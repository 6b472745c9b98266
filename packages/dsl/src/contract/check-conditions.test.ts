import { describe, expect, test } from "vitest";
import { brief, load, localWith } from "./testing/shipped.ts";

const found = (...conditions: readonly object[]) =>
  load(localWith({ errors: { conditions } })).diagnostics.map((one) => brief(one));

describe("what a condition says of retries", () => {
  test.each([
    ["rate_limited", "no"],
    ["transport_timeout", "no"],
    ["unusable_output", "no"],
    ["client_invalid", "yes"],
    ["content_refused", "yes"],
    ["auth_or_account", "yes"],
    ["quota_exhausted", "yes"],
    ["context_overflow", "yes"],
  ])("`%s` is not retryable: %s", (signal, retryable) => {
    expect(found({ signal, status: [400], retryable })).toEqual([`FBP3035 @ "${retryable}"`]);
  });

  test.each([
    ["rate_limited", "yes"],
    ["server_error", "yes"],
    ["client_invalid", "no"],
    ["quota_exhausted", "no"],
    ["route_unavailable", "unknown"],
    ["auth_or_account", "unknown"],
    ["a_signal_of_the_policy", "no"],
  ])("`%s` is retryable: %s", (signal, retryable) => {
    expect(found({ signal, status: [400], retryable })).toEqual([]);
  });

  test("which signal would fit is said by the hint", () => {
    const hint = (signal: string, retryable: string) =>
      load(localWith({ errors: { conditions: [{ signal, status: [429], retryable }] } })).diagnostics[0]?.hint;
    expect(hint("rate_limited", "no")).toContain("`quota_exhausted`");
    expect(hint("server_error", "no")).toContain("`client_invalid`");
    expect(hint("client_invalid", "yes")).toContain("`server_error`");
  });
});

describe("what a condition asks", () => {
  test.each<[object, ...string[]]>([
    [{ signal: "x" }, "FBP3030 @ {"],
    [{ signal: "x", note: "no test", retryable: "unknown", charged: "no" }, "FBP3030 @ {"],
    [{ signal: "x", inBand: true }],
    [{ signal: "x", body: "html" }],
    [{ signal: "x", header: { "x-a": "present" } }],
    [{ signal: "x", inBand: true, status: ["2xx"] }],
    [{ signal: "x", inBand: true, status: [400, "5xx"] }, "FBP3036 @ true"],
    [{ signal: "x", inBand: true, body: "html" }, 'FBP3036 @ "html"'],
    [{ signal: "x", body: "html", code: ["a"] }, 'FBP3036 @ "html"'],
    [{ signal: "x", body: "html", message: ["bad gateway"] }],
    [{ signal: "x", header: { "x a": "present" } }, 'FBP3023 @ "x a"'],
    [{ signal: "x", header: { "x-a": "absent" } }, 'FBP3012 @ "absent"'],
    [{ signal: "x", header: { "x-a": [] } }, 'FBP3012 @ "x-a"'],
    [{ signal: "x", inBand: false }, "FBP3013 @ false"],
    [{ signal: "x", body: "xml" }, 'FBP3013 @ "xml"'],
    [{ signal: "x", status: [99, "6xx", 429] }, "FBP3031 @ 99", 'FBP3031 @ "6xx"'],
    [{ signal: "circuit_open", status: [503] }, 'FBP3032 @ "circuit_open"'],
  ])("%j", (condition, ...briefs) => expect(found(condition)).toEqual(briefs));

  test("of a header with known values is one of them, or how one begins, letter case aside", () => {
    const withHeader = (values: readonly string[]) => ({
      errors: { conditions: [{ signal: "server_error", header: { "X-Should-Retry": values } }] },
      limits: { headers: { "x-should-retry": { enum: ["true", "false"] } } },
    });
    expect(load(localWith(withHeader(["True", "fal"]))).diagnostics).toEqual([]);
    expect(load(localWith(withHeader(["maybe"]))).diagnostics.map(brief)).toEqual(['FBP3029 @ "maybe"']);
  });

  test("is told also where another area is wrong", () => {
    const patch = { auth: { scheme: 7 }, errors: { conditions: [{ signal: "circuit_open", status: [503] }] } };
    const codes = load(localWith(patch)).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(["FBP3012", "FBP3032"]);
  });
});
