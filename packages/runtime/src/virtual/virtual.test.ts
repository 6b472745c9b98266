import { describe, expect, test } from "vitest";
import type { HttpCall, HttpObserver } from "../transport/transport.ts";
import { ScriptedTransport, script, seededRandom, VirtualClock, type WorldEvent } from "./index.ts";

describe("VirtualClock", () => {
  test("fires by time, then by insertion, each at its own time", () => {
    const clock = new VirtualClock({ now: 5 });
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.now()]);
    clock.schedule(20, note("late"));
    clock.schedule(10, note("first"));
    clock.schedule(10, note("second"));
    clock.cancel(clock.schedule(10, note("cancelled")));
    clock.advance(9);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([
      ["first", 15],
      ["second", 15],
    ]);
    clock.run();
    expect(fired.at(-1)).toEqual(["late", 25]);
    expect(clock.scheduled).toBe(0);
  });

  test("the wall clock goes along, from the same moment each time", () => {
    const clock = new VirtualClock();
    clock.advance(1500);
    expect(new Date(clock.wallAt(clock.now())).toISOString()).toBe("2026-01-01T00:00:01.500Z");
  });

  test("what is scheduled meanwhile within the time fires too", () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    clock.schedule(1, () => clock.schedule(1, () => fired.push(clock.now())));
    clock.advance(2);
    expect(fired).toEqual([2]);
  });
});

describe("seededRandom", () => {
  test("gives the same numbers for the same seed, from 0 up to but not 1", () => {
    const [one, two] = [seededRandom(7), seededRandom(7)];
    const numbers = Array.from({ length: 1000 }, () => one());
    expect(numbers).toEqual(Array.from({ length: 1000 }, () => two()));
    expect(numbers).not.toEqual(Array.from({ length: 1000 }, seededRandom(8)));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number, 0) / 1000).toBeCloseTo(0.5, 1);
  });
});

describe("ScriptedTransport", () => {
  const aCall = (path: string): HttpCall => ({
    url: "http://127.0.0.1/",
    method: "POST",
    headers: {},
    body: "{}",
    contract: "local",
    path,
    model: "m",
    connectMs: null,
  });

  function told(event: WorldEvent, path = "primary") {
    const clock = new VirtualClock();
    const transport = new ScriptedTransport(clock, { primary: [event] });
    const seen: string[] = [];
    const observer: HttpObserver = {
      sent: () => seen.push(`${clock.now()} sent`),
      head: (status) => seen.push(`${clock.now()} head ${status}`),
      data: (chunk) => seen.push(`${clock.now()} ${new TextDecoder().decode(chunk)}`),
      end: () => seen.push(`${clock.now()} end`),
      failed: (fault) => seen.push(`${clock.now()} failed ${fault}`),
    };
    const exchange = transport.send(aCall(path), observer);
    return { clock, transport, seen, exchange };
  }

  test.each<[WorldEvent, string[]]>([
    [{ kind: "hangs" }, ["0 sent"]],
    [{ kind: "hangs", sent: false }, []],
    [{ kind: "fails", fault: "reset", afterMs: 5 }, ["0 sent", "5 failed reset"]],
    [{ kind: "fails", fault: "dns" }, ["0 failed dns"]],
    [{ kind: "fails", fault: "tls", sent: true }, ["0 sent", "0 failed tls"]],
    [{ kind: "returns", status: 204, afterMs: 3 }, ["0 sent", "3 head 204", "3 end"]],
    [
      { kind: "returns", status: 200, body: { a: 1 }, afterMs: 3, bodyAfterMs: 4 },
      ["0 sent", "3 head 200", '7 {"a":1}', "7 end"],
    ],
    [
      { kind: "returns", status: 200, body: "half", breaksOff: "reset" },
      ["0 sent", "0 head 200", "0 half", "0 failed reset"],
    ],
  ])("%j", (event, expected) => {
    const { clock, transport, seen } = told(event);
    clock.run();
    expect(seen).toEqual(expected);
    expect(transport.active).toBe(event.kind === "hangs" ? 1 : 0);
  });

  test("nothing is told after an abort", () => {
    const { clock, transport, seen, exchange } = told({ kind: "returns", status: 200, afterMs: 5 });
    exchange.abort();
    exchange.abort();
    clock.run();
    expect(seen).toEqual(["0 sent"]);
    expect(transport).toMatchObject({ active: 0, aborted: 1 });
  });

  test("a path that the script does not know hangs, and one beyond its queue does what comes after", () => {
    expect(told({ kind: "returns", status: 200 }, "constructor").seen).toEqual(["0 sent"]);
    const world = script({ primary: [] }, { kind: "fails", fault: "reset" });
    expect(world(aCall("primary"), 0)).toEqual({ kind: "fails", fault: "reset" });
  });
});
