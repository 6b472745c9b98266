import { describe, expect, test } from "vitest";
import type { ContractPlan } from "./core/policy.ts";
import { SIGNAL } from "./core/signals.ts";
import { aContract, aPolicy, fail, fallback, retry, rule } from "./core/testing/policy.ts";
import { prepare } from "./route.ts";
import { AN_ANSWER, answers, aWorld, refuses } from "./testing/world.ts";
import type { WorldEvent } from "./virtual/index.ts";

const KEY = "key/with+unusual=characters";

function attemptOf(
  event: WorldEvent,
  contract: Partial<ContractPlan> = {},
  limits = { answerBytes: 1000, errorBytes: 100 },
  recordedBytes = 512,
) {
  const policy = aPolicy({
    contracts: [aContract({ auth: { header: "authorization", scheme: "Bearer", env: "KEY" }, ...contract })],
    record: { errorFields: ["code", "type", "param", "message"], errorBytes: recordedBytes },
  });
  const prepared = prepare(policy, { env: () => KEY });
  const world = aWorld(policy, { primary: [event] }, { prepared, limits });
  const started = world.start();
  world.clock.run();
  expect(world.clock.scheduled).toBe(0);
  expect(world.transport.active).toBe(0);
  const outcome = started.outcome();
  expect(outcome.attempts).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toContain(KEY);
  return { ...outcome.attempts[0], response: started.ends[0]?.response, aborted: world.transport.aborted };
}

const unusable = { signal: "unusable_output", check: "json", response: null };

