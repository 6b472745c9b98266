import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Health } from "../core/health.ts";
import { pathHealth } from "../core/path-health.ts";
import { aBreaker, aPolicy } from "../core/testing/policy.ts";
import type { Happening } from "../events.ts";
import { VirtualClock } from "../virtual/index.ts";
import type { Board, Notes } from "./board.ts";
import { MemoryBoard } from "./memory.ts";
import { RedisBoard, type RedisClient, redisStore } from "./redis.ts";

const HAS_REDIS = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
if (!HAS_REDIS) console.warn("skipped: redis-server is missing, so what runs inside of it is not tried");

const breaker = aBreaker({ failedShare: 0.5, minimumCalls: 2 });
const policy = aPolicy({ paths: [{ name: "primary", breaker }] });

/** A client that does what the test says. */
class ScriptedClient implements RedisClient {
  status = "ready";
  readonly asked: string[][] = [];
  readonly disconnected: (boolean | undefined)[] = [];
  readonly #answer: () => unknown;

  constructor(answer: () => unknown) {
    this.#answer = answer;
  }

  async eval(_script: string, _keys: number, ...args: string[]): Promise<unknown> {
    this.asked.push(args);
    return this.#answer();
  }

  on(): void {}

  disconnect(reconnect?: boolean): void {
    this.disconnected.push(reconnect);
  }
}

