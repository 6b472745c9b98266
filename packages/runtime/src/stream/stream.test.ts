/** Streams through the whole engine, on a virtual clock: what the caller sees, and what is recorded. */
import { describe, expect, test } from "vitest";
import { pathHealth } from "../core/path-health.ts";
import type { Policy, StreamPlan } from "../core/policy.ts";
import { SIGNAL } from "../core/signals.ts";
import {
  aBreaker,
  aContract,
  anSlo,
  aPolicy,
  fail,
  failWithPartial,
  fallback,
  type PathSpec,
  rule,
} from "../core/testing/policy.ts";
import { A_REQUEST, AN_ANSWER, aWorld, type TestWorld } from "../testing/world.ts";
import type { Piece, WorldEvent } from "../virtual/index.ts";

const HELD: StreamPlan = { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false };
const VISIBLE: StreamPlan = { ...HELD, mode: "visible" };

const contract = aContract({
  streamField: "stream",
  errorAt: [["error"]],
  stream: { end: "[DONE]", fits: (chunk) => typeof chunk === "object" && chunk !== null && "choices" in chunk },
  classify: ({ error, status, transport }) => {
    if (transport !== null) return SIGNAL.transport_timeout;
    if ((error as { code?: unknown } | null)?.code === "bad_key") return SIGNAL.auth_or_account;
    return status === 200 || status >= 500 ? SIGNAL.server_error : SIGNAL.client_invalid;
  },
});

/** Falls back on whatever is not a defect of the caller. */
function policyOf(stream: StreamPlan, primary: Partial<PathSpec> = {}): Policy {
  const onward = rule("primary_failed", fallback("backup"), failWithPartial);
  return aPolicy({
    stream,
    contracts: [contract],
    paths: [
      { name: "primary", on: { auth_or_account: rule("bad_key", fail) }, otherwise: onward, ...primary },
      { name: "backup", otherwise: rule("backup_failed", fail) },
    ],
  });
}

const piece = (content: string): object => ({ choices: [{ index: 0, delta: { content } }] });
const ROLE = { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] };
const FINISH = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

function event(data: unknown, afterMs = 0): Piece {
  return { data: `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`, afterMs };
}

const WHOLE = [ROLE, piece("one "), piece("two"), FINISH].map((chunk) => event(chunk, 10));

function streams(pieces: readonly Piece[], more: Partial<Extract<WorldEvent, { kind: "streams" }>> = {}): WorldEvent {
  return { kind: "streams", pieces, ...more };
}

function watched(world: TestWorld) {
  const seen: unknown[] = [];
  const shownAt: number[] = [];
  const started = world.start(A_REQUEST, {
    viewer: {
      show(chunk) {
        seen.push(chunk);
        shownAt.push(world.clock.now());
      },
    },
  });
  return { started, seen, shownAt };
}

function played(policy: Policy, worlds: Readonly<Record<string, readonly WorldEvent[]>>) {
  const world = aWorld(policy, worlds);
  const watching = watched(world);
  world.clock.run();
  expect(world.transport.active).toBe(0);
  expect(world.clock.scheduled).toBe(0);
  return { ...watching, world, outcome: watching.started.outcome() };
}

