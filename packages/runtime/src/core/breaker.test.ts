import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Breaker, type BreakerState, type Verdict } from "./breaker.ts";
import type { BreakerPlan } from "./policy.ts";
import { aBreaker } from "./testing/policy.ts";

/** One call that begins and ends at `now`; false: refused. */
function call(breaker: Breaker, now: number, verdict: Verdict, latencyMs = 0): boolean {
  if (breaker.refuses(now, now)) return false;
  breaker.settle(breaker.take(now), verdict, latencyMs, now);
  return true;
}

function after(plan: Partial<BreakerPlan>, verdicts: readonly (Verdict | number)[]): BreakerState {
  const breaker = new Breaker(aBreaker(plan));
  for (const verdict of verdicts) {
    if (typeof verdict === "number") call(breaker, 0, "success", verdict);
    else call(breaker, 0, verdict);
  }
  return breaker.state(0);
}

const F = "failure";
const S = "success";
const N = "neutral";

describe("when it opens", () => {
  test.each<[string, Partial<BreakerPlan>, readonly (Verdict | number)[], BreakerState]>([
    ["below the minimum of calls", { failedShare: 0.5, minimumCalls: 3 }, [F, F], "closed"],
    ["at the minimum of calls", { failedShare: 0.5, minimumCalls: 3 }, [F, F, F], "open"],
    ["at the threshold", { failedShare: 0.5, minimumCalls: 4 }, [S, S, F, F], "open"],
    ["below the threshold", { failedShare: 0.5, minimumCalls: 3 }, [S, S, F], "closed"],
    ["a success can be the call that shows it", { failedShare: 0.5, minimumCalls: 4 }, [F, F, S, S], "open"],
    [
      "a share without an exact form",
      { failedShare: 0.07, minimumCalls: 100 },
      [...Array(93).fill(S), ...Array(7).fill(F)],
      "open",
    ],
    ["neutral ends do not count", { failedShare: 0.5, minimumCalls: 2 }, [N, N, F, N], "closed"],
    ["slow calls", { slowShare: 0.5, slowMs: 100, minimumCalls: 2 }, [50, 101], "open"],
    [
      "a call as slow as the limit is not slower",
      { slowShare: 0.5, slowMs: 100, minimumCalls: 2 },
      [100, 100],
      "closed",
    ],
    ["failures in a row, whatever the minimum", { consecutive: 3, minimumCalls: 100 }, [F, F, F], "open"],
    ["a success breaks the row", { consecutive: 3 }, [F, F, S, F, F], "closed"],
    ["a neutral end does not break the row", { consecutive: 3 }, [F, F, N, F], "open"],
    ["without a trigger", {}, [F, F, F, F, F], "closed"],
    [
      "a window of calls forgets",
      { failedShare: 0.6, minimumCalls: 3, window: { kind: "calls", calls: 3 } },
      [F, S, S, F, S, S],
      "closed",
    ],
  ])("%s", (_title, plan, verdicts, state) => {
    expect(after(plan, verdicts)).toBe(state);
  });

  test("a window of time forgets", () => {
    const breaker = new Breaker(aBreaker({ failedShare: 0.5, minimumCalls: 2, window: { kind: "time", ms: 1000 } }));
    call(breaker, 0, F);
    call(breaker, 1000, F);
    expect(breaker.state(1000)).toBe("closed");
  });
});

/** Opened at 0 by one failure, for 100 ms. */
function opened(plan: Partial<BreakerPlan> = {}): Breaker {
  const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100, openMostMs: 100, leaseMs: 50, ...plan }));
  call(breaker, 0, F);
  return breaker;
}

