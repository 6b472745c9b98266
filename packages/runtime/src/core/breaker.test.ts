import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Breaker, type BreakerState, type Verdict } from "./breaker.ts";
import { closedElsewhere, force, hold, openedElsewhere, opensInMs, stateOf } from "./breaker-control.ts";
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
  return stateOf(breaker, 0);
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
    expect(stateOf(breaker, 1000)).toBe("closed");
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
    expect([breaker.refuses(99, 99), opensInMs(breaker, 99), stateOf(breaker, 99)]).toEqual([true, 1, "open"]);
    expect([breaker.refuses(100, 100), opensInMs(breaker, 100), stateOf(breaker, 100)]).toEqual([
      false,
      0,
      "half_open",
    ]);
  });

  test("asked for later it looks ahead, and takes nothing", () => {
    const breaker = opened();
    expect([breaker.refuses(0, 99), breaker.refuses(0, 100), stateOf(breaker, 0)]).toEqual([true, false, "open"]);
  });

  test("it lets so many probes through and refuses the rest, also when some have succeeded", () => {
    const breaker = opened({ probes: 2 });
    const first = breaker.take(100);
    const second = breaker.take(100);
    expect([breaker.state, breaker.refuses(100, 100)]).toEqual(["half_open", true]);
    breaker.settle(first, S, 0, 110);
    expect([breaker.refuses(110, 110), stateOf(breaker, 110)]).toEqual([true, "half_open"]);
    breaker.settle(second, S, 0, 110);
    expect([breaker.refuses(110, 110), stateOf(breaker, 110)]).toEqual([false, "closed"]);
  });

  test("a probe that says nothing gives its place back", () => {
    const breaker = opened();
    breaker.settle(breaker.take(100), N, 0, 110);
    expect([stateOf(breaker, 110), breaker.refuses(110, 110)]).toEqual(["half_open", false]);
  });

  test("it opens again at the first failed probe", () => {
    const breaker = opened({ probes: 3 });
    breaker.settle(breaker.take(100), S, 0, 110);
    breaker.settle(breaker.take(110), F, 0, 120);
    expect([stateOf(breaker, 120), stateOf(breaker, 219), stateOf(breaker, 220)]).toEqual([
      "open",
      "open",
      "half_open",
    ]);
  });

  test("a probe of before the last opening keeps its place until it ends, and moves nothing", () => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100, openMostMs: 100, leaseMs: 1000, probes: 2 }));
    call(breaker, 0, F);
    const slow = breaker.take(100);
    call(breaker, 110, F);
    const second = breaker.take(210);
    expect(breaker.refuses(210, 210)).toBe(true);
    breaker.settle(slow, F, 0, 220);
    expect(stateOf(breaker, 220)).toBe("half_open");
    expect(breaker.refuses(220, 220)).toBe(false);
    breaker.settle(second, S, 0, 230);
    call(breaker, 230, S);
    expect(stateOf(breaker, 230)).toBe("closed");
  });

  test("a lost probe does not block: its lease ends, as a failed probe, at that moment", () => {
    const breaker = opened();
    const lost = breaker.take(100);
    expect(breaker.refuses(149, 149)).toBe(true);
    expect([stateOf(breaker, 150), stateOf(breaker, 249), stateOf(breaker, 250)]).toEqual([
      "open",
      "open",
      "half_open",
    ]);
    breaker.settle(lost, S, 0, 260);
    expect(stateOf(breaker, 260)).toBe("half_open");
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
      times.push(opensInMs(breaker, now));
      now += opensInMs(breaker, now);
      call(breaker, now, F);
    }
    expect(times).toEqual([100, 200, 300, 300]);
    now += opensInMs(breaker, now);
    call(breaker, now, S);
    expect(stateOf(breaker, now)).toBe("closed");
    call(breaker, now, F);
    expect(opensInMs(breaker, now)).toBe(100);
  });

  test("its window is empty after it has closed", () => {
    const breaker = new Breaker(aBreaker({ failedShare: 0.5, minimumCalls: 2, openMs: 100 }));
    call(breaker, 0, F);
    call(breaker, 0, F);
    call(breaker, 100, S);
    call(breaker, 100, F);
    expect([stateOf(breaker, 100), breaker.window.counted(100)[0]]).toEqual(["closed", 1]);
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
    expect([stateOf(breaker, 100), breaker.refuses(100, 100)]).toEqual(["half_open", true]);
    breaker.settle(probe, S, 0, 110);
    breaker.settle(old, verdict, 0, 110);
    expect([stateOf(breaker, 110), breaker.window.counted(110)[0]]).toEqual(["closed", 0]);
  });

  test("nor does one that was settled before", () => {
    const breaker = opened({ probes: 2 });
    const probe = breaker.take(100);
    breaker.settle(probe, S, 0, 110);
    breaker.settle(probe, S, 0, 110);
    expect(stateOf(breaker, 110)).toBe("half_open");
  });
});

