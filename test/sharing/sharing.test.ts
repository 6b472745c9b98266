/** Three processes, one provider, one Redis, all real: what one finds out all know, and without Redis each goes by itself. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilation } from "../support/compile.ts";
import { Member } from "./member.ts";
import { Provider } from "./provider.ts";
import { HAS_REDIS, Line, RedisServer } from "./redis.ts";

if (!HAS_REDIS) console.warn("skipped: redis-server is missing, so sharing is not tried over a real one");

const folder = mkdtempSync(join(tmpdir(), "fbp-sharing-"));

/** Asks until it is so. The test's own limit is the only one. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function moduleOf(file: string): Promise<string> {
  const compiled = compilation(readFileSync(new URL(file, import.meta.url), "utf8"));
  expect(compiled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const text = (await compiled.artefacts()).find(({ name }) => name.endsWith(".policy.js"))?.text ?? "";
  const path = join(folder, "shared.policy.mjs");
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

describe.skipIf(!HAS_REDIS)("three processes over one Redis", () => {
  const redis = new RedisServer(folder);
  const members: Member[] = [];
  const world: { provider?: Provider; line?: Line } = {};

  const provider = (): Provider => world.provider ?? expect.fail("there is no provider");
  const line = (): Line => world.line ?? expect.fail("there is no line");
  const member = (index: number): Member => members[index] ?? expect.fail("there is no such process");
  const states = async () => Promise.all(members.map(async (each) => (await each.health()).breaker));
  const allAre = async (wanted: (state: string | null) => boolean) => (await states()).every(wanted);
  const isClosed = (state: string | null): boolean => state === "closed";
  const forget = (): void => {
    for (const each of members) each.events.length = 0;
  };
  /** Every process has told these, in this order, and nothing else. */
  const haveTold = (...kinds: readonly string[]): void => {
    expect(members.map((each) => each.kinds())).toEqual(members.map(() => kinds));
  };

  /** Requests that fail, of one process alone, until it has seen enough. */
  async function outage(index: number): Promise<void> {
    provider().opens("down");
    await until(async () => {
      await member(index).requests(10);
      return (await member(index).health()).breaker !== "closed";
    });
  }

  /** The provider is well again, and traffic finds it out. */
  async function recovery(): Promise<void> {
    provider().opens("well");
    await until(async () => {
      await Promise.all(members.map((each) => each.requests(1)));
      return await allAre(isClosed);
    });
  }

  beforeAll(async () => {
    world.provider = await Provider.start();
    await redis.start();
    world.line = await Line.open(join(folder, "line.sock"), redis.socket);
    const module = await moduleOf("./shared.fbp");
    const setup = { module, provider: world.provider.url, redis: redis.socket };
    members.push(
      ...(await Promise.all([
        Member.start(setup),
        Member.start(setup),
        Member.start({ ...setup, redis: line().socket }),
      ])),
    );
  });

  afterAll(async () => {
    for (const each of members) each.kill();
    line().close();
    await redis.kill();
    await provider().close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("an outage that none sees enough of opens the breaker of all; each says so once", async () => {
    provider().opens("down");
    await Promise.all(members.map((each) => each.requests(5)));
    await until(() => allAre((state) => state !== "closed"));
    expect(members.map((each) => each.kinds().filter((kind) => kind === "breaker_opened").length)).toEqual([1, 1, 1]);
  });

  test("half-open lets two probes through in all, and their success closes all", async () => {
    provider().mode = "gate";
    const asked: Promise<Readonly<Record<string, number>>>[] = [];
    const askAll = (): void => {
      for (const each of members) asked.push(each.requests(1));
    };
    await until(() => {
      askAll();
      return provider().waiting >= 2;
    });
    for (let round = 0; round < 20; round++) {
      askAll();
      await states();
    }
    expect(provider().waiting).toBe(2);
    provider().opens("well");
    const ends = await Promise.all(asked);
    expect(ends.filter((end) => end.answer === 1)).toHaveLength(2);
    await until(() => allAre(isClosed));
    expect(members.map((each) => each.kinds().at(-1))).toEqual(["breaker_closed", "breaker_closed", "breaker_closed"]);
  });

  test("an operator holds it in all processes, and lets go in all", async () => {
    await member(1).force("open");
    await until(async () =>
      (await Promise.all(members.map((each) => each.health()))).every(({ held }) => held === "open"),
    );
    expect(await member(2).requests(3)).toEqual({ primary_open: 3 });
    await member(0).force(null);
    await recovery();
  });

  test("Redis is killed: requests go on, each process by itself; it comes back empty and all agree again", async () => {
    forget();
    await redis.kill();
    await until(() => members.every((each) => each.kinds().includes("sharing_lost")));
    expect(await Promise.all(members.map((each) => each.requests(3)))).toEqual(members.map(() => ({ answer: 3 })));
    await outage(0);
    provider().opens("well");
    expect(await member(1).requests(3)).toEqual({ answer: 3 });
    provider().opens("down");
    await redis.start();
    await until(() => members.every((each) => each.kinds().includes("sharing_back")));
    await until(() => allAre((state) => state !== "closed"));
    for (const each of members)
      expect(each.kinds().filter((kind) => kind.startsWith("sharing_"))).toEqual(["sharing_lost", "sharing_back"]);
    await recovery();
  });

  test("Redis stops for a while: no request waits for it, and it is told once that it went and came", async () => {
    forget();
    redis.stop();
    expect(await Promise.all(members.map((each) => each.requests(20)))).toEqual(members.map(() => ({ answer: 20 })));
    await until(() => members.every((each) => each.kinds().includes("sharing_lost")));
    redis.goOn();
    await until(() => members.every((each) => each.kinds().includes("sharing_back")));
    haveTold("sharing_lost", "sharing_back");
  });

  test("one process is cut off: it alone goes by itself, and hears of everything once it is back", async () => {
    forget();
    line().cut();
    await until(() => member(2).kinds().includes("sharing_lost"));
    await outage(0);
    await until(async () => (await member(1).health()).breaker !== "closed");
    expect((await member(2).health()).breaker).toBe("closed");
    line().mend();
    await until(() => member(2).kinds().includes("sharing_back"));
    await until(async () => (await member(2).health()).breaker !== "closed");
    expect(
      member(2)
        .events.map(({ kind }) => kind)
        .slice(0, 3),
    ).toEqual(["sharing_lost", "sharing_back", "breaker_opened"]);
    expect(member(0).kinds()).not.toContain("sharing_lost");
    await recovery();
  });

  test("rubbish in the place of what was shared is taken for nothing", async () => {
    const client = new Redis({ path: redis.socket });
    const [key] = await client.keys("fbp:1:*}");
    await client.hset(key ?? "", "b:primary", "}{", "c:primary/breaker", "x".repeat(100_000));
    await client.hset(key ?? "", "b:other", JSON.stringify({ version: 99 }));
    await outage(1);
    await until(() => allAre((state) => state !== "closed"));
    expect(await client.hget(key ?? "", "b:primary")).toContain('"version":1');
    expect(await client.pttl(key ?? "")).toBeGreaterThan(0);
    client.disconnect();
    await recovery();
  });

  test("closed, every process ends by itself, and has complained of nothing", async () => {
    expect(await Promise.all(members.map((each) => each.close()))).toEqual([0, 0, 0]);
    expect(members.map((each) => each.stderr)).toEqual(["", "", ""]);
  });
});
