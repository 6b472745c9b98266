/** A soak on a virtual clock: the same bad days, as many hours of them as one likes, in seconds. */
import { Health } from "@fbp/runtime/core";
import { type Running, run } from "@fbp/runtime/engine";
import { ScriptedTransport, seededRandom, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { type Behaviour, scriptOf, wholeAnswer } from "../../packages/cli/src/provider/index.ts";
import { behaviourOf } from "./mix.ts";
import { soakPolicy } from "./policy.ts";

export interface VirtualOptions {
  readonly hours: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seed: number;
  /** Called so often, evenly over the time. */
  readonly samples: number;
  readonly sampled: (held: Held) => void;
}

export interface Held {
  readonly started: number;
  readonly open: number;
  readonly timers: number;
  readonly calls: number;
}

export interface VirtualReport {
  readonly started: number;
  readonly attempts: number;
  /** How many requests had so many outcomes; all must have had one. */
  readonly outcomes: ReadonlyMap<number, number>;
  readonly results: Readonly<Record<string, number>>;
  /** That were given to any outcome. */
  readonly reasons: ReadonlySet<string>;
  readonly mostOpen: number;
  /** Calls under way and timers when the clock had come to rest. */
  readonly left: { readonly calls: number; readonly timers: number };
}

const REQUEST = { messages: [{ role: "user", content: "What is six times seven?" }] };

/** The same behaviour without a socket. */
function eventOf(behaviour: Behaviour, model: string, streams: boolean): WorldEvent {
  switch (behaviour.kind) {
    case "reset":
      return { kind: "fails", fault: "reset" };
    case "never":
      return { kind: "hangs" };
    case "whole": {
      const { status = 200, body, headers, afterMs = 0 } = behaviour;
      return { kind: "returns", status, body, headers: { "content-type": "application/json", ...headers }, afterMs };
    }
    case "pieces": {
      const { status = 200, pieces, end } = behaviour;
      const written = pieces.map(({ text, afterMs = 0 }) => ({ afterMs, data: text }));
      const ends = end === "end" ? {} : { ends: end === "silence" ? ("silence" as const) : ("reset" as const) };
      return { kind: "streams", status, pieces: written, ...ends };
    }
    case "streamed": {
      if (!streams) return { kind: "returns", status: 200, body: wholeAnswer(behaviour, model, "c-1"), afterMs: 500 };
      const { writes, end } = scriptOf(behaviour, model, "c-1");
      const pieces = writes.map(({ afterMs, bytes }) => ({ afterMs, data: bytes }));
      if (end === "end") return { kind: "streams", pieces };
      return { kind: "streams", pieces, ends: end === "silence" ? "silence" : "reset" };
    }
  }
}

export function soakVirtually({ hours, rate, seed, samples, sampled }: VirtualOptions): VirtualReport {
  const policy = soakPolicy();
  const clock = new VirtualClock();
  const health = new Health(policy);
  const dice = seededRandom(seed);
  /** What does not depend on the call is made once, so that the time goes into the engine. */
  const made = new Map<Behaviour, WorldEvent>();
  const transport = new ScriptedTransport(clock, ({ model, body }) => {
    const streams = String(body).includes('"stream":true');
    const behaviour = behaviourOf(model, dice(), clock.now());
    if (!streams) return eventOf(behaviour, model, streams);
    const known = made.get(behaviour) ?? eventOf(behaviour, model, streams);
    made.set(behaviour, known);
    return known;
  });
  let ids = 0;
  const deps = { clock, transport, random: dice, ids: () => `request-${ids++}` };
  const results: Record<string, number> = {};
  const outcomes = new Map<number, number>();
  const reasons = new Set<string>();
  let started = 0;
  let open = 0;
  let mostOpen = 0;
  let attempts = 0;

  const begin = (nth: number): void => {
    let told = 0;
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    const viewer = { show: () => {} };
    const running: Running = run(deps, policy, health, REQUEST, nth % 5 === 0 ? {} : { viewer }, (outcome) => {
      told += 1;
      if (told > 1) outcomes.set(told, (outcomes.get(told) ?? 0) + 1);
      else {
        outcomes.set(1, (outcomes.get(1) ?? 0) + 1);
        open -= 1;
        attempts += outcome.attempts.length;
        reasons.add(outcome.reason ?? "none");
        results[outcome.result] = (results[outcome.result] ?? 0) + 1;
      }
    });
    if (nth % 10 === 1) clock.schedule((nth * 7919) % 1500, () => running.abort());
    if (nth % 10 === 2) {
      clock.schedule(300, () => running.pause());
      clock.schedule(1300, () => running.resume());
    }
  };

  const total = Math.round(hours * 3600 * rate);
  const every = Math.max(1, Math.floor(total / samples));
  const next = (): void => {
    begin(started);
    started += 1;
    if (started % every === 0) {
      sampled({ started, open, timers: clock.scheduled, calls: transport.active });
      // The transport remembers each call; that is the test's, not the runtime's.
      transport.calls.length = 0;
    }
    if (started < total) clock.schedule((started / rate) * 1000 - clock.now(), next);
  };
  next();
  clock.run();
  return {
    started,
    attempts,
    outcomes,
    results,
    reasons,
    mostOpen,
    left: { calls: transport.active, timers: clock.scheduled },
  };
}
