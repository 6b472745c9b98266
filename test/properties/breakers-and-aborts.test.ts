/** What must hold of breakers, aborts and retry budgets over many requests at the same time. */
import { expect } from "vitest";
import { callsOf } from "./play.ts";
import { requestProperty } from "./property.ts";

requestProperty(
  "an open breaker is never called but by its probes, and never by more than it allows at once",
  (seen, drawn) => {
    for (const call of seen.calls) {
      expect(call.breaker).not.toBe("open");
      if (call.settled !== null && call.settled.opensInMs > 0) {
        const until = call.endMs + call.settled.opensInMs;
        const early = seen.calls.filter(
          (other) => other.path === call.path && other.startMs > call.endMs && other.startMs < until,
        );
        expect(early).toEqual([]);
      }
      if (call.breaker !== "half_open") continue;
      const together = seen.calls.filter(
        (other) =>
          other.path === call.path &&
          other.breaker === "half_open" &&
          other.startMs <= call.startMs &&
          other.endMs > call.startMs,
      );
      // Calls that end in the very instant in which others begin have made room for them.
      const before = together.filter((other) => seen.calls.indexOf(other) <= seen.calls.indexOf(call));
      expect(before.length).toBeLessThanOrEqual(drawn.probes.get(call.path) ?? 0);
    }
  },
);

requestProperty("a call that began before its breaker changed state does not move the new state", (seen) => {
  for (const call of seen.calls) {
    if (call.settled === null || call.breaker === null) continue;
    // It began while the breaker was closed; by its end the breaker had opened, perhaps even probed.
    if (call.breaker === "closed" && call.settled.before !== "closed") {
      expect(call.settled.after === "closed").toBe(false);
    }
  }
});

requestProperty("after an abort no attempt starts, and the call has ended", (seen) => {
  seen.requests.forEach((request, at) => {
    if (request.abortedMs === null) return;
    expect(request.endMs).toBeLessThanOrEqual(request.abortedMs);
    for (const call of callsOf(seen, at)) {
      expect(call.startMs).toBeLessThanOrEqual(request.abortedMs);
      expect(call.endMs).toBeLessThanOrEqual(request.abortedMs);
    }
    const [outcome] = request.outcomes;
    if (request.endMs === request.abortedMs && outcome?.result === "aborted") expect(outcome.source).toBe(null);
  });
});

requestProperty("retries of all requests together stay within the retry budget", (seen, drawn) => {
  const { retryBudget } = drawn;
  if (retryBudget === null) return;
  const retries = seen.requests.flatMap(({ outcomes, startMs }) =>
    outcomes.flatMap((outcome) =>
      outcome.decisions.filter((one) => one.action === "retry").map((one) => startMs + one.atMs),
    ),
  );
  for (const at of retries) {
    const repeats = retries.filter((other) => other <= at && other > at - 10_000).length;
    const began = seen.requests.filter((request) => request.startMs <= at && request.startMs > at - 10_000).length;
    expect(repeats).toBeLessThanOrEqual(retryBudget.share * began + retryBudget.perSecond * 10);
  }
});
