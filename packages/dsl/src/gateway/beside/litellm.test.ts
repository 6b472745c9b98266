import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reply } from "../../simulate/beside/rules.ts";
import { litellm } from "../testing/litellm.ts";
import { ANSWER, DOWN, importedFrom, type Requests, requestsTo, returned, rulesOf } from "../testing/requests.ts";

const model = (name: string, params: object = {}) => ({
  model_name: name,
  litellm_params: { model: `openai/${name}`, timeout: 10, ...params },
});

const CHAIN = {
  model_list: [model("a"), model("b"), model("c")],
  router_settings: { num_retries: 2, fallbacks: [{ a: ["b", "c"] }] },
};

const router = (config: unknown, start = "a", dice = () => 0): Requests => requestsTo(rulesOf(config, start), dice);

const failing =
  (...down: readonly string[]) =>
  (path: string): Reply =>
    down.includes(path) ? DOWN : ANSWER;

describe("retries", () => {
  test("multiply over fallbacks, with a wait before each and one after the last", () => {
    const { calls, waits, isAnswered } = router(CHAIN)(() => DOWN);
    expect(calls.join("")).toBe("aaabbbccc");
    expect(waits).toEqual([500, 1000, 2000, 500, 1000, 2000, 500, 1000, 2000]);
    expect(isAnswered).toBe(false);
  });

  test("end at the first answer", () => {
    expect(router(CHAIN)(failing("a")).calls.join("")).toBe("aaab");
  });

  test("have no limit for the whole request: every call may run into its timeout", () => {
    expect(router(CHAIN)(() => ({ kind: "timed_out" })).ms).toBe(9 * 10_000 + 3 * 3500);
  });

  test("wait as long as the provider asks for, up to a minute", () => {
    const waits = (seconds: string) => router(CHAIN)(() => returned(503, "", { "retry-after": seconds })).waits;
    expect(waits("7").slice(0, 2)).toEqual([7000, 7000]);
    expect(waits("70").slice(0, 2)).toEqual([500, 1000]);
  });

  test.each([
    [400, "abc"],
    [404, "abc"],
    [401, "abc"],
    [403, "abc"],
    [429, "aaabbbccc"],
    [408, "aaabbbccc"],
    [502, "aaabbbccc"],
  ])("of a %d are not made where they cannot help, and fallbacks are tried whatever it was", (status, calls) => {
    expect(router(CHAIN)(() => returned(status)).calls.join("")).toBe(calls);
  });

  test("are as many as `retry_policy` grants to the very exception, also where none would be made", () => {
    const config = (retry_policy: object) => ({ ...CHAIN, router_settings: { num_retries: 2, retry_policy } });
    expect(router(config({ BadRequestErrorRetries: 1 }))(() => returned(400)).calls).toHaveLength(2);
    expect(router(config({ RateLimitErrorRetries: 0 }))(() => returned(429)).calls).toHaveLength(1);
    expect(router(config({ InternalServerErrorRetries: 0 }))(() => returned(503)).calls).toHaveLength(3);
    expect(router(config({ DefaultRetries: 1 }))(() => returned(503)).calls).toHaveLength(2);
    const ofGroup = { num_retries: 2, model_group_retry_policy: { a: { TimeoutErrorRetries: 1 } } };
    expect(router({ ...CHAIN, router_settings: ofGroup })(() => ({ kind: "timed_out" })).calls).toHaveLength(2);
  });
});

describe("fallbacks", () => {
  test("of a context that is too long are those for it alone", () => {
    const long = returned(400, '{"code":"context_length_exceeded"}');
    const settings = { ...CHAIN.router_settings, context_window_fallbacks: [{ a: ["c"] }] };
    const play = (more: object) =>
      router({ ...CHAIN, router_settings: more })((path) => (path === "a" ? long : ANSWER));
    expect(play(settings).calls).toEqual(["a", "c"]);
    expect(play({ ...settings, context_window_fallbacks: [{ b: ["c"] }] }).calls).toEqual(["a"]);
    expect(play(CHAIN.router_settings).calls).toEqual(["a", "b"]);
  });

  test("have fallbacks of their own, each group once and no deeper than `max_fallbacks`", () => {
    const nested = (more: object) => ({
      ...CHAIN,
      router_settings: { num_retries: 0, fallbacks: [{ a: ["b"] }, { b: ["c", "a"] }], ...more },
    });
    expect(router(nested({}))(() => DOWN).calls.join("")).toBe("abc");
    expect(router(nested({ max_fallbacks: 1 }))(() => DOWN).calls.join("")).toBe("ab");
  });

  test("are not tried for a stream that has begun", () => {
    expect(router(CHAIN)(() => ({ kind: "broke_off" })).calls).toEqual(["a"]);
  });
});

