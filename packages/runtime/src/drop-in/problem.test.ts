import { expect, test } from "vitest";
import type { AttemptRecord, Outcome } from "../core/outcome.ts";
import { BUILT_IN_SIGNALS, type BuiltInSignal, type SignalClass } from "../core/signals.ts";
import { problemOf, type Unanswered } from "./problem.ts";

interface Ended {
  readonly signal: string;
  readonly class: SignalClass;
  readonly status: number | null;
  readonly error?: Readonly<Record<string, string>>;
}

/** A request whose last attempt, and last decision, were about `signal`. */
function failure({ signal, class: of, status, error }: Ended): Unanswered {
  const decisions = [{ path: "primary", signal }] as unknown as Outcome["decisions"];
  const attempts = of === "health" ? [] : ([{ signal, class: of }] as unknown as readonly AttemptRecord[]);
  const outcome = { result: "failure", reason: "given_up", attempts, decisions } as unknown as Outcome;
  return {
    kind: "failure",
    response: null,
    outcome,
    reason: "given_up",
    status,
    error: error ?? null,
    partial: false,
  };
}

const builtIn = (name: BuiltInSignal, status: number | null): Ended => {
  const signal = BUILT_IN_SIGNALS.find((each) => each.name === name);
  return { signal: name, class: signal?.class ?? "health", status };
};

test.each<[BuiltInSignal, number | null, number, string]>([
  ["transport_timeout", null, 504, "server_error"],
  ["transport_timeout", 408, 504, "server_error"],
  ["server_error", 500, 502, "server_error"],
  ["route_unavailable", 404, 503, "server_error"],
  ["rate_limited", 429, 429, "rate_limit_error"],
  ["rate_limited", 413, 429, "rate_limit_error"],
  ["quota_exhausted", 429, 402, "insufficient_quota"],
  ["quota_exhausted", 403, 402, "insufficient_quota"],
  ["context_overflow", 400, 400, "invalid_request_error"],
  ["context_overflow", 500, 400, "invalid_request_error"],
  ["client_invalid", 422, 422, "invalid_request_error"],
  ["client_invalid", 500, 400, "invalid_request_error"],
  ["client_invalid", null, 400, "invalid_request_error"],
  ["content_refused", 200, 400, "invalid_request_error"],
  ["auth_or_account", 403, 403, "authentication_error"],
  ["auth_or_account", 429, 401, "authentication_error"],
  ["unusable_output", 200, 502, "server_error"],
  ["stream_interrupted", 200, 502, "server_error"],
  ["latency_slo_breach", null, 503, "server_error"],
  ["circuit_open", null, 503, "server_error"],
  ["budget_exhausted", null, 504, "server_error"],
])("%s under status %s is told as %i", (signal, under, status, type) => {
  const told = problemOf(failure(builtIn(signal, under)));
  expect(told).toMatchObject({ status, error: { type, code: signal, param: null } });
  expect(told.error.message).toContain(`given_up: ${signal} on primary`);
});

test.each(BUILT_IN_SIGNALS.filter((each) => /client|auth|route_limit|quota/.test(each.class)))(
  "after $name, which must not be repeated, no status makes clients repeat it",
  (signal) => {
    for (let status = 200; status < 600; status += 1) {
      const told = problemOf(failure({ signal: signal.name, class: signal.class, status })).status;
      expect([408, 409, 429]).not.toContain(told);
      expect(told).toBeLessThan(500);
    }
  },
);

test("a signal of the operator's own goes by its class, whatever it is called", () => {
  expect(problemOf(failure({ signal: "constructor", class: "capacity", status: 500 })).status).toBe(429);
});

test("what the record may hold of the provider's error is passed on", () => {
  const error = { message: "too long", type: "invalid", code: "context_length_exceeded", param: "messages" };
  const told = problemOf(failure({ ...builtIn("context_overflow", 400), error }));
  expect(told.error).toEqual({ ...error, message: "given_up: context_overflow on primary, 1 attempt: too long" });
});

test("a deferred request has a status that neither looks like an answer nor is repeated", () => {
  const outcome = { result: "deferred", reason: "busy", attempts: [], decisions: [] } as unknown as Outcome;
  expect(problemOf({ kind: "deferred", response: null, outcome, to: "nightly" })).toEqual({
    status: 424,
    error: { message: "busy: deferred to nightly", type: "deferred", code: "deferred", param: null },
  });
});