describe("an answer", () => {
  test.each<[string, WorldEvent]>([
    ["that is empty", { kind: "returns", status: 200 }],
    ["204", { kind: "returns", status: 204 }],
    ["that is no JSON", { kind: "returns", status: 200, body: "<html>" }],
    ["that is half of its JSON", { kind: "returns", status: 200, body: '{"choices":[' }],
  ])("%s is unusable", (_name, event) => {
    expect(attemptOf(event)).toMatchObject(unusable);
  });

  test("that ends with the provider's refusal is refused content, and is not passed on", () => {
    const body = { choices: [{ message: { content: "I" }, finish_reason: "content_filter" }] };
    const attempt = attemptOf({ kind: "returns", status: 200, body });
    expect(attempt).toMatchObject({ signal: "content_refused", class: "client_defect", check: null, response: null });
  });

  test("beyond the bound is unusable, and the call is given up at once", () => {
    const body = JSON.stringify({ text: "x".repeat(2000) });
    expect(attemptOf({ kind: "returns", status: 200, body })).toMatchObject({ ...unusable, aborted: 1 });
  });

  test("of exactly the bound is read", () => {
    const body = JSON.stringify({ text: "x".repeat(989) });
    expect(body).toHaveLength(1000);
    expect(attemptOf({ kind: "returns", status: 200, body })).toMatchObject({ signal: null, aborted: 0 });
  });

  test("that announces more than the bound is given up before its body", () => {
    const attempt = attemptOf({
      kind: "returns",
      status: 200,
      headers: { "content-length": "1001" },
      body: AN_ANSWER,
      bodyAfterMs: 5000,
    });
    expect(attempt).toMatchObject({ ...unusable, aborted: 1, elapsedMs: 0 });
  });

  test("with broken UTF-8 is read, with U+FFFD in its place", () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('{"text":"'),
      0xff,
      0xc3,
      ...new TextEncoder().encode('"}'),
    ]);
    const attempt = attemptOf({ kind: "returns", status: 200, body: bytes });
    expect(attempt).toMatchObject({ signal: null, response: { text: "\ufffd\ufffd" } });
  });

  test("with a byte order mark is read", () => {
    expect(attemptOf({ kind: "returns", status: 200, body: "\ufeff{}" })).toMatchObject({ signal: null });
  });

  test("nested without end is unusable: whoever wrote it again would run out of stack", () => {
    const body = `{"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const limits = { answerBytes: 1e6, errorBytes: 100 };
    expect(attemptOf({ kind: "returns", status: 200, body }, {}, limits)).toMatchObject(unusable);
  });

  test("over which a check throws is unusable", () => {
    const accept = (): number => {
      throw new RangeError("out of stack");
    };
    expect(attemptOf(answers(), { accept })).toMatchObject(unusable);
  });

  test("that fails a check names it", () => {
    const accept = { accept: () => 1, checks: ["first", "not_refused"] };
    expect(attemptOf(answers(), accept)).toMatchObject({ signal: "unusable_output", check: "not_refused", usage: {} });
  });

  test("with an error object is classified as that error", () => {
    const classify: ContractPlan["classify"] = ({ status, error }) => {
      return status === 200 && JSON.stringify(error).includes("overloaded")
        ? SIGNAL.route_unavailable
        : SIGNAL.client_invalid;
    };
    expect(attemptOf(refuses(200, { code: "overloaded" }), { classify })).toMatchObject({
      signal: "route_unavailable",
      status: 200,
      error: { code: "overloaded" },
    });
  });

  test("whose body breaks off is a transport fault with its status", () => {
    const event: WorldEvent = { kind: "returns", status: 200, body: '{"cho', breaksOff: "reset" };
    expect(attemptOf(event)).toMatchObject({ status: 200, transport: "reset", signal: "transport_timeout" });
  });

  test("whose body hangs is a time-out", () => {
    const event: WorldEvent = { kind: "returns", status: 200, body: AN_ANSWER, bodyAfterMs: 60_000 };
    expect(attemptOf(event)).toMatchObject({ status: 200, transport: "attempt_timeout", elapsedMs: 8000 });
  });
});

describe("an error answer", () => {
  test("keeps its status where its body hangs: a 401 is no time-out", () => {
    const event: WorldEvent = { kind: "returns", status: 401, bodyAfterMs: 60_000 };
    expect(attemptOf(event)).toMatchObject({ status: 401, transport: null, signal: "auth_or_account" });
  });

  test("keeps its status where its body breaks off", () => {
    const event: WorldEvent = { kind: "returns", status: 403, body: '{"err', breaksOff: "reset" };
    expect(attemptOf(event)).toMatchObject({ status: 403, transport: null, signal: "auth_or_account" });
  });

  test("is read to its bound, and the rest is not waited for", () => {
    const event: WorldEvent = { kind: "returns", status: 500, body: "x ".repeat(5000) };
    const attempt = attemptOf(event);
    expect(attempt).toMatchObject({ signal: "server_error", aborted: 1, error: { message: "x ".repeat(50) } });
  });

  test("that is no JSON is a message", () => {
    const event: WorldEvent = { kind: "returns", status: 502, body: "<h1>Bad Gateway</h1>" };
    expect(attemptOf(event)).toMatchObject({ error: { message: "<h1>Bad Gateway</h1>" }, signal: "server_error" });
  });

  test.each([301, 304, 307])("%s is an error: redirects are not followed", (status) => {
    const event: WorldEvent = { kind: "returns", status, headers: { location: "http://elsewhere/" } };
    expect(attemptOf(event)).toMatchObject({ status, signal: "client_invalid" });
  });

  test.each<[string, unknown]>([
    ["in JSON", { error: { message: `wrong key ${KEY}` } }],
    ["in JSON with escapes", `{"error":{"message":"wrong key ${KEY.replace("/", "\\/")}"}}`],
    ["in plain text", `wrong key ${KEY}`],
    ["as a text in the error's place", { error: `wrong key ${KEY}` }],
  ])("that echoes the key %s is recorded without it", (_name, body) => {
    const attempt = attemptOf({ kind: "returns", status: 401, body });
    expect(attempt.error).toEqual({ message: "wrong key [redacted]" });
  });

  test("that echoes the key where a long text is cut is recorded without any of it", () => {
    const body = `${"x ".repeat(1020)}${KEY}`;
    const attempt = attemptOf(
      { kind: "returns", status: 401, body },
      {},
      { answerBytes: 1000, errorBytes: 5000 },
      4096,
    );
    expect(attempt.error?.message).toContain("x [redac");
    expect(attempt.error?.message).not.toContain(KEY.slice(0, 4));
  });

  test("that asks for a wait has it", () => {
    const policy = aPolicy({ paths: [{ name: "primary", on: { rate_limited: rule("limited", retry(100), fail) } }] });
    const world = aWorld(policy, {
      primary: [{ kind: "returns", status: 429, headers: { "retry-after": "3" } }, answers()],
    });
    const started = world.start();
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "answer", elapsedMs: 3000 });
  });

  test.each<[string, ContractPlan["retryHints"][number]["format"], string]>([
    ["seconds", "seconds_or_date", "60"],
    ["a date", "seconds_or_date", "Thu, 01 Jan 2026 00:01:00 GMT"],
    ["milliseconds", "milliseconds", "60000"],
    ["a duration", "duration", "1m0s"],
    ["a point in time", "epoch_seconds", "1767225660"],
  ])("that asks for longer than is left, in %s, is not waited for", (_title, format, value) => {
    const policy = aPolicy({
      contracts: [aContract({ retryHints: [{ header: "x-wait", format }] })],
      paths: [
        { name: "primary", on: { rate_limited: rule("limited", retry(100), fallback("backup"), fail) } },
        { name: "backup" },
      ],
    });
    const asking: WorldEvent = { kind: "returns", status: 429, headers: { "x-wait": value } };
    const world = aWorld(policy, { primary: [asking], backup: [answers()] });
    const started = world.start();
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "answer", source: "backup", elapsedMs: 0 });
    expect(started.outcome().decisions[0]?.refused).toMatchObject([{ cause: "the server asks for 60s, 20s left" }]);
  });

  test.each<[string, ContractPlan["classify"]]>([
    [
      "throws",
      () => {
        throw new Error("damaged");
      },
    ],
    ["names no signal", () => 99],
    ["names nothing", () => Number.NaN],
  ])("whose classifier %s goes nowhere else", (_name, classify) => {
    expect(attemptOf(refuses(500), { classify })).toMatchObject({ signal: "client_invalid" });
  });
});

describe("usage and request id", () => {
  test.each([-1, 1.5, "5", null, Number.MAX_SAFE_INTEGER + 1, undefined])("a count of %s is not believed", (count) => {
    const body = { ...AN_ANSWER, usage: { prompt_tokens: 5, completion_tokens: count } };
    expect(attemptOf({ kind: "returns", status: 200, body })).toMatchObject({ signal: null, usage: null });
  });

  test("whole counts are", () => {
    expect(attemptOf(answers())).toMatchObject({ usage: { input: 5, output: 2 }, charge: "reported" });
  });

  test("the request id is cut and cleaned", () => {
    const headers = { "x-request-id": `${KEY}-${"y".repeat(500)}` };
    const attempt = attemptOf({ kind: "returns", status: 200, headers, body: AN_ANSWER });
    expect(attempt.providerRequestId).toBe(`[redacted]-${"y".repeat(117)}`);
  });
});
