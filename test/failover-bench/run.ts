/** Plays scenarios: a provider and a system of its own for each, all of them at the same time. */
import { HEALTHY, Provider } from "../../packages/cli/src/provider/index.ts";
import type { Profile } from "./profile.ts";
import { BACKUP, type Heard, PRIMARY, type Scenario, type Seen, type System } from "./scenario.ts";
import { type Judged, judge } from "./verdict.ts";

/** Makes a system that calls the provider at `url`. */
export type MakeSystem = (url: string, profile: Profile) => System;

/** A limit is shortened with everything else, but a busy machine gets a little to itself. */
const GRACE_MS = 500;

export async function playAll(
  scenarios: readonly Scenario[],
  profile: Profile,
  make: MakeSystem,
  told: (judged: Judged) => void = () => {},
): Promise<readonly Judged[]> {
  // Nothing is measured before everything stands.
  const ready = await Promise.all(scenarios.map((scenario) => prepare(scenario, profile, make)));
  return Promise.all(
    ready.map(async ({ scenario, system, play }) => {
      const judged = judge(scenario, await play(), profile, system.hasFallback);
      told(judged);
      return judged;
    }),
  );
}

interface Ready {
  readonly scenario: Scenario;
  readonly system: System;
  play(): Promise<Seen>;
}

async function prepare(scenario: Scenario, profile: Profile, make: MakeSystem): Promise<Ready> {
  const { factor } = profile;
  let isOver = false;
  let beganMs = 0;
  const provider = await Provider.start({
    choose(call) {
      if (isOver) return HEALTHY;
      if (call.model !== PRIMARY) return scenario.backup?.(call) ?? { ...HEALTHY, intervalMs: profile.tokenIntervalMs };
      return scenario.primary(call, (performance.now() - beganMs) / factor, profile);
    },
  });
  const system = make(provider.url, profile);

  const play = async (): Promise<Seen> => {
    beganMs = performance.now();
    const { count, everyMs, maxMs } = scenario.requests ?? { count: 1, everyMs: 0, maxMs: scenario.maxMs };
    const asked: Promise<Heard>[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      if (nth > 0) await pause(beganMs + nth * everyMs * factor - performance.now());
      asked.push(ask(system, beganMs, maxMs * factor));
    }
    const heard = await Promise.all(asked);
    const primary = provider.callsOf(PRIMARY);
    const backup = provider.callsOf(BACKUP);
    isOver = true;
    const after = scenario.callsAfter === true ? await ask(system, beganMs, maxMs * factor) : null;
    return { heard, primary, backup, after };
  };

  return {
    scenario,
    system,
    play: () =>
      play().finally(async () => {
        await system.close();
        await provider.close();
      }),
  };
}

async function ask(system: System, beganMs: number, maxMs: number): Promise<Heard> {
  const late = new AbortController();
  const startMs = performance.now();
  const timer = setTimeout(() => late.abort(), maxMs);
  // Who does not even end when it is given up has hung all the same.
  let grace: NodeJS.Timeout | undefined;
  const hung = new Promise<Omit<Heard, "startMs" | "elapsedMs">>((resolve) => {
    late.signal.addEventListener("abort", () => {
      grace = setTimeout(resolve, GRACE_MS, { kind: "hang", text: "", model: null, usage: false, code: null });
    });
  });
  const heard = await Promise.race([system.ask(late.signal), hung]);
  clearTimeout(timer);
  clearTimeout(grace);
  const kind = late.signal.aborted ? "hang" : heard.kind;
  return { ...heard, kind, startMs: startMs - beganMs, elapsedMs: performance.now() - startMs };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
