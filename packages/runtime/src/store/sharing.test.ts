import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Policy } from "../core/policy.ts";
import { aBreaker, anSlo, aPolicy } from "../core/testing/policy.ts";
import { Fleet, type Reach } from "./testing/fleet.ts";

const plan = aBreaker({
  window: { kind: "time", ms: 60_000 },
  minimumCalls: 10,
  failedShare: 0.5,
  openMs: 2000,
  openMostMs: 8000,
  probes: 2,
  leaseMs: 1000,
});

const policyWith = (path: object = { breaker: plan }, more: Partial<Policy> = {}): Policy =>
  aPolicy({ ...more, paths: [{ name: "primary", ...path }] });

let fleet: Fleet | null = null;

function aFleet(count = 3, policy = policyWith(), latencyMs = 3): Fleet {
  fleet = new Fleet(policy, count, latencyMs);
  return fleet;
}

afterEach(async () => {
  fleet?.reaches("well");
  await fleet?.close();
  expect(fleet?.clock.scheduled ?? 0).toBe(0);
  fleet = null;
});

/** The process of this number. */
function nth(of: Fleet, index: number): Fleet["processes"][number] {
  const process = of.processes[index];
  if (process === undefined) throw new RangeError(`there is no process ${index}`);
  return process;
}

describe("an outage", () => {
  test("that no process has enough calls to see is seen by all together, and within a second opens all", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    for (const process of fleet.processes) process.calls(4, "failure");
    expect(fleet.states()).toEqual(["closed", "closed", "closed"]);
    await fleet.pass(1000);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
  });

  test("that one process finds opens the others, each says so once, and they agree on when it is over", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(1000);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
    expect(fleet.kinds()).toEqual([["breaker_opened"], ["breaker_opened"], ["breaker_opened"]]);
    expect(fleet.processes.map(({ told }) => told[0])).toMatchObject([
      { source: "here" },
      { source: "elsewhere" },
      { source: "elsewhere" },
    ]);
    const over = fleet.processes.map((process) => process.primary().opensInMs);
    expect(Math.max(...over) - Math.min(...over)).toBeLessThan(50);
  });

  test("is known to a process that is started in it", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(300);
    const late = fleet.start();
    await fleet.pass(100);
    expect(late.primary().breaker).toBe("open");
  });

  test("outcomes of before it do not count after it, in any process", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    const old = nth(fleet, 1).call();
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(600);
    old?.end("success");
    await fleet.pass(300);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
  });
});

const HOUR_MS = 3_600_000;

describe("a board whose clock is set back, as by another server that takes over", () => {
  test("holds nobody up for longer than the breaker may be open", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(600);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
    fleet.boardAheadMs = -HOUR_MS;
    await fleet.pass(2000 + 3000, () => {
      for (const process of fleet.processes) process.call()?.end("success");
    });
    expect(fleet.states()).toEqual(["closed", "closed", "closed"]);
  });

  test("lets no lease live for longer than a probe may", async () => {
    const fleet = aFleet();
    await halfOpen(fleet);
    const lost: unknown[] = [];
    await fleet.pass(300, () => {
      const probe = nth(fleet, 1).call();
      if (probe !== null) lost.push(probe);
    });
    expect(lost.length).toBeGreaterThan(0);
    nth(fleet, 1).line.reaches("absent");
    fleet.boardAheadMs = -HOUR_MS;
    // The leases of the lost probes end as failures, and the open time is twice as long.
    let probes = 0;
    await fleet.pass(1000 + 1000 + 4000 + 3000, () => {
      if (nth(fleet, 0).call() !== null) probes += 1;
    });
    expect(probes).toBeGreaterThan(0);
  });
});

/** Opened, and its open time over. */
async function halfOpen(fleet: Fleet): Promise<void> {
  await fleet.pass(600);
  nth(fleet, 0).calls(10, "failure");
  await fleet.pass(2300);
}