test.each<BreakerState>(["open", "closed", "half_open"])("forced %s, the permits of before are worthless", (state) => {
  const breaker = new Breaker(aBreaker({ consecutive: 1 }));
  const old = breaker.take(0);
  force(breaker, state, 0);
  breaker.settle(old, F, 0, 0);
  expect(stateOf(breaker, 0)).toBe(state);
});

describe("held by an operator", () => {
  test("open, nothing gets through at any time, and what ends meanwhile changes nothing", () => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100 }));
    const old = breaker.take(0);
    hold(breaker, "open", true, 0);
    breaker.settle(old, S, 0, 10);
    expect([breaker.refuses(1e9, 1e9), breaker.refuses(0, 1e9), stateOf(breaker, 1e9)]).toEqual([true, true, "open"]);
  });

  test("open and released, it goes on with probes", () => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100 }));
    hold(breaker, "open", true, 0);
    hold(breaker, null, true, 50);
    expect([stateOf(breaker, 50), breaker.held]).toEqual(["half_open", null]);
    call(breaker, 50, S);
    expect(stateOf(breaker, 50)).toBe("closed");
  });

  test("closed, everything gets through, and released it begins with an empty window", () => {
    const breaker = new Breaker(aBreaker({ consecutive: 1, failedShare: 0.5, minimumCalls: 2 }));
    call(breaker, 0, F);
    hold(breaker, "closed", true, 1);
    for (let count = 0; count < 9; count++) expect(call(breaker, 2, F)).toBe(true);
    expect([stateOf(breaker, 2), breaker.held]).toEqual(["closed", "closed"]);
    hold(breaker, null, true, 3);
    expect([stateOf(breaker, 3), breaker.window.counted(3)[0]]).toEqual(["closed", 0]);
    call(breaker, 4, F);
    expect(stateOf(breaker, 4)).toBe("open");
  });
});

test("whoever listens is told once of each change", () => {
  const breaker = new Breaker(aBreaker({ consecutive: 1, openMs: 100, openMostMs: 100, leaseMs: 50 }));
  const told: [string, number][] = [];
  breaker.listener = (change, _here, now) => told.push([change, now]);
  call(breaker, 0, F);
  call(breaker, 100, F);
  breaker.take(200);
  stateOf(breaker, 300);
  call(breaker, 350, S);
  for (const to of ["open", "open", null, null, "closed", null] as const) hold(breaker, to, true, 400);
  openedElsewhere(breaker, 100, 60, 500);
  openedElsewhere(breaker, 100, 90, 510);
  closedElsewhere(breaker, 520);
  closedElsewhere(breaker, 530);
  expect(told).toEqual([
    ["opened", 0],
    ["half_opened", 100],
    ["reopened", 100],
    ["half_opened", 200],
    ["reopened", 250],
    ["half_opened", 350],
    ["closed", 350],
    ["held_open", 400],
    ["released", 400],
    ["held_closed", 400],
    ["released", 400],
    ["opened", 500],
    ["closed", 520],
  ]);
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("begin" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      /** Mostly one of the last to begin. */
      which: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, fc.nat(50)),
      verdict: fc.constantFrom<Verdict>(S, F, F, N),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(60) }) },
);

interface NaiveCall {
  readonly epoch: number;
  readonly probe: boolean;
  readonly leaseEnds: number;
}

