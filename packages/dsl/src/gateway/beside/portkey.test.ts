import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reply } from "../../simulate/beside/rules.ts";
import { portkey } from "../testing/portkey.ts";
import { ANSWER, DOWN, importedFrom, type Requests, requestsTo, returned, rulesOf } from "../testing/requests.ts";

const target = (name: string, more: object = {}) => ({
  name,
  provider: "openai",
  override_params: { model: name },
  ...more,
});

const fallback = (targets: readonly object[], more: object = {}, strategy: object = {}) => ({
  strategy: { mode: "fallback", ...strategy },
  targets,
  ...more,
});

const ABC = [target("a"), target("b"), target("c")];
const RETRIED = { retry: { attempts: 2 }, request_timeout: 10_000 };

const gateway = (config: unknown, start = "a", dice = () => 0): Requests => requestsTo(rulesOf(config, start), dice);

describe("retries", () => {
  test("are made on each target, with waits that double", () => {
    const { calls, waits, isAnswered } = gateway(fallback(ABC, RETRIED))(() => DOWN);
    expect(calls.join("")).toBe("aaabbbccc");
    expect(waits).toEqual([1000, 2000, 1000, 2000, 1000, 2000]);
    expect(isAnswered).toBe(false);
  });

  test("have no limit for the whole request", () => {
    const listed = { ...RETRIED, retry: { attempts: 2, on_status_codes: [408] } };
    expect(gateway(fallback(ABC, listed))(() => ({ kind: "timed_out" })).ms).toBe(9 * 10_000 + 3 * 3000);
  });

  test.each<[Reply, number, string]>([
    [returned(429), 3, "of a status that is listed"],
    [returned(400), 1, "not of another one"],
    [{ kind: "timed_out" }, 1, "not of a timeout, which is a 408"],
    [{ kind: "failed" }, 3, "of a connection that broke, whatever is listed"],
  ])("%j: %d", (reply, calls) => {
    expect(gateway({ ...target("a"), ...RETRIED })(() => reply).calls).toHaveLength(calls);
  });

  test("wait as the provider asks for where they are told to, and no longer than a minute in all", () => {
    const asking = { attempts: 3, use_retry_after_header: true };
    const waits = (seconds: string) =>
      gateway({ ...target("a"), retry: asking })(() => returned(429, "", { "retry-after": seconds })).waits;
    expect(waits("7")).toEqual([7000, 7000, 7000]);
    expect(waits("25")).toEqual([25_000, 25_000]);
    expect(waits("90")).toEqual([]);
  });
});

describe("a fallback", () => {
  test("goes on whatever the status was, a rejected key and a malformed request too", () => {
    expect(gateway(fallback(ABC))((path) => (path === "a" ? returned(401) : returned(400))).calls.join("")).toBe("abc");
  });

  test("goes on at the statuses that it lists alone", () => {
    const play = gateway(fallback(ABC, {}, { on_status_codes: [503] }));
    expect(play((path) => (path === "a" ? returned(503) : returned(500))).calls).toEqual(["a", "b"]);
  });

  test("ends at the first answer, and at a stream that has begun", () => {
    expect(gateway(fallback(ABC))(() => ANSWER)).toMatchObject({ isAnswered: true, calls: ["a"] });
    expect(gateway(fallback(ABC))(() => ({ kind: "broke_off" }))).toMatchObject({ isAnswered: false, calls: ["a"] });
  });
});

test("below a fallback targets are picked by their weights", () => {
  const balanced = {
    strategy: { mode: "loadbalance" },
    targets: [target("b", { weight: 1 }), target("c", { weight: 3 })],
  };
  const play = (share: number) => gateway(fallback([target("a"), balanced]), "a", () => share);
  const picks = [0, 0.2, 0.3, 0.99].map((share) => play(share)((path) => (path === "a" ? DOWN : ANSWER)).calls[1]);
  expect(picks).toEqual(["b", "b", "c", "c"]);
});

test("of a root that balances the target is played that the policy is for", () => {
  const config = { strategy: { mode: "loadbalance" }, targets: [target("a"), fallback([target("b"), target("c")])] };
  expect(gateway(config, "b")(() => DOWN).calls).toEqual(["b", "c"]);
  expect(() => gateway(config, "c")).toThrow("the policy starts on c, and the configuration's requests on a, b:");
});

test("whatever fails, a request takes no more than the import tells", () => {
  const reply = fc.constantFrom<Reply>(ANSWER, DOWN, { kind: "timed_out" }, { kind: "failed" }, returned(429));
  fc.assert(
    fc.property(portkey, fc.array(reply, { minLength: 1 }), (config, replies) => {
      const { start, before } = importedFrom(config);
      const { calls, ms } = gateway(config, start)((_, nth) => replies[nth % replies.length] ?? DOWN);
      expect(calls.length).toBeLessThanOrEqual(before.calls);
      expect(ms).toBeLessThanOrEqual(before.ms ?? Number.POSITIVE_INFINITY);
    }),
    { numRuns: 60 },
  );
});
