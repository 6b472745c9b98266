/** Breakers, SLOs and retry budgets that remember every call and count them anew each time. */
import type { tree } from "@fbp/dsl";

export type Verdict = "success" | "failure" | "neutral";

interface Call {
  readonly at: number;
  readonly latencyMs: number;
  readonly failed: boolean;
}

/** The calls that a window of this size sees at `now`. */
function seen(calls: readonly Call[], size: tree.Quantity, now: number): readonly Call[] {
  if (size.unit.kind !== "duration") return calls.slice(-size.value);
  return calls.filter((call) => inTimeWindow(call.at, size.value, now));
}

/** A window of time moves in twentieths of its size; the current twentieth is the last of them. */
function inTimeWindow(at: number, ms: number, now: number, twentieths = 20): boolean {
  const width = ms / 20;
  return Math.floor(at / width) > Math.floor(now / width) - twentieths;
}

export class NaiveBreaker {
  state: "closed" | "open" | "half_open" = "closed";
  epoch = 0;
  #calls: Call[] = [];
  #failuresInARow = 0;
  #openUntil = 0;
  #openings = 0;
  #succeeded = 0;
  readonly #plan: readonly tree.BreakerSetting[];

  constructor(plan: readonly tree.BreakerSetting[]) {
    this.#plan = plan;
  }

  #setting<K extends tree.BreakerSetting["kind"]>(kind: K): Extract<tree.BreakerSetting, { kind: K }> | undefined {
    return this.#plan.find((setting): setting is Extract<tree.BreakerSetting, { kind: K }> => setting.kind === kind);
  }

  /** Sequential requests only: at most one call is under way. */
  admits(at: number): boolean {
    return this.state !== "open" || at >= this.#openUntil;
  }

  start(at: number): number {
    if (this.state === "open" && at >= this.#openUntil) {
      this.state = "half_open";
      this.epoch += 1;
      this.#succeeded = 0;
    }
    return this.epoch;
  }

  settle(epoch: number, verdict: Verdict, latencyMs: number, now: number): void {
    if (epoch !== this.epoch || verdict === "neutral") return;
    if (this.state === "half_open") {
      if (verdict === "success") this.#succeeded += 1;
      if (verdict === "failure") this.#open(now);
      else if (this.#succeeded >= (this.#setting("half_open")?.probes.value ?? 1)) this.#close();
      return;
    }
    this.#calls.push({ at: now, latencyMs, failed: verdict === "failure" });
    this.#failuresInARow = verdict === "failure" ? this.#failuresInARow + 1 : 0;
    if (this.#tripped(now)) this.#open(now);
  }

  #tripped(now: number): boolean {
    const window = this.#setting("window");
    const triggers = this.#setting("opens")?.at ?? [];
    const calls = window === undefined ? [] : seen(this.#calls, window.size, now);
    const enough = calls.length >= (window?.minimum?.value ?? 1);
    return triggers.some((trigger) => {
      if (trigger.kind === "consecutive") return this.#failuresInARow >= trigger.calls.value;
      if (!enough) return false;
      const bad = calls.filter((call) =>
        trigger.kind === "failed" ? call.failed : call.latencyMs > trigger.than.value,
      );
      // Shares such as 0.34 have no exact form; millionths do.
      return bad.length * 1e6 >= Math.round(trigger.share.value * 1e6) * calls.length;
    });
  }

  #open(now: number): void {
    const open = this.#setting("open");
    const first = open?.for.value ?? 0;
    const most = open?.most?.value ?? first;
    this.#openUntil = now + Math.min(most, first * 2 ** this.#openings);
    this.#openings += 1;
    this.state = "open";
    this.epoch += 1;
  }

  #close(): void {
    this.state = "closed";
    this.epoch += 1;
    this.#openings = 0;
    this.#calls = [];
    this.#failuresInARow = 0;
  }
}

export class NaiveSlo {
  #calls: Call[] = [];
  #asked = 0;
  readonly #objective: tree.SloObjective;

  constructor(objective: tree.SloObjective) {
    this.#objective = objective;
  }

  settle(verdict: Verdict, latencyMs: number, now: number): void {
    if (verdict !== "neutral") this.#calls.push({ at: now, latencyMs, failed: false });
  }

  /** While it is breached, the last of every twenty requests that ask is let through. */
  refuses(now: number): boolean {
    this.#asked = this.breached(now) ? this.#asked + 1 : 0;
    return this.#asked % 20 !== 0;
  }

  breached(now: number): boolean {
    const { below, window, minimum, percentile } = this.#objective;
    const calls = seen(this.#calls, window, now);
    if (calls.length === 0 || calls.length < (minimum?.value ?? 1)) return false;
    const sorted = calls.map((call) => call.latencyMs).sort((a, b) => a - b);
    const rank = Math.ceil((percentile / 100) * sorted.length);
    return (sorted[rank - 1] ?? 0) >= below.value;
  }
}

export class NaiveRetryBudget {
  #requests: number[] = [];
  #repeats: number[] = [];
  readonly #share: number;
  readonly #perSecond: number;

  constructor(item: tree.RetryBudgetItem) {
    this.#share = item.share.value;
    this.#perSecond = item.perSecond?.value ?? 0;
  }

  began(now: number): void {
    this.#requests.push(now);
  }

  allows(now: number): boolean {
    const lately = (times: readonly number[], twentieths: number) =>
      times.filter((at) => inTimeWindow(at, 10_000, now, twentieths)).length;
    const most = Math.round(this.#share * 1e6) * lately(this.#requests, 20) + this.#perSecond * 1e7;
    // One twentieth more of repeats, so that the limit holds for every ten seconds, wherever they begin.
    return (lately(this.#repeats, 21) + 1) * 1e6 <= most;
  }

  take(now: number): void {
    this.#repeats.push(now);
  }
}