describe("half open", () => {
  test("so many probes begin in all, and the rest is refused", async () => {
    const fleet = aFleet();
    await halfOpen(fleet);
    const probes: { end(verdict: "success"): void }[] = [];
    await fleet.pass(900, () => {
      for (const process of fleet.processes) {
        const call = process.call();
        if (call !== null) probes.push(call);
      }
    });
    expect(probes).toHaveLength(2);
    for (const probe of probes) probe.end("success");
    await fleet.pass(1000);
    expect(fleet.states()).toEqual(["closed", "closed", "closed"]);
    expect(fleet.kinds().map((kinds) => kinds.filter((kind) => kind === "breaker_closed"))).toEqual([
      ["breaker_closed"],
      ["breaker_closed"],
      ["breaker_closed"],
    ]);
  });

  test("the first failed probe opens it again in all, for twice as long", async () => {
    const fleet = aFleet();
    await halfOpen(fleet);
    let failed = false;
    await fleet.pass(1000, () => {
      if (failed) return;
      const call = nth(fleet, 2).call();
      call?.end("failure");
      failed = call !== null;
    });
    expect(failed).toBe(true);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
    for (const process of fleet.processes) expect(process.primary().opensInMs).toBeGreaterThan(2500);
  });

  test("a process that dies with its probes blocks nobody for longer than their lease", async () => {
    const fleet = aFleet();
    await halfOpen(fleet);
    const probes: unknown[] = [];
    await fleet.pass(600, () => {
      const call = nth(fleet, 0).call();
      if (call !== null) probes.push(call);
    });
    expect(probes).toHaveLength(2);
    nth(fleet, 0).line.reaches("hangs");
    await fleet.pass(1500);
    // Both leases have ended, as failed probes.
    expect(nth(fleet, 1).primary()).toMatchObject({ breaker: "open" });
    await fleet.pass(4000);
    let through = false;
    await fleet.pass(1500, () => {
      through ||= nth(fleet, 1).call() !== null;
    });
    expect(through).toBe(true);
  });

  test("leave that one process does not use is there for another", async () => {
    const fleet = aFleet(3, policyWith({ breaker: { ...plan, probes: 1 } }));
    await halfOpen(fleet);
    expect(nth(fleet, 0).call()).toBeNull();
    await fleet.pass(300);
    let through = false;
    await fleet.pass(2500, () => {
      through ||= nth(fleet, 1).call() !== null;
    });
    expect(through).toBe(true);
  });
});

describe("an operator's hand", () => {
  test("holds in all processes, those that are started later too, until it lets go", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 1).hold("open");
    await fleet.pass(600);
    expect(fleet.processes.map((process) => process.primary().held)).toEqual(["open", "open", "open"]);
    const late = fleet.start();
    await fleet.pass(60_000, undefined, 50);
    expect(late.primary()).toMatchObject({ held: "open", breaker: "open" });
    nth(fleet, 2).hold(null);
    await fleet.pass(600);
    expect(fleet.states()).toEqual(["half_open", "half_open", "half_open", "half_open"]);
    expect(fleet.kinds()[0]).toEqual(["breaker_held_open", "breaker_released"]);
  });

  test("outlives a store that forgets", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 1).hold("closed");
    await fleet.pass(600);
    fleet.board.clear();
    await fleet.pass(1000);
    expect(fleet.processes.map((process) => process.primary().held)).toEqual(["closed", "closed", "closed"]);
    expect(fleet.start().primary().held).toBeNull();
    await fleet.pass(200);
    expect(nth(fleet, 3).primary().held).toBe("closed");
  });
});