const text = (seen: readonly unknown[]): string =>
  seen
    .map((chunk) => (chunk as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? "")
    .join("");

describe("an undisturbed stream", () => {
  test("that is visible is shown as it comes, from the first token on, and is the answer", () => {
    const { seen, shownAt, outcome, started } = played(policyOf(VISIBLE), {
      primary: [streams([...WHOLE, event("[DONE]")])],
    });
    expect(outcome).toMatchObject({ result: "answer", source: "primary", reason: null });
    expect(seen).toEqual([ROLE, piece("one "), piece("two"), FINISH]);
    expect(shownAt).toEqual([20, 20, 30, 40]);
    expect(started.ends[0]?.response).toMatchObject({
      choices: [{ message: { role: "assistant", content: "one two" }, finish_reason: "stop" }],
    });
  });

  test("that is held is shown when it is whole", () => {
    const { seen, shownAt } = played(policyOf(HELD), { primary: [streams(WHOLE)] });
    expect(text(seen)).toBe("one two");
    expect(new Set(shownAt)).toEqual(new Set([40]));
  });

  test("that is held for so long is shown from then on", () => {
    const { shownAt } = played(policyOf({ ...HELD, heldMs: 5 }), { primary: [streams(WHOLE)] });
    expect(shownAt).toEqual([25, 25, 30, 40]);
  });

  test("that is held for some tokens is shown from then on", () => {
    const { shownAt } = played(policyOf({ ...HELD, heldTokens: 2 }), { primary: [streams(WHOLE)] });
    expect(shownAt).toEqual([30, 30, 30, 40]);
  });

  test("asks the provider for a stream, and takes the answer without the marker, or with a reset behind it", () => {
    const { world, outcome } = played(policyOf(VISIBLE), { primary: [streams(WHOLE, { ends: "reset" })] });
    expect(JSON.parse(String(world.transport.calls[0]?.body))).toMatchObject({ stream: true });
    expect(outcome.result).toBe("answer");
  });

  test.each([
    ["behind the marker", [...WHOLE, event("[DONE]")]],
    ["without the marker", WHOLE],
  ])("does not wait for ever for a connection that stays open %s", (_, pieces) => {
    const { outcome } = played(policyOf(VISIBLE), { primary: [streams(pieces, { ends: "silence" })] });
    expect(outcome).toMatchObject({ result: "answer", elapsedMs: 1040 });
  });

  test("is whole when every choice that was asked for has come", () => {
    const world = aWorld(policyOf(HELD), { primary: [streams(WHOLE)], backup: [] });
    const started = world.start({ ...A_REQUEST, n: 2 }, { viewer: { show: () => {} } });
    world.clock.run();
    expect(started.outcome().attempts[0]).toMatchObject({ signal: "stream_interrupted", check: "finish" });
  });
});

describe("an answer that is no stream", () => {
  test("is shown as chunks when it is a whole answer", () => {
    const { seen, outcome } = played(policyOf(VISIBLE), {
      primary: [{ kind: "returns", status: 200, headers: { "content-type": "application/json" }, body: AN_ANSWER }],
    });
    expect(outcome.result).toBe("answer");
    expect(text(seen)).toBe("hi");
  });

  test("is an error when it is one, under 200 too", () => {
    const { seen, outcome } = played(policyOf(VISIBLE), {
      primary: [
        {
          kind: "returns",
          status: 200,
          headers: { "content-type": "application/json" },
          body: { error: { code: "bad_key" } },
        },
      ],
    });
    expect(outcome).toMatchObject({ result: "failure", reason: "bad_key", fallbacks: 0 });
    expect(seen).toEqual([]);
  });

  test("is of no use as a page", () => {
    const { outcome } = played(policyOf(VISIBLE), {
      primary: [{ kind: "returns", status: 200, headers: { "content-type": "text/html" }, body: "<html>" }],
      backup: [streams(WHOLE)],
    });
    expect(outcome).toMatchObject({ result: "answer", source: "backup", signals: ["unusable_output"] });
  });
});

const CUT = streams(WHOLE.slice(0, 3), { ends: "reset" });

describe("a stream that breaks", () => {
  test("after a token was shown ends the request, and no second call is made", () => {
    const { seen, outcome, world } = played(policyOf(VISIBLE), { primary: [CUT], backup: [streams(WHOLE)] });
    expect(outcome).toMatchObject({ result: "failure", partial: true, signals: ["stream_interrupted"], fallbacks: 0 });
    expect(outcome.decisions[0]?.refused).toEqual([{ action: "fallback backup", cause: "a token may have been seen" }]);
    expect(text(seen)).toBe("one two");
    expect(world.transport.calls).toHaveLength(1);
  });

  test("while it is held is replaced, and nothing of it is shown", () => {
    const other = [piece("other"), FINISH].map((chunk) => event(chunk));
    const { seen, outcome } = played(policyOf(HELD), { primary: [CUT], backup: [streams(other)] });
    expect(outcome).toMatchObject({ result: "answer", source: "backup" });
    expect(text(seen)).toBe("other");
  });

  test("before its first token is replaced where it would be visible", () => {
    const { outcome } = played(policyOf(VISIBLE), {
      primary: [streams([event(ROLE)], { ends: "reset" })],
      backup: [streams(WHOLE)],
    });
    expect(outcome).toMatchObject({ result: "answer", source: "backup", signals: ["stream_interrupted"] });
  });

  test.each([
    ["without a finish reason", streams(WHOLE.slice(0, 3)), "finish"],
    ["with a marker but no finish reason", streams([...WHOLE.slice(0, 3), event("[DONE]")]), "finish"],
    ["in a chunk that is no JSON", streams([...WHOLE.slice(0, 3), event("{broken"), event(FINISH)]), "chunk"],
    ["in a chunk of another form", streams([...WHOLE.slice(0, 3), event({ odd: 1 }), event(FINISH)]), "chunk"],
  ])("%s says which check it fails", (_, world, check) => {
    const { outcome } = played(policyOf(VISIBLE), { primary: [world] });
    expect(outcome.attempts[0]).toMatchObject({ signal: "stream_interrupted", check });
  });

  test("is not broken by a chunk that is no JSON where those are skipped", () => {
    const pieces = [...WHOLE.slice(0, 2), event("{broken"), ...WHOLE.slice(2)];
    const { seen, outcome } = played(policyOf({ ...VISIBLE, skipBadChunks: true }), { primary: [streams(pieces)] });
    expect(outcome.result).toBe("answer");
    expect(text(seen)).toBe("one two");
  });

  test("by an error before its first token is what the error says", () => {
    const bad = streams([event({ error: { code: "bad_key" } })], { ends: "silence" });
    const { outcome } = played(policyOf(HELD), { primary: [bad] });
    expect(outcome).toMatchObject({ reason: "bad_key", signals: ["auth_or_account"], fallbacks: 0 });
  });

  test("by an error in its middle is interrupted once it was seen; unseen, what forbids a second call does so still", () => {
    const bad = streams([...WHOLE.slice(0, 3), event({ error: { code: "bad_key" } })]);
    expect(played(policyOf(VISIBLE), { primary: [bad] }).outcome.signals).toEqual(["stream_interrupted"]);
    expect(played(policyOf(HELD), { primary: [bad] }).outcome.signals).toEqual(["auth_or_account"]);
  });
});

describe("time limits", () => {
  const SLOW: Partial<PathSpec> = { firstTokenMs: 100, stallMs: 50, mostMs: 1000 };

  test("no token in time is a time-out, comments and roles or not", () => {
    const pieces = [event(ROLE), { data: ": still here\n\n", afterMs: 90 }, { data: ": still here\n\n", afterMs: 90 }];
    const { outcome } = played(policyOf(VISIBLE, SLOW), {
      primary: [streams(pieces, { ends: "silence" })],
      backup: [streams(WHOLE)],
    });
    expect(outcome.attempts[0]).toMatchObject({
      signal: "transport_timeout",
      transport: "body_timeout",
      elapsedMs: 100,
    });
    expect(outcome.source).toBe("backup");
  });

  test("a silence after a token breaks the stream", () => {
    const pieces = [event(piece("one "), 10), event(piece("two"), 40), { data: ": still here\n\n", afterMs: 40 }];
    const { outcome } = played(policyOf(VISIBLE, SLOW), { primary: [streams(pieces, { ends: "silence" })] });
    expect(outcome.attempts[0]).toMatchObject({
      signal: "stream_interrupted",
      transport: "body_timeout",
      elapsedMs: 100,
    });
  });

  test("a whole answer whose connection stays open is an answer", () => {
    const { outcome } = played(policyOf(VISIBLE, SLOW), { primary: [streams(WHOLE, { ends: "silence" })] });
    expect(outcome).toMatchObject({ result: "answer", elapsedMs: 90 });
  });

  test("the attempt's own limit breaks a stream that still runs", () => {
    const pieces = Array.from({ length: 50 }, () => event(piece("and "), 40));
    const { outcome } = played(policyOf(VISIBLE, SLOW), { primary: [streams(pieces)] });
    expect(outcome.attempts[0]).toMatchObject({ signal: "stream_interrupted", transport: "attempt_timeout" });
    expect(outcome.elapsedMs).toBe(1000);
  });

  test("no status line in time is a time-out", () => {
    const { outcome } = played(policyOf(VISIBLE, { headersMs: 30 }), {
      primary: [streams(WHOLE, { afterMs: 40 })],
      backup: [streams(WHOLE)],
    });
    expect(outcome.attempts[0]).toMatchObject({ signal: "transport_timeout", transport: "headers_timeout" });
  });

  test("a caller that is slow is not the provider's silence", () => {
    const world = aWorld(policyOf(VISIBLE, SLOW), { primary: [streams(WHOLE)] });
    const { started, seen } = watched(world);
    world.clock.advance(20);
    started.pause();
    world.clock.advance(300);
    expect(text(seen)).toBe("one ");
    started.resume();
    world.clock.run();
    expect(started.outcome().result).toBe("answer");
    expect(text(seen)).toBe("one two");
  });
});

describe("a caller that is slow says nothing of the path", () => {
  const breaker = aBreaker({ consecutive: 1, slowMs: 100, slowShare: 1, minimumCalls: 1 });
  const slo = anSlo({ belowMs: 100, minimumCalls: 1 });

  function held(forMs: number) {
    const world = aWorld(policyOf(VISIBLE, { breaker, slo }), { primary: [streams(WHOLE)] });
    const { started } = watched(world);
    world.clock.advance(20);
    started.pause();
    world.clock.advance(forMs);
    started.resume();
    world.clock.run();
    return { outcome: started.outcome(), health: pathHealth(world.health, world.clock.now())[0] };
  }

  test("when its answer is whole at last", () => {
    const { outcome, health } = held(5000);
    expect(outcome).toMatchObject({ result: "answer", elapsedMs: 5030 });
    expect(health).toMatchObject({ breaker: "closed", calls: 1, slow: 0, sloBreached: false });
  });

  test("when the time runs out while it holds the provider up", () => {
    const { outcome, health } = held(10_000);
    expect(outcome).toMatchObject({ result: "failure", partial: true, signals: ["stream_interrupted"] });
    expect(health).toMatchObject({ breaker: "closed", calls: 0, sloBreached: false });
  });
});

test("an abort ends a stream at once, and nothing is shown any more", () => {
  const world = aWorld(policyOf(VISIBLE), { primary: [streams(WHOLE)] });
  const { started, seen } = watched(world);
  world.clock.advance(20);
  started.abort();
  expect(world.transport.active).toBe(0);
  world.clock.run();
  expect(started.outcome()).toMatchObject({ result: "aborted", elapsedMs: 20 });
  expect(text(seen)).toBe("one ");
});