describe("open and half open", () => {
  test("it refuses until its time is over", () => {
    const breaker = opened();
    expect([breaker.refuses(99, 99), breaker.opensInMs(99), breaker.state(99)]).toEqual([true, 1, "open"]);
    expect([breaker.refuses(100, 100), breaker.opensInMs(100), breaker.state(100)]).toEqual([false, 0, "half_open"]);
  });

  test("asked for later it looks ahead, and takes nothing", () => {
    const breaker = opened();
    expect([breaker.refuses(0, 99), breaker.refuses(0, 100), breaker.state(0)]).toEqual([true, false, "open"]);
  });

  test("it lets so many probes through and refuses the rest, also when some have succeeded", () => {
    const breaker = opened({ probes: 2 });
    const first = breaker.take(100);
    const second = breaker.take(100);
    expect([breaker.isProbe(first), breaker.isProbe(second), breaker.refuses(100, 100)]).toEqual([true, true, true]);
    breaker.settle(first, S, 0, 110);
    expect([breaker.refuses(110, 110), breaker.state(110)]).toEqual([true, "half_open"]);
    breaker.settle(second, S, 0, 110);
    expect([breaker.refuses(110, 110), breaker.state(110)]).toEqual([false, "closed"]);
    expect(breaker.isProbe(breaker.take(110))).toBe(false);
  });

  test("a probe that says nothing gives its place back", () => {
    const breaker = opened();
    breaker.settle(breaker.take(100), N, 0, 110);
    expect([breaker.state(110), breaker.refuses(110, 110)]).toEqual(["half_open", false]);
  });

  test("it opens again at the first failed probe", () => {
    const breaker = opened({ probes: 3 });
    breaker.settle(breaker.take(100), S, 0, 110);
    breaker.settle(breaker.take(110), F, 0, 120);
    expect([breaker.state(120), breaker.state(219), breaker.state(220)]).toEqual(["open", "open", "half_open"]);
  });

  test("a probe of before the last opening keeps its place until it ends, and moves nothing", () => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100, openMostMs: 100, leaseMs: 1000, probes: 2 }));
    call(breaker, 0, F);
    const slow = breaker.take(100);
    call(breaker, 110, F);
    const second = breaker.take(210);
    expect(breaker.refuses(210, 210)).toBe(true);
    breaker.settle(slow, F, 0, 220);
    expect(breaker.state(220)).toBe("half_open");
    expect(breaker.refuses(220, 220)).toBe(false);
    breaker.settle(second, S, 0, 230);
    call(breaker, 230, S);
    expect(breaker.state(230)).toBe("closed");
  });

  test("a lost probe does not block: its lease ends, as a failed probe, at that moment", () => {
    const breaker = opened();
    const lost = breaker.take(100);
    expect(breaker.refuses(149, 149)).toBe(true);
    expect([breaker.state(150), breaker.state(249), breaker.state(250)]).toEqual(["open", "open", "half_open"]);
    breaker.settle(lost, S, 0, 260);
    expect(breaker.state(260)).toBe("half_open");
  });

  test("a lease that ended long ago counts from its own end, not from when it is noticed", () => {
    const breaker = opened();
    breaker.take(100);
    expect(breaker.refuses(1000, 1000)).toBe(false);
  });

  test("the open time doubles up to its cap, and starts over once it has closed", () => {
    const breaker = opened({ openMs: 100, openMostMs: 300 });
    const times: number[] = [];
    let now = 0;
    for (let round = 0; round < 4; round++) {
      times.push(breaker.opensInMs(now));
      now += breaker.opensInMs(now);
      call(breaker, now, F);
    }
    expect(times).toEqual([100, 200, 300, 300]);
    now += breaker.opensInMs(now);
    call(breaker, now, S);
    expect(breaker.state(now)).toBe("closed");
    call(breaker, now, F);
    expect(breaker.opensInMs(now)).toBe(100);
  });

  test("its window is empty after it has closed", () => {
    const breaker = new Breaker(aBreaker({ failedShare: 0.5, minimumCalls: 2, openMs: 100 }));
    call(breaker, 0, F);
    call(breaker, 0, F);
    call(breaker, 100, S);
    call(breaker, 100, F);
    expect([breaker.state(100), breaker.window.calls]).toEqual(["closed", 1]);
  });
});

describe("a call that began before a change of state no longer counts", () => {
  test.each<[string, Verdict]>([
    ["a failure does not open it again", F],
    ["a success does not close it", S],
  ])("%s", (_title, verdict) => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100 }));
    const old = breaker.take(0);
    call(breaker, 0, F);
    const probe = breaker.take(100);
    breaker.settle(old, verdict, 0, 100);
    expect([breaker.state(100), breaker.refuses(100, 100)]).toEqual(["half_open", true]);
    breaker.settle(probe, S, 0, 110);
    breaker.settle(old, verdict, 0, 110);
    expect([breaker.state(110), breaker.window.calls]).toEqual(["closed", 0]);
  });

  test("nor does one that was settled before", () => {
    const breaker = opened({ probes: 2 });
    const probe = breaker.take(100);
    breaker.settle(probe, S, 0, 110);
    breaker.settle(probe, S, 0, 110);
    expect(breaker.state(110)).toBe("half_open");
  });
});

test.each<BreakerState>(["open", "closed", "half_open"])("forced %s, the permits of before are worthless", (state) => {
  const breaker = new Breaker(aBreaker({ consecutive: 1 }));
  const old = breaker.take(0);
  breaker.force(state, 0);
  breaker.settle(old, F, 0, 0);
  expect(breaker.state(0)).toBe(state);
});

const step = fc.oneof(
  fc.record({ kind: fc.constant("begin" as const) }),
  fc.record({
    kind: fc.constant("end" as const),
    which: fc.nat(50),
    verdict: fc.constantFrom<Verdict>(S, F, N),
    latency: fc.nat(200),
  }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(120) }),
);

test("it never lets more than its probes through at once, is never called while open, and always lets one through in the end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (steps, probes) => {
      const leaseMs = 100;
      const plan = aBreaker({ failedShare: 0.5, minimumCalls: 2, openMs: 80, openMostMs: 160, probes, leaseMs });
      const breaker = new Breaker(plan);
      let out: { permit: number; since: number; probe: boolean }[] = [];
      let now = 0;
      for (const step of steps) {
        if (step.kind === "pass") now += step.ms;
        else if (step.kind === "begin") {
          const state = breaker.state(now);
          const refuses = breaker.refuses(now, now);
          if (state === "open") expect(refuses).toBe(true);
          if (state === "closed") expect(refuses).toBe(false);
          if (refuses) continue;
          const permit = breaker.take(now);
          out.push({ permit, since: now, probe: breaker.isProbe(permit) });
          expect(breaker.isProbe(permit)).toBe(state === "half_open");
          expect(
            out.filter((each) => each.probe && now < each.since + leaseMs && breaker.isProbe(each.permit)).length,
          ).toBeLessThanOrEqual(probes);
        } else {
          const ending = out[step.which % Math.max(1, out.length)];
          if (ending === undefined) continue;
          out = out.filter((each) => each !== ending);
          breaker.settle(ending.permit, step.verdict, step.latency, now);
        }
      }
      // Whatever was lost: after the leases and the longest open time a probe gets through.
      breaker.state(now + leaseMs);
      expect(breaker.refuses(now + leaseMs + plan.openMostMs, now + leaseMs + plan.openMostMs)).toBe(false);
    }),
  );
});