describe("windows", () => {
  test("an SLO that is missed by the calls of all is missed in each", async () => {
    const slo = anSlo({ belowMs: 100, minimumCalls: 6, window: { kind: "calls", calls: 20 } });
    const fleet = aFleet(3, policyWith({ slo }));
    await fleet.pass(600);
    for (const process of fleet.processes) process.calls(2, "success", 500);
    await fleet.pass(1000);
    expect(fleet.processes.map((process) => process.primary().sloBreached)).toEqual([true, true, true]);
    nth(fleet, 0).calls(20, "success", 10);
    for (let batch = 0; batch < 5; batch++) {
      nth(fleet, 1).health.settle(0, -1, "success", 10, nth(fleet, 1).now());
      for (let call = 0; call < 20; call++) nth(fleet, 1).health.settle(0, -1, "success", 10, nth(fleet, 1).now());
      await fleet.pass(200);
    }
    await fleet.pass(600);
    expect(fleet.processes.map((process) => process.primary().sloBreached)).toEqual(
      [true, false, true].map(() => false),
    );
  });

  test("a retry budget is spent by all together", async () => {
    const fleet = aFleet(3, policyWith({ retryBudget: { share: 0, perSecond: 0.5 } }));
    const repeat = (index: number): boolean => {
      const process = nth(fleet, index);
      const asked = { kind: "admit", path: 0, purpose: "retry", inMs: 0, askSlo: false, askRetryBudget: true } as const;
      return process.health.answer(asked, process.now()).kind === "admitted";
    };
    await fleet.pass(600);
    expect([1, 2, 3, 4, 5].map(() => repeat(0))).toEqual([true, true, true, true, true]);
    await fleet.pass(600);
    expect([repeat(0), repeat(1), repeat(2)]).toEqual([false, false, false]);
    await fleet.pass(11_000, undefined, 50);
    expect(repeat(1)).toBe(true);
  });
});

