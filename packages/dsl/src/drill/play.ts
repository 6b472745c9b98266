/** Plays a drill on a virtual clock: what is to be expected of the same request over sockets. */
import { Health, hold, nth, type Policy } from "@fbp/runtime/core";
import { type Clock, prepare, run, type Timer } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import type { DrillCase, Seen } from "./drill-case.ts";

/** What jitter makes of each wait, here and over sockets. */
export const HALF = 0.5;

/**
 * @param world what each path's provider, by the path's number, does with its call number `nth`
 * @param lateMs how much later than due everything happens, as on a machine with more to do
 */
export function play(
  policy: Policy,
  { asked, streamed, held = [] }: Pick<DrillCase, "asked" | "streamed"> & { readonly held?: readonly number[] },
  world: (path: number, nth: number) => WorldEvent,
  lateMs = 0,
): Seen {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, (call, count) =>
    world(
      policy.paths.findIndex(({ name }) => name === call.path),
      count,
    ),
  );
  const deps = {
    clock: lateMs === 0 ? clock : new LateClock(clock, lateMs),
    transport,
    random: () => HALF,
    ids: () => "drill",
    prepared: prepare(policy),
  };
  const health = new Health(policy);
  for (const path of held) {
    const breaker = nth(health.paths, path).breaker;
    if (breaker !== null) hold(breaker, "open", true, clock.now());
  }
  const text = new ShownText();
  const ended: Seen[] = [];
  const viewer = streamed ? { viewer: { show: (chunk: unknown) => text.add(chunk) } } : {};
  run(deps, policy, health, asked.request, { context: asked.context, ...viewer }, (outcome, ending) => {
    ended.push({ outcome, ending, shown: text.text });
  });
  clock.run();
  return nth(ended, 0);
}

/** The text that chunks say, one after the other. */
export class ShownText {
  text = "";

  add(chunk: unknown): void {
    const { choices } = Object(chunk) as { readonly choices?: unknown };
    for (const choice of Array.isArray(choices) ? (choices as readonly unknown[]) : []) {
      const { delta } = Object(choice) as { readonly delta?: unknown };
      const { content } = Object(delta) as { readonly content?: unknown };
      if (typeof content === "string") this.text += content;
    }
  }
}

class LateClock implements Clock {
  readonly #clock: VirtualClock;
  readonly #lateMs: number;

  constructor(clock: VirtualClock, lateMs: number) {
    this.#clock = clock;
    this.#lateMs = lateMs;
  }

  now(): number {
    return this.#clock.now();
  }

  wallAt(now: number): number {
    return this.#clock.wallAt(now);
  }

  schedule(ms: number, fire: () => void): Timer {
    return this.#clock.schedule(ms + this.#lateMs, fire);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }
}
