/** What must hold of every request, under every policy, in every world. */
import { forbidsSecondCall, SIGNAL, type SignalClass } from "@fbp/runtime/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aPolicy, type DrawnPolicy } from "../generators/policy.ts";
import { compileText } from "../support/compile.ts";
import { aWorld, callsOf, type Play, play, type World } from "./play.ts";
import { PARAMETERS, requestProperty, TIMEOUT_MS } from "./property.ts";
import { shownIn, textOf } from "./streamed.ts";

requestProperty("attempts, retries and fallbacks stay within the budget", (seen, drawn) => {
  seen.requests.forEach((request, at) => {
    const calls = callsOf(seen, at);
    const changes = calls.filter((call, nth) => nth > 0 && call.path !== calls[nth - 1]?.path).length;
    expect(calls.length).toBeLessThanOrEqual(drawn.attempts);
    expect(changes).toBeLessThanOrEqual(drawn.fallbacks);
    expect(calls.length - 1 - changes).toBeLessThanOrEqual(drawn.retries);
    for (const outcome of request.outcomes) {
      expect(outcome.retries).toBeLessThanOrEqual(drawn.retries);
      expect(outcome.fallbacks).toBeLessThanOrEqual(drawn.fallbacks);
    }
  });
});

requestProperty(
  "nothing starts at or after the deadline, no call reaches past it, the request ends by it",
  (seen, drawn) => {
    seen.requests.forEach((request, at) => {
      const deadline = request.startMs + drawn.deadlineMs;
      expect(request.endMs).toBeLessThanOrEqual(deadline);
      for (const call of callsOf(seen, at)) {
        const path = drawn.paths.find((one) => one.name === call.path);
        expect(call.startMs).toBeLessThan(deadline);
        expect(call.startMs + (path?.leastMs ?? 0)).toBeLessThanOrEqual(deadline);
        expect(call.endMs).toBeLessThanOrEqual(Math.min(deadline, call.startMs + (path?.mostMs ?? 0)));
      }
    });
  },
);

requestProperty("tokens and cost, reserved plus spent, never exceed the budget when a call is made", (seen, drawn) => {
  for (const { outcomes, asking } of seen.requests) {
    for (const outcome of outcomes) {
      let tokens = 0;
      let costNanos = 0;
      for (const attempt of outcome.attempts) {
        // `max_output` is 1k wherever the budget has tokens; the prompt's count is the service's own.
        const output = Math.min(asking.maxTokens ?? 1000, 1000);
        const cost = asking.promptTokens * 2_000 + output * 8_000;
        if (drawn.tokens !== null) expect(tokens + asking.promptTokens + output).toBeLessThanOrEqual(drawn.tokens);
        if (drawn.costNanos !== null) expect(costNanos + cost).toBeLessThanOrEqual(drawn.costNanos);
        tokens += attempt.tokens;
        costNanos += attempt.costNanos;
      }
      expect(outcome.tokens).toBe(tokens);
      expect(outcome.costNanos).toBe(costNanos);
    }
  }
});

requestProperty("an attempt that may have been charged stays charged", (seen, drawn) => {
  for (const { outcomes, asking } of seen.requests) {
    for (const attempt of outcomes.flatMap((outcome) => outcome.attempts)) {
      if (!attempt.sent) expect(attempt.charge).toBe("none");
      if (attempt.usage !== null) {
        expect(attempt.charge).toBe("reported");
        expect(attempt.tokens).toBe(attempt.usage.input + attempt.usage.output);
      }
      // No status line, and sent: nobody knows whether the provider went on.
      const unknown = attempt.sent && attempt.status === null && attempt.usage === null;
      if (unknown) expect(attempt.charge).toBe("reserved");
      if (unknown && drawn.tokens !== null) {
        expect(attempt.tokens).toBe(asking.promptTokens + Math.min(asking.maxTokens ?? 1000, 1000));
      }
    }
  }
});