describe("a store that is not there", () => {
  test.each<Reach>(["fails", "hangs", "absent"])(
    "%s: each process goes by itself and says so once; back, they agree again",
    async (reach) => {
      const fleet = aFleet();
      await fleet.pass(600);
      fleet.reaches(reach);
      await fleet.pass(5000, undefined, 20);
      nth(fleet, 0).calls(10, "failure");
      expect(fleet.states()).toEqual(["open", "closed", "closed"]);
      await fleet.pass(700);
      expect(fleet.states()).toEqual(["open", "closed", "closed"]);
      fleet.reaches("well");
      await fleet.pass(900);
      expect(fleet.states()).toEqual(["open", "open", "open"]);
      expect(fleet.kinds()).toEqual([
        ["sharing_lost", "breaker_opened", "sharing_back"],
        ["sharing_lost", "sharing_back", "breaker_opened"],
        ["sharing_lost", "sharing_back", "breaker_opened"],
      ]);
    },
  );

  test("what was counted while it was away, or before it was met, is told, if that is not long ago", async () => {
    const fleet = aFleet(2);
    nth(fleet, 0).calls(3, "failure");
    await fleet.pass(600);
    expect(nth(fleet, 1).primary()).toMatchObject({ calls: 3, failed: 3 });
    nth(fleet, 0).line.reaches("fails");
    await fleet.pass(600);
    nth(fleet, 0).calls(3, "failure");
    nth(fleet, 0).line.reaches("well");
    await fleet.pass(1100);
    expect(nth(fleet, 1).primary()).toMatchObject({ calls: 6, failed: 6 });
    nth(fleet, 0).line.reaches("fails");
    await fleet.pass(600);
    nth(fleet, 0).calls(3, "success");
    await fleet.pass(11_000, undefined, 50);
    nth(fleet, 0).line.reaches("well");
    await fleet.pass(1100);
    expect(nth(fleet, 1).primary()).toMatchObject({ calls: 6, failed: 6 });
  });

  test("what was heard without an answer is told again, and counts once", async () => {
    const fleet = aFleet(2);
    await fleet.pass(600);
    nth(fleet, 0).calls(6, "failure");
    nth(fleet, 0).line.reaches("mute");
    await fleet.pass(600);
    nth(fleet, 0).line.reaches("well");
    await fleet.pass(1100);
    expect(fleet.kinds()[0]).toEqual(["sharing_lost", "sharing_back"]);
    expect(nth(fleet, 1).primary()).toMatchObject({ breaker: "closed", calls: 6, failed: 6 });
  });

  test("it was never there: everything works as without it", async () => {
    fleet = new Fleet(policyWith(), 0);
    const process = fleet.start();
    process.line.reaches("fails");
    await fleet.pass(1000);
    process.calls(10, "failure");
    expect(process.primary().breaker).toBe("open");
    await fleet.pass(2000);
    const probes = [process.call(), process.call(), process.call()];
    expect(probes.map((probe) => probe?.probe)).toEqual([true, true, undefined]);
    for (const probe of probes) probe?.end("success");
    expect(process.primary().breaker).toBe("closed");
    expect(fleet.kinds()).toEqual([["sharing_lost", "breaker_opened", "breaker_half_open", "breaker_closed"]]);
  });

  test("one that forgets everything is told again what is open", async () => {
    const fleet = aFleet();
    await fleet.pass(600);
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(500);
    fleet.board.clear();
    await fleet.pass(500);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
    const late = fleet.start();
    await fleet.pass(100);
    expect(late.primary().breaker).toBe("open");
  });

  test("a process that was cut off does not undo what happened since", async () => {
    const fleet = aFleet(2);
    await halfOpen(fleet);
    const cut = nth(fleet, 0);
    cut.line.reaches("fails");
    await fleet.pass(300);
    let failed = false;
    await fleet.pass(1500, () => {
      if (!failed) {
        const probe = nth(fleet, 1).call();
        probe?.end("failure");
        failed = probe !== null;
      }
    });
    expect(failed).toBe(true);
    cut.calls(2, "success");
    expect(fleet.states()).toEqual(["closed", "open"]);
    cut.line.reaches("well");
    await fleet.pass(1000);
    expect(fleet.states()).toEqual(["open", "open"]);
  });

  test.each([
    ["rubbish", "}{"],
    ["another version", '{"version":99}'],
    ["hostile", `{"version":1,"epoch":-1,"leases":[${"1,".repeat(500)}1]}`],
  ])("a record that is %s is no record, and is written over", async (_title, text) => {
    const fleet = aFleet();
    await fleet.board.replace("by_hand:sha256-00", "primary", null, text);
    await fleet.pass(600);
    expect(fleet.states()).toEqual(["closed", "closed", "closed"]);
    nth(fleet, 0).calls(10, "failure");
    await fleet.pass(1000);
    expect(fleet.states()).toEqual(["open", "open", "open"]);
  });
});

/** Whatever wrote it: a record that is one, and would hold for ever. */
const OPEN = {
  version: 1,
  epoch: 5,
  state: "open",
  openForMs: 2000,
  openUntil: 0,
  held: null,
  succeeded: 0,
  leases: [] as unknown[],
};

test.each([
  ["an end of the open time", { openForMs: 9e15, openUntil: 9e15 }],
  ["the ends of leases", { leases: [1, 2].map((nth) => [`lease ${nth}`, 5, 9e15, false]) }],
  ["successes", { succeeded: 1000 }],
  ["an epoch that no number comes after", { epoch: Number.MAX_SAFE_INTEGER }],
])("a record with %s beyond all reason holds nobody up for long", async (_title, wrong) => {
  const fleet = aFleet();
  await fleet.board.replace("by_hand:sha256-00", "primary", null, JSON.stringify({ ...OPEN, ...wrong }));
  await fleet.pass(1000 + 8000 + 3000, () => {
    for (const process of fleet.processes) {
      if (process.primary().breaker !== "closed") process.call()?.end("success");
    }
  });
  expect(fleet.states()).toEqual(["closed", "closed", "closed"]);
  for (const process of fleet.processes) process.calls(10, "failure");
  await fleet.pass(1000);
  expect(fleet.states()).toEqual(["open", "open", "open"]);
  const late = fleet.start();
  await fleet.pass(200);
  expect(late.primary().breaker).toBe("open");
});