describe("a group of several deployments", () => {
  const GROUP = { model_list: [model("a"), model("a"), model("c")], router_settings: { num_retries: 2 } };

  test("is retried at once, and passes over one that is cooled down", () => {
    const { calls, waits } = router(GROUP)((path) => (path === "a" ? returned(429) : ANSWER));
    expect(calls).toEqual(["a", "a_2"]);
    expect(waits).toEqual([0]);
  });

  test("tries a rejected key's other deployments", () => {
    expect(router(GROUP)((path) => (path === "a" ? returned(401) : ANSWER)).calls).toEqual(["a", "a_2"]);
  });

  test("without one that is left goes on without a call", () => {
    const play = router({
      ...GROUP,
      router_settings: { num_retries: 2, cooldown_time: 30, fallbacks: [{ a: ["c"] }] },
    });
    expect(play((path) => (path === "c" ? ANSWER : returned(429))).calls).toEqual(["a", "a_2", "c"]);
    expect(play(() => ANSWER, 10_000).calls).toEqual(["c"]);
    expect(play(() => ANSWER, 60_000).calls).toEqual(["a"]);
  });

  test("is picked from by weights", () => {
    const weighed = { model_list: [model("a", { weight: 1 }), model("a", { weight: 3 })] };
    const picks = [0, 0.2, 0.3, 0.99].map((share) => router(weighed, "a", () => share)(() => ANSWER).calls[0]);
    expect(picks).toEqual(["a", "a", "a_2", "a_2"]);
  });
});

describe("a deployment that is alone", () => {
  const ALONE = { model_list: [model("a")], router_settings: { num_retries: 0, cooldown_time: 30 } };
  const called = (play: Requests, reply: Reply, times: number) =>
    Array.from({ length: times }, (_, nth) => play(() => reply, nth * 2000).calls.length).reduce(
      (sum, one) => sum + one,
    );

  test("is not cooled down by failures that pass", () => expect(called(router(ALONE), DOWN, 12)).toBe(12));
  test("is by a rejected key", () => expect(called(router(ALONE), returned(401), 12)).toBe(1));

  test("is by more than `allowed_fails`, but where that is the library's own", () => {
    const allowing = (allowed_fails: number) => ({
      ...ALONE,
      router_settings: { ...ALONE.router_settings, allowed_fails },
    });
    expect(called(router(allowing(2)), DOWN, 12)).toBe(3);
    expect(called(router(allowing(3)), DOWN, 12)).toBe(12);
  });
});

test("paths that the policy does not have are named", () => {
  expect(() => rulesOf(CHAIN, "primary")).toThrow(
    "the policy starts on primary, and the configuration's requests on a, b, c: name its paths as fbp import does",
  );
});

test("whatever fails, a request takes no more than the import tells", () => {
  const reply = fc.constantFrom<Reply>(
    ANSWER,
    DOWN,
    { kind: "timed_out" },
    returned(429),
    returned(401),
    returned(503),
  );
  fc.assert(
    fc.property(litellm, fc.array(reply, { minLength: 1 }), (config, replies) => {
      const { start, before } = importedFrom(config);
      const { calls, ms } = router(config, start, () => 0.999)((_, nth) => replies[nth % replies.length] ?? DOWN);
      expect(calls.length).toBeLessThanOrEqual(before.calls);
      expect(ms).toBeLessThanOrEqual(before.ms ?? 0);
    }),
    { numRuns: 60 },
  );
});