requestProperty("every request has exactly one outcome, with one entry for each call and a declared reason", (seen) => {
  const ids = new Set<string>();
  seen.requests.forEach((request, at) => {
    expect(request.outcomes).toHaveLength(1);
    const [outcome] = request.outcomes;
    if (outcome === undefined) return;
    ids.add(outcome.id);
    expect(outcome.attempts.map((attempt) => attempt.path)).toEqual(callsOf(seen, at).map((call) => call.path));
    if (outcome.reason !== null) expect(seen.policy.reasons).toContain(outcome.reason);
    expect(outcome.result === "answer").toBe(outcome.source !== null);
    if (outcome.result === "answer")
      expect(outcome.attempts.at(-1)).toMatchObject({ signal: null, path: outcome.source });
  });
  expect(ids.size).toBe(seen.requests.length);
  expect(seen.left).toEqual({ calls: 0, timers: 0 });
});

requestProperty(
  "there is no call after a defect of the caller, a refusal, or a sent request that may not be repeated",
  (seen, drawn) => {
    for (const { outcomes, asking } of seen.requests) {
      for (const { attempts } of outcomes) {
        attempts.slice(0, -1).forEach((attempt) => {
          expect(attempt.signal).not.toBe(null);
          expect(forbidsSecondCall(attempt.class as SignalClass)).toBe(false);
          const repeatable = drawn.repeat === "always" || (drawn.repeat === "no tools" && !asking.tools);
          if (attempt.sent) expect(repeatable).toBe(true);
        });
      }
    }
  },
);

requestProperty("a path that was left is never entered again", (seen) => {
  seen.requests.forEach((_, at) => {
    const paths = callsOf(seen, at).map((call) => call.path);
    const entered = paths.filter((path, nth) => path !== paths[nth - 1]);
    expect(new Set(entered).size).toBe(entered.length);
  });
});

requestProperty(
  "once the caller was shown a chunk there is no second call, and what it sees is of one attempt",
  (seen) => {
    seen.requests.forEach((request, at) => {
      if (request.callsAtFirst === null) return;
      const calls = callsOf(seen, at);
      expect(calls.length).toBe(request.callsAtFirst);
      const { calls: from, text, tokens } = shownIn(request.shown);
      expect(from.length).toBe(1);
      if (from[0] !== "whole") {
        const last = seen.calls.findLastIndex((call) => call.request === at);
        expect(from[0]).toBe(`call-${last}`);
        // A beginning of the one answer, without a gap and without a token twice.
        expect(text).toBe(textOf(text.split(" ").length - 1));
        if (tokens !== null) expect(text).toBe(textOf(tokens));
      }
      if (request.abortedMs !== null) expect(Math.max(...request.shownMs)).toBeLessThanOrEqual(request.abortedMs);
    });
  },
);

requestProperty("a streamed success is the whole answer, and a held stream shows nothing else", (seen, { stream }) => {
  for (const { asking, outcomes, shown, response } of seen.requests) {
    const [outcome] = outcomes;
    if (!asking.streams) expect(shown).toEqual([]);
    if (!asking.streams || outcome === undefined) continue;
    if (outcome.result === "answer") {
      const { calls, text, tokens } = shownIn(shown);
      if (calls[0] !== "whole") expect(text).toBe(textOf(tokens ?? -1));
      expect(contentOf(response)).toBe(text);
    } else if (stream === "held") expect(shown).toEqual([]);
  }
});

function contentOf(response: unknown): string {
  const { choices } = response as { choices: readonly { message: { content: string | null } }[] };
  return choices.map(({ message }) => message.content ?? "").join("");
}

test("the same policy, events and seed give the same outcomes, byte for byte", { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(aPolicy, aWorld, (drawn, world) => {
      const policy = compileText(drawn.text);
      const first = play(policy, world);
      const second = play(policy, world);
      const bytes = (seen: Play) => seen.requests.map((request) => JSON.stringify(request.outcomes)).join("\n");
      expect(bytes(second)).toBe(bytes(first));
    }),
    PARAMETERS as fc.Parameters<[DrawnPolicy, World]>,
  );
});

test("the built-in signals that random worlds should meet are met", () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(aPolicy, aWorld, (drawn, world) => {
      for (const request of play(compileText(drawn.text), world).requests) {
        for (const signal of request.outcomes.flatMap((outcome) => outcome.signals)) met.add(signal);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  expect([...met].sort()).toEqual(Object.keys(SIGNAL).sort());
});