describe("always", () => {
  const step = fc.record({
    process: fc.nat(3),
    kind: fc.constantFrom("call", "call", "call", "call", "up", "down", "abort"),
    lastsMs: fc.nat(900),
    pauseMs: fc.constantFrom(5, 5, 20, 60, 400, 1500),
  });

  test("there are never more probes at once than the breaker has, over all processes, and then all agree", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 60, size: "max" }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0, 3, 40),
        async (steps, probes, latencyMs) => {
          const fleet = new Fleet(
            policyWith({ breaker: { ...plan, minimumCalls: 3, probes, openMs: 300, openMostMs: 600 } }),
            4,
            latencyMs,
          );
          await fleet.pass(600);
          let up = false;
          let out = 0;
          for (const { process, kind, lastsMs, pauseMs } of steps) {
            if (kind === "up" || kind === "down") up = kind === "up";
            const call = nth(fleet, process).call();
            if (call !== null) {
              if (call.probe) out += 1;
              expect(out).toBeLessThanOrEqual(probes);
              const verdict = kind === "abort" ? "neutral" : up ? "success" : "failure";
              fleet.clock.schedule(lastsMs, () => {
                if (call.probe) out -= 1;
                call.end(verdict);
              });
            }
            await fleet.pass(pauseMs, undefined, pauseMs > 100 ? 20 : 5);
          }
          // The provider is well again: with some traffic everywhere all of them find out.
          await fleet.pass(
            12_000,
            () => {
              for (const process of fleet.processes) process.call()?.end("success");
            },
            50,
          );
          expect(fleet.states()).toEqual(["closed", "closed", "closed", "closed"]);
          await fleet.close();
          expect(fleet.clock.scheduled).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  const fault = fc.record({
    process: fc.nat(2),
    kind: fc.constantFrom("call", "call", "call", "up", "down", "forget", "hold", "release", "reach"),
    reach: fc.constantFrom<Reach>("well", "well", "fails", "hangs", "absent", "mute"),
    lastsMs: fc.nat(900),
    pauseMs: fc.constantFrom(5, 20, 60, 400, 1500),
  });

  test("whatever becomes of the store meanwhile, in the end all agree, and nothing was told twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 10, maxLength: 50, size: "max" }), async (steps) => {
        const fleet = new Fleet(policyWith({ breaker: { ...plan, minimumCalls: 3, openMs: 300, openMostMs: 600 } }), 3);
        let up = false;
        for (const { process, kind, reach, lastsMs, pauseMs } of steps) {
          const one = nth(fleet, process);
          if (kind === "up" || kind === "down") up = kind === "up";
          else if (kind === "forget") fleet.board.clear();
          else if (kind === "hold") one.hold(lastsMs % 2 === 0 ? "open" : "closed");
          else if (kind === "release") one.hold(null);
          else if (kind === "reach") one.line.reaches(reach);
          const call = one.call();
          const verdict = up ? "success" : "failure";
          if (call !== null) fleet.clock.schedule(lastsMs, () => call.end(verdict));
          await fleet.pass(pauseMs, undefined, pauseMs > 100 ? 20 : 5);
        }
        fleet.reaches("well");
        await fleet.pass(5000, undefined, 20);
        for (const one of fleet.processes) one.hold(null);
        const traffic = (): void => {
          for (const process of fleet.processes) process.call()?.end("success");
        };
        await fleet.pass(12_000, traffic, 50);
        expect(fleet.processes.map((one) => [one.primary().breaker, one.primary().held])).toEqual(
          Array(3).fill(["closed", null]),
        );
        for (const kinds of fleet.kinds()) {
          for (const [index, kind] of kinds.entries()) {
            // Only an opening may follow itself: by a probe that failed elsewhere.
            if (kind !== "breaker_opened") expect(kinds[index + 1]).not.toBe(kind);
          }
        }
        await fleet.close();
        expect(fleet.clock.scheduled).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
