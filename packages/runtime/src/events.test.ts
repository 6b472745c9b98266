import { expect, test } from "vitest";
import { createFallback, type Fallback, type FallbackOptions } from "./client.ts";
import { aBreaker, anSlo, aPolicy, fail, fallback, retry, rule } from "./core/testing/policy.ts";
import type { RuntimeEvent } from "./events.ts";
import { A_REQUEST, answers, refuses } from "./testing/world.ts";
import { ScriptedTransport, VirtualClock, type World, type WorldEvent } from "./virtual/index.ts";

const breaker = aBreaker({ consecutive: 2, openMs: 1000, openMostMs: 4000 });
const policy = aPolicy({
  budget: { retries: 2, attempts: 5 },
  paths: [
    {
      name: "primary",
      breaker,
      slo: anSlo({ belowMs: 100, minimumCalls: 1, window: { kind: "calls", calls: 1 } }),
      retryBudget: { share: 0, perSecond: 0.1 },
      on: {
        server_error: rule("error", retry(), fallback("backup"), fail),
        circuit_open: rule("open", fallback("backup"), fail),
      },
    },
    { name: "backup" },
  ],
});

interface Played {
  readonly chat: Fallback;
  readonly clock: VirtualClock;
  readonly told: RuntimeEvent[];
  /** Runs one request to its end. */
  ask(): Promise<void>;
}

function aClient(world: World, more: Partial<FallbackOptions> = {}): Played {
  const clock = new VirtualClock();
  const told: RuntimeEvent[] = [];
  const transport = new ScriptedTransport(clock, world);
  const chat = createFallback(policy, { transport, clock, env: {}, onEvent: (event) => told.push(event), ...more });
  const ask = async (): Promise<void> => {
    const completion = chat.complete(A_REQUEST);
    clock.run();
    await completion;
  };
  return { chat, clock, told, ask };
}

const AT = new VirtualClock().wallAt(0);
const kinds = (told: readonly RuntimeEvent[]): readonly string[] => told.map((event) => event.kind);

test("each change is told once, with the path, the policy and the time of day", async () => {
  let failing = true;
  const { clock, told, ask } = aClient(({ path }) => (failing && path === "primary" ? refuses(500) : answers()));
  await ask();
  await ask();
  expect(told).toEqual([
    { kind: "breaker_opened", path: "primary", policy: "by_hand", source: "here", again: false, forMs: 1000, at: AT },
  ]);
  clock.advance(1000);
  await ask();
  failing = false;
  clock.advance(2000);
  await ask();
  await ask();
  expect(told.slice(1)).toEqual([
    { kind: "breaker_half_open", path: "primary", policy: "by_hand", source: "here", at: AT + 1000 },
    {
      kind: "breaker_opened",
      path: "primary",
      policy: "by_hand",
      source: "here",
      again: true,
      forMs: 2000,
      at: AT + 1000,
    },
    { kind: "breaker_half_open", path: "primary", policy: "by_hand", source: "here", at: AT + 3000 },
    { kind: "breaker_closed", path: "primary", policy: "by_hand", source: "here", at: AT + 3000 },
  ]);
});

test("an SLO that is missed, and kept again", async () => {
  const slow: readonly WorldEvent[] = [answers(500), answers(), answers(), answers()];
  const { told, ask } = aClient((_call, nth) => slow[nth] ?? answers());
  for (let request = 0; request < 4; request++) await ask();
  expect(kinds(told)).toEqual(["slo_breached", "slo_recovered"]);
});

test("a retry budget that has run dry, and has something again", async () => {
  const { chat, clock, told, ask } = aClient(({ path }) => (path === "primary" ? refuses(500) : answers()));
  chat.force("primary", "closed");
  await ask();
  await ask();
  clock.advance(11_000);
  await ask();
  expect(kinds(told).slice(1)).toEqual(["retry_budget_dry", "retry_budget_back", "retry_budget_dry"]);
});

test("an operator's hand", () => {
  const { chat, told } = aClient(() => answers());
  chat.force("primary", "open");
  chat.force("primary", "open");
  expect(chat.health()[0]).toMatchObject({ breaker: "open", held: "open" });
  chat.force("primary", null);
  chat.force("primary", "closed");
  chat.force("primary", null);
  expect(kinds(told)).toEqual(["breaker_held_open", "breaker_released", "breaker_held_closed", "breaker_released"]);
  expect(() => chat.force("other", "open")).toThrow('the policy has no path "other"');
  expect(() => chat.force("backup", "open")).toThrow('the path "backup" has no breaker');
  expect(() => chat.force("primary", "opened" as "open")).toThrow('a breaker is held "open" or "closed"');
  expect(chat.health()[0]).toMatchObject({ held: null });
});

test.each([
  [
    "throws",
    () => {
      throw new Error("the listener's own");
    },
  ],
  ["rejects", () => Promise.reject(new Error("the listener's own"))],
])("a listener that %s harms no request and is counted", async (_title, onEvent) => {
  const faults: unknown[] = [];
  const { chat, ask } = aClient(() => refuses(500), { onEvent, onFault: (fault) => faults.push(fault.of) });
  await ask();
  await ask();
  await chat.close();
  const { hookFaults, inFlight, requests } = chat.counters();
  expect([requests, inFlight]).toEqual([2, 0]);
  expect(hookFaults).toBeGreaterThan(0);
  expect(faults).toEqual(Array(hookFaults).fill("hook"));
});

test("a listener may hold a breaker that has just opened", async () => {
  const client: { chat?: Fallback } = {};
  const { chat, clock, ask } = aClient(({ path }) => (path === "primary" ? refuses(500) : answers()), {
    onEvent: ({ kind }) => {
      if (kind === "breaker_opened") client.chat?.force("primary", "open");
    },
  });
  client.chat = chat;
  await ask();
  await ask();
  clock.advance(1e9);
  expect(chat.health()[0]).toMatchObject({ breaker: "open", held: "open" });
});
