/** An engine on a virtual clock, for tests: requests are started by hand and time is let pass by hand. */
import { Health } from "../core/health.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Policy } from "../core/policy.ts";
import type { Ending } from "../core/protocol.ts";
import { type EngineDeps, type Running, type RunOptions, run } from "../engine.ts";
import { ScriptedTransport, seededRandom, VirtualClock, type World, type WorldEvent } from "../virtual/index.ts";

export interface Started extends Running {
  /** Every end that was told: more than one is a fault. */
  readonly ends: readonly { readonly outcome: Outcome; readonly ending: Ending; readonly response: unknown }[];
  /** The one outcome. */
  outcome(): Outcome;
}

export interface TestWorld {
  readonly clock: VirtualClock;
  readonly transport: ScriptedTransport;
  readonly health: Health;
  readonly deps: EngineDeps;
  start(request?: unknown, options?: RunOptions): Started;
}

export const A_REQUEST = { messages: [{ role: "user", content: "hello" }] };

export const AN_ANSWER = {
  choices: [{ message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};

export const answers = (afterMs = 0): WorldEvent => ({ kind: "returns", status: 200, body: AN_ANSWER, afterMs });

export const refuses = (status: number, error: unknown = {}, afterMs = 0): WorldEvent => {
  return { kind: "returns", status, body: { error }, afterMs };
};

export function aWorld(
  policy: Policy,
  world: World | Readonly<Record<string, readonly WorldEvent[]>>,
  given: Partial<EngineDeps> = {},
): TestWorld {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, world);
  const health = new Health(policy);
  let count = 0;
  const ids = (): string => {
    count += 1;
    return `request-${count}`;
  };
  const deps: EngineDeps = { clock, transport, random: seededRandom(1), ids, ...given };
  return {
    clock,
    transport,
    health,
    deps,
    start(request = A_REQUEST, options = {}) {
      const ends: { outcome: Outcome; ending: Ending; response: unknown }[] = [];
      const running = run(deps, policy, health, request, options, (outcome, ending, response) => {
        ends.push({ outcome, ending, response });
      });
      return {
        id: running.id,
        ends,
        abort: () => running.abort(),
        pause: () => running.pause(),
        resume: () => running.resume(),
        outcome() {
          const [end, ...others] = ends;
          if (end === undefined || others.length > 0) throw new Error(`there were ${ends.length} outcomes`);
          return end.outcome;
        },
      };
    },
  };
}
