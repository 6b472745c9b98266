/** The short forms of the soaks: `npm run soak` is the long one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { trendOf } from "./flat.ts";
import type { Report } from "./real.ts";
import { type Held, soakVirtually } from "./virtual.ts";

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

test("an hour on a virtual clock leaks nothing and loses nothing", { timeout: 120_000 }, () => {
  const collect = collector();
  const heapMb: number[] = [];
  const held: Held[] = [];
  const report = soakVirtually({
    hours: 1,
    rate: 10,
    seed: 1,
    samples: 24,
    sampled(now) {
      collect();
      heapMb.push(process.memoryUsage().heapUsed / 2 ** 20);
      held.push(now);
    },
  });
  expect(report.started).toBe(36_000);
  expect([...report.outcomes]).toEqual([[1, 36_000]]);
  expect(report.left).toEqual({ calls: 0, timers: 0 });
  expect(Object.keys(report.results).sort()).toEqual(["aborted", "answer", "failure"]);
  expect([...report.reasons]).toEqual(expect.arrayContaining(["none", "silent", "error", "open", "cut", "cut_late"]));
  expect(report.attempts).toBeGreaterThan(report.started);
  expect(trendOf(heapMb, 3)).toMatchObject({ isFlat: true });
  expect(trendOf(held.map(({ timers }) => timers), 40)).toMatchObject({ isFlat: true }); // biome-ignore format: one line
  expect(trendOf(held.map(({ calls }) => calls), 20)).toMatchObject({ isFlat: true }); // biome-ignore format: one line
});

test("some seconds on real sockets leak nothing and lose nothing", { timeout: 120_000 }, async () => {
  const child = spawn(
    process.execPath,
    [
      "--expose-gc",
      "--conditions=@fbp/source",
      fileURLToPath(new URL("./main.ts", import.meta.url)),
      "--seconds",
      "5",
      "--rate",
      "60",
      "--json",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  const [status] = (await once(child, "close")) as [number];
  const { wrong, ...report } = JSON.parse(text) as Report & { readonly wrong: readonly string[] };
  expect(wrong).toEqual([]);
  expect(status).toBe(0);
  expect(report.started).toBeGreaterThan(150);
  expect(Object.keys(report.ended)).toEqual(expect.arrayContaining(["answer", "aborted", "failure"]));
});

test("a trend is flat or it is not", () => {
  const noisy = Array.from({ length: 40 }, (_, at) => 30 + (at % 3));
  expect(trendOf(noisy, 1)).toMatchObject({ isFlat: true });
  expect(trendOf([10, 20, ...noisy], 1)).toMatchObject({ isFlat: true });
  expect(trendOf(noisy.map((value, at) => value + at / 2), 4)).toMatchObject({ isFlat: false }); // biome-ignore format: one line
});