/** A breaker that remembers everything and works it out anew; no permits: each call knows where it began. */
class NaiveBreaker {
  state: BreakerState = "closed";
  epoch = 0;
  readonly plan: BreakerPlan;
  readonly #out: NaiveCall[] = [];
  #counted: boolean[] = [];
  #succeeded = 0;
  #openFor = 0;
  #openUntil = 0;

  constructor(plan: BreakerPlan) {
    this.plan = plan;
  }

  look(now: number): BreakerState {
    for (const probe of [...this.#out]) {
      if (probe.leaseEnds > now) continue;
      this.#out.splice(this.#out.indexOf(probe), 1);
      if (probe.epoch === this.epoch) this.#reopen(probe.leaseEnds);
    }
    return this.state === "open" && now >= this.#openUntil ? "half_open" : this.state;
  }

  refuses(now: number): boolean {
    const state = this.look(now);
    return state === "open" || (state === "half_open" && this.#out.length + this.#succeeded >= this.plan.probes);
  }

  begin(now: number): NaiveCall {
    if (this.look(now) === "half_open" && this.state === "open") this.#enter("half_open");
    const probe = this.state === "half_open";
    const call = { epoch: this.epoch, probe, leaseEnds: now + this.plan.leaseMs };
    if (probe) this.#out.push(call);
    return call;
  }

  end(call: NaiveCall, verdict: Verdict, now: number): void {
    this.look(now);
    const lease = this.#out.indexOf(call);
    if (lease >= 0) this.#out.splice(lease, 1);
    if (call.epoch !== this.epoch || (call.probe && lease < 0) || verdict === N) return;
    if (call.probe) {
      if (verdict === F) this.#reopen(now);
      else if (++this.#succeeded === this.plan.probes) this.#enter("closed");
    } else {
      this.#counted = [...this.#counted, verdict === F].slice(-4);
      const failed = this.#counted.filter(Boolean).length;
      if (this.#counted.length >= this.plan.minimumCalls && failed * 2 >= this.#counted.length) {
        this.#openFor = this.plan.openMs;
        this.#openUntil = now + this.#openFor;
        this.#enter("open");
      }
    }
  }

  #reopen(at: number): void {
    this.#openFor = Math.min(this.plan.openMostMs, this.#openFor * 2);
    this.#openUntil = at + this.#openFor;
    this.#enter("open");
  }

  #enter(state: BreakerState): void {
    this.state = state;
    this.epoch++;
    this.#counted = [];
    this.#succeeded = 0;
  }
}

test("with calls that overlap, hang and come late it does what a breaker does that remembers everything", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: "max" }), fc.integer({ min: 1, max: 3 }), (steps, probes) => {
      const times = { openMs: 50, openMostMs: 150, leaseMs: 120 };
      const plan = aBreaker({
        failedShare: 0.5,
        minimumCalls: 2,
        window: { kind: "calls", calls: 4 },
        probes,
        ...times,
      });
      const breaker = new Breaker(plan);
      const naive = new NaiveBreaker(plan);
      const out: {
        readonly permit: number;
        readonly call: NaiveCall;
        readonly since: number;
      }[] = [];
      let now = 0;
      for (const step of steps) {
        if (step.kind === "pass") {
          now += step.ms;
        } else if (step.kind === "begin") {
          expect(breaker.refuses(now, now)).toBe(naive.refuses(now));
          if (naive.refuses(now)) continue;
          const call = naive.begin(now);
          const permit = breaker.take(now);
          expect(breaker.state === "half_open").toBe(call.probe);
          out.unshift({ permit, call, since: now });
          const probing = out.filter((each) => each.call.probe && now < each.since + plan.leaseMs);
          expect(probing.length).toBeLessThanOrEqual(probes);
        } else {
          const [ended] = out.splice(step.which, 1);
          if (ended === undefined) continue;
          breaker.settle(ended.permit, step.verdict, 0, now);
          naive.end(ended.call, step.verdict, now);
        }
        expect(stateOf(breaker, now)).toBe(naive.look(now));
      }
      // Whatever was lost: once the leases and the longest open time are over a call gets through.
      stateOf(breaker, now + plan.leaseMs);
      const later = now + plan.leaseMs + plan.openMostMs;
      expect(breaker.refuses(later, later)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