function aMember() {
  const clock = new VirtualClock();
  const told: Happening[] = [];
  const health = new Health(policy);
  return { policy, health, clock, timers: clock, told, tell: (happening: Happening) => told.push(happening) };
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const NOTHING = ["1700000000000", "", "0", "0", "0"];

test("keys tell the policy, and what an expiry is for them; no key of two policies is the same", async () => {
  const client = new ScriptedClient(() => NOTHING);
  const member = aMember();
  const membership = redisStore(client, { prefix: "shop" }).join(member);
  await pass(member.clock, 50);
  expect(client.asked[0]?.slice(0, 3)).toEqual([
    "shop:1:{by_hand:sha256-00}",
    expect.stringMatching(/^shop:1:\{by_hand:sha256-00\}:[0-9a-f-]{18}$/),
    String(24 * 60 * 60 * 1000),
  ]);
  const closed = membership.close();
  await pass(member.clock, 50);
  await closed;
  expect([client.disconnected, member.told, member.clock.scheduled]).toEqual([[], [], 0]);
});

test.each<[string, () => unknown]>([
  ["an error", () => Promise.reject(new Error("WRONGTYPE\nOperation against a key"))],
  ["nothing", () => null],
  ["a text", () => "OK"],
  ["too little", () => NOTHING.slice(0, 2)],
  ["no time", () => ["soon", "", "0", "0", "0"]],
])("a server that answers %s is told as lost, once, and changes nothing else", async (_title, answer) => {
  const client = new ScriptedClient(answer);
  const member = aMember();
  const membership = redisStore(client).join(member);
  await pass(member.clock, 3000);
  expect(member.told).toEqual([{ kind: "sharing_lost", why: expect.stringMatching(/^the store [^\n]+$/) }]);
  await membership.close();
  expect(member.clock.scheduled).toBe(0);
});

test.each([
  ["more failed than called", ["1700000000000", "", "1", "2", "0"]],
  ["numbers that are none", ["1700000000000", "", "NaN", "-1", "1e99"]],
])("counts with %s are none", async (_title, reply) => {
  const member = aMember();
  const membership = redisStore(new ScriptedClient(() => reply)).join(member);
  await pass(member.clock, 600);
  expect(pathHealth(member.health, member.clock.now())[0]).toMatchObject({ breaker: "closed", calls: 0 });
  await membership.close();
});

test("a client that is not connected is asked nothing; of one that never was nothing is said for a second", async () => {
  const client = new ScriptedClient(() => NOTHING);
  client.status = "connecting";
  const member = aMember();
  const membership = redisStore(client).join(member);
  await pass(member.clock, 900);
  expect([client.asked, member.told]).toEqual([[], []]);
  await pass(member.clock, 600);
  expect(member.told).toEqual([{ kind: "sharing_lost", why: "the store is not connected" }]);
  client.status = "ready";
  await pass(member.clock, 1000);
  expect(member.told.map(({ kind }) => kind)).toEqual(["sharing_lost", "sharing_back"]);
  await membership.close();
});

test.each<[string, unknown]>([
  ["an address", "redis://127.0.0.1:6379"],
  ["nothing", undefined],
  ["a client of another make", { isReady: true, eval() {}, on() {}, disconnect() {} }],
])("%s is refused in words, also where it was made for the store", (_title, client) => {
  const message = "redisStore needs a client of ioredis or iovalkey, or a function that makes one";
  expect(() => redisStore(client as RedisClient)).toThrow(message);
  expect(() => redisStore(() => client as RedisClient).join(aMember())).toThrow(message);
});

test.each(["flushMs", "idleMs", "timeoutMs"])("%s that is no time is refused", (name) => {
  const wrong = { [name]: Number.NaN };
  expect(() => redisStore(new ScriptedClient(() => null), wrong)).toThrow(`${name} must be a number of milliseconds`);
});

test("a client that was made for the store is connected anew when it hangs, and closed with it", async () => {
  const client = new ScriptedClient(() => new Promise(() => {}));
  const member = aMember();
  const membership = redisStore(() => client).join(member);
  await pass(member.clock, 5000);
  expect(client.disconnected).toEqual([true]);
  await membership.close();
  expect(client.disconnected).toEqual([true, undefined]);
});

describe.skipIf(!HAS_REDIS)("inside of a real server", () => {
  const folder = mkdtempSync(join(tmpdir(), "fbp-redis-"));
  const socket = join(folder, "redis.sock");
  const world: { server?: ReturnType<typeof spawn>; redis?: Redis } = {};

  beforeAll(async () => {
    const server = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]);
    world.server = server;
    await new Promise<void>((resolve) => {
      server.stdout.on("data", (text: Buffer) => {
        if (text.includes("eady to accept connections")) resolve();
      });
    });
    world.redis = new Redis({ path: socket });
  });

  afterAll(() => {
    world.redis?.disconnect();
    world.server?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const count = fc.nat(6).chain((calls) => fc.tuple(fc.constant(calls), fc.nat(calls), fc.nat(calls)));
  const shapes = [
    // Buckets of calls, and one of time that no test sees the end of.
    { id: "a", width: 2.5, byCalls: true, slots: 3 },
    { id: "b", width: 1, byCalls: true, slots: 6 },
    { id: "c", width: 1e15, byCalls: false, slots: 20 },
  ];
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("exchange" as const),
        writer: fc.constantFrom("one", "two"),
        again: fc.nat(4).map((roll) => roll === 0),
        tag: fc.constantFrom(0, 0, 0, 1_700_000_000_000),
        adds: fc.tuple(count, count, count),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("replace" as const),
        from: fc.nat(3),
        to: fc.integer({ min: 1, max: 3 }),
      }),
    },
  );

  const bucket = Math.floor(Date.now() / 1e9);
  test.each([
    '{"t":0,"n":1e999,"b":[]}',
    '{"t":NaN,"n":0,"b":[]}',
    '{"t":1e999,"n":0,"b":[]}',
    '{"t":0,"n":-5,"b":[]}',
    `{"t":0,"n":0,"b":[[${bucket},1e999,0,0],[0,1e999,0,0]]}`,
    `{"t":0,"n":0,"b":[[${bucket},NaN,0,0],[0,NaN,0,0]]}`,
    `{"t":0,"n":0,"b":[[${bucket},-5,0,0],[0,-5,0,0]]}`,
    `{"t":0,"n":0,"b":[[${bucket},1,{},0],[0,1,[],0]]}`,
  ])("a window that holds %s is taken for none, and is counted in again", async (rubbish) => {
    const { redis } = world;
    if (redis === undefined) throw new Error("there is no client");
    const counts = [
      { id: "calls", width: 1, byCalls: true, slots: 6, tag: 0, add: [2, 1, 0] as const },
      { id: "time", width: 1e9, byCalls: false, slots: 20, tag: 0, add: [2, 1, 0] as const },
    ];
    const space = `rubbish ${rubbish}`;
    for (const { id } of counts) await redis.hset(`fbp:1:{${space}}`, `c:${id}`, rubbish);
    const board = new RedisBoard(redis, "fbp", false);
    for (const batch of [1, 2]) {
      const told = await board.exchange({ space, writer: "one", batch, counts, paths: [] });
      expect(told).toMatchObject({ counts: counts.map(() => [2 * batch, batch, 0]) });
    }
  });

  test("the scripts do what the board in memory does", async () => {
    const { redis } = world;
    if (redis === undefined) throw new Error("there is no client");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
        run += 1;
        const space = `property:${run}`;
        const boards: readonly Board[] = [new MemoryBoard(), new RedisBoard(redis, "fbp", false)];
        const batches = { one: 0, two: 0 };
        for (const one of steps) {
          if (one.kind === "replace") {
            const [from, to] = [one.from === 0 ? null : `record ${one.from}`, `record ${one.to}`];
            const [memory, real] = await Promise.all(boards.map((board) => board.replace(space, "p", from, to)));
            expect(real).toBe(memory);
            continue;
          }
          const writer = one.writer === "one" ? "one" : "two";
          if (!one.again) batches[writer] += 1;
          const counts = shapes.map((shape, index) => ({
            ...shape,
            tag: one.tag,
            add: one.adds[index] ?? ([0, 0, 0] as const),
          }));
          const notes: Notes = { space, writer, batch: batches[writer], counts, paths: ["p", "q"] };
          const [memory, real] = await Promise.all(boards.map((board) => board.exchange(notes)));
          const seen = real as { now: number; records: readonly string[] };
          expect({ ...seen, now: 0, records: seen.records.map((record) => record || null) }).toEqual({
            ...(memory as object),
            now: 0,
          });
          expect(Math.abs(seen.now - Date.now())).toBeLessThan(60_000);
        }
      }),
      { numRuns: 40 },
    );
  });
});
