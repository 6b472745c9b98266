import { describe, expect, test } from "vitest";
import { mayBeCharged } from "./charge.ts";
import type { Failure } from "./policy.ts";

function failure(status: number, more: Partial<Failure> = {}): Failure {
  return { transport: null, sent: true, status, headers: {}, error: null, ...more };
}

describe("a failed attempt may be on the bill", () => {
  const free = { chargesFailed: false };
  const charges = { chargesFailed: true };

  test("never when it did not leave this machine", () => {
    expect(mayBeCharged({ ...charges, charged: () => true }, failure(0, { sent: false }))).toBe(false);
  });

  test("where the provider charges for errors, or nobody knows", () => {
    expect(mayBeCharged(charges, failure(500))).toBe(true);
    expect(mayBeCharged(free, failure(500))).toBe(false);
    expect(mayBeCharged(free, failure(301))).toBe(false);
  });

  test("where no status line came, or the answer was begun: work may have been done", () => {
    expect(mayBeCharged(free, failure(0, { transport: "reset" }))).toBe(true);
    expect(mayBeCharged(free, failure(200, { error: { code: 502 } }))).toBe(true);
  });

  test("as the documented condition that takes it says", () => {
    const charged = ({ error }: Failure) => {
      const { code } = Object(error) as { readonly code?: unknown };
      return code === "free" ? false : code === "paid" ? true : undefined;
    };
    expect(mayBeCharged({ ...charges, charged }, failure(400, { error: { code: "free" } }))).toBe(false);
    expect(mayBeCharged({ ...charges, charged }, failure(200, { error: { code: "free" } }))).toBe(false);
    expect(mayBeCharged({ ...free, charged }, failure(400, { error: { code: "paid" } }))).toBe(true);
    expect(mayBeCharged({ ...free, charged }, failure(400, { error: { code: "other" } }))).toBe(false);
    expect(mayBeCharged({ ...charges, charged }, failure(400))).toBe(true);
  });
});
