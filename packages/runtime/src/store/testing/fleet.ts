/** Several processes that share one board, each with a clock of its own, in one test: time passes by hand. */
import type { Clock, Timer } from "../../clock.ts";
import type { Held } from "../../core/breaker.ts";
import { hold } from "../../core/breaker-control.ts";
import { Health, type Verdict } from "../../core/health.ts";
import { type PathHealth, pathHealth } from "../../core/path-health.ts";
import type { Policy } from "../../core/policy.ts";
import { breakerOf } from "../../core/testing/breaker-of.ts";
import { type Happening, listen } from "../../events.ts";
import { VirtualClock } from "../../virtual/index.ts";
import type { Board, Notes } from "../board.ts";
import { MemoryBoard } from "../memory.ts";
import { sharedStore } from "../sharing.ts";
import type { Membership } from "../store.ts";

/** How a board is reached. `hangs`: what is asked then is answered when it is reached again; `mute`: it hears and never answers. */
export type Reach = "well" | "fails" | "hangs" | "absent" | "mute";

/** The line of one process to the board that all share. */
class Line implements Board {
  reach: Reach = "well";
  readonly #board: Board;
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #hanging: (() => void)[] = [];

  constructor(board: Board, clock: Clock, latencyMs: number) {
    this.#board = board;
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  get absent(): boolean {
    return this.reach === "absent";
  }

  exchange(notes: Notes): Promise<unknown> {
    return this.#ask(() => this.#board.exchange(notes));
  }

  replace(space: string, path: string, expected: string | null, next: string): Promise<unknown> {
    return this.#ask(() => this.#board.replace(space, path, expected, next));
  }

  reaches(reach: Reach): void {
    this.reach = reach;
    if (reach !== "hangs") for (const go of this.#hanging.splice(0)) go();
  }

  async #ask(question: () => Promise<unknown>): Promise<unknown> {
    if (this.reach === "fails") throw new Error("refused");
    if (this.reach === "hangs") await new Promise<void>((resolve) => this.#hanging.push(resolve));
    await this.#later();
    const answer = await question();
    if (this.reach === "mute") throw new Error("cut");
    await this.#later();
    return answer;
  }

  #later(): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(this.#latencyMs, resolve));
  }
}

/** A process that was started at another time: its clock shows something else. */
function shifted(clock: Clock, byMs: number): Clock {
  return {
    now: () => clock.now() + byMs,
    wallAt: (now) => clock.wallAt(now - byMs),
    schedule: (ms, fire): Timer => clock.schedule(ms, fire),
    cancel: (timer) => clock.cancel(timer),
  };
}

export interface Process {
  readonly health: Health;
  readonly line: Line;
  readonly told: Happening[];
  readonly membership: Membership;
  now(): number;
  /** What is known of the path `primary`. */
  primary(): PathHealth;
  /** Has an operator hold its breaker. */
  hold(to: Held | null): void;
  /** One call on `primary`; the end is to be told. null: refused. */
  call(): { readonly probe: boolean; end(verdict: Verdict, latencyMs?: number): void } | null;
  /** Calls that begin and end at once. */
  calls(count: number, verdict: Verdict, latencyMs?: number): void;
}

export class Fleet {
  readonly clock = new VirtualClock();
  /** By so much the board's clock is wrong. */
  boardAheadMs = 0;
  readonly board: MemoryBoard;
  readonly processes: Process[] = [];
  readonly #policy: Policy;
  readonly #latencyMs: number;

  constructor(policy: Policy, count: number, latencyMs = 3) {
    this.#policy = policy;
    this.#latencyMs = latencyMs;
    this.board = new MemoryBoard(() => this.clock.wallAt(this.clock.now()) + this.boardAheadMs);
    for (let index = 0; index < count; index++) this.start();
  }

  start(): Process {
    const clock = shifted(this.clock, this.processes.length * 12_345.5);
    const health = new Health(this.#policy);
    const line = new Line(this.board, this.clock, this.#latencyMs);
    const told: Happening[] = [];
    listen(this.#policy, health, (happening) => told.push(happening));
    const member = { policy: this.#policy, health, clock, timers: this.clock, tell: (it: Happening) => told.push(it) };
    const membership = sharedStore(line).join(member);
    const call: Process["call"] = () => {
      const now = clock.now();
      const asked = { kind: "admit", path: 0, purpose: "start", inMs: 0, askSlo: true, askRetryBudget: false } as const;
      health.began(now);
      const answer = health.answer(asked, now);
      if (answer.kind !== "admitted") return null;
      const { permit, probe } = answer;
      return { probe, end: (verdict, latencyMs = 0) => health.settle(0, permit, verdict, latencyMs, clock.now()) };
    };
    const process: Process = {
      health,
      line,
      told,
      membership,
      now: () => clock.now(),
      hold: (to) => hold(breakerOf(health, 0), to, true, clock.now()),
      primary() {
        const [primary] = pathHealth(health, clock.now());
        if (primary === undefined) throw new Error("the policy has no path");
        return primary;
      },
      call,
      calls(count, verdict, latencyMs) {
        for (let made = 0; made < count; made++) call()?.end(verdict, latencyMs);
      },
    };
    this.processes.push(process);
    return process;
  }

  /** Lets time pass, in steps small enough for answers to be answered. */
  async pass(ms: number, each: () => void = () => {}, stepMs = 5): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(stepMs);
      await settled();
      each();
    }
  }

  states(): readonly (string | null)[] {
    return this.processes.map((process) => process.primary().breaker);
  }

  kinds(): readonly (readonly string[])[] {
    return this.processes.map(({ told }) => told.map((happening) => happening.kind));
  }

  reaches(reach: Reach): void {
    for (const { line } of this.processes) line.reaches(reach);
  }

  async close(): Promise<void> {
    let open = this.processes.length;
    for (const { membership } of this.processes) void membership.close().then(() => open--);
    for (let tries = 0; open > 0; tries++) {
      if (tries === 1000) throw new Error("a process does not leave the store");
      await this.pass(5);
    }
  }
}

/** Lets everything happen that waits for no time to pass. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
