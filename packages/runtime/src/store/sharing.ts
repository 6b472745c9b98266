/** Keeps one client's health and a board in step. Nothing that decides about a request ever waits for it. */
import type { Clock, Timer } from "../clock.ts";
import { judgeAgain } from "../core/breaker-control.ts";
import type { BreakerPlan } from "../core/policy.ts";
import { BUCKETS, type Counting } from "../core/window.ts";
import { milliseconds } from "../milliseconds.ts";
import { type Board, type CountsShape, type Notes, type Reading, readingOf } from "./board.ts";
import { SharedBreaker } from "./breaker.ts";
import { CountsShare, shapeOf } from "./counts.ts";
import { ProbedTogether } from "./probed-together.ts";
import { recordOf, recordText } from "./record-text.ts";
import { SharedWindow } from "./shared-window.ts";
import type { Member, Membership, Store } from "./store.ts";
import { backgroundTimers } from "./timers.ts";

export interface SharingOptions {
  /** How often the board is asked while there is something to tell or to hear; left out: 100 ms. */
  readonly flushMs?: number;
  /** How often it is asked while nothing happens, and how often one that is lost is tried; left out: 500 ms. */
  readonly idleMs?: number;
  /** A board that has not answered for so long is lost; left out: 500 ms. */
  readonly timeoutMs?: number;
}

/** Is asked to be connected anew when an answer has not come for so long. */
const HANGS_MS = 3000;

const CONNECTING_MS = 1000;

/** A timer that rings so late rings in a process that was busy. */
const LAG_MS = 50;

/** What was counted while the board was away for longer is not told afterwards: it would be taken for new. */
const STALE_MS = 10_000;

/** After a conflict with another process. */
const SOON_MS = 15;

/** @throws UsageError when an option is no number of milliseconds */
export function sharedStore(board: Board, given: SharingOptions = {}): Store {
  const options = {
    flushMs: milliseconds("flushMs", given.flushMs, 100),
    idleMs: milliseconds("idleMs", given.idleMs, 500),
    timeoutMs: milliseconds("timeoutMs", given.timeoutMs, 500),
  };
  let members = 0;
  return {
    join(member) {
      members += 1;
      return new Sharing(member, board, options, () => {
        members -= 1;
        if (members === 0) board.close?.();
      });
    },
  };
}

interface SharedPath {
  readonly name: string;
  readonly shared: SharedBreaker;
}

/** A window that is counted together; `of` is the breaker whose changes empty it. */
interface Counted {
  readonly share: CountsShare;
  readonly of: SharedBreaker | null;
}

class Sharing implements Membership {
  readonly #member: Member;
  readonly #board: Board;
  readonly #options: Required<SharingOptions>;
  readonly #left: () => void;
  readonly #timers: Pick<Clock, "schedule" | "cancel">;
  readonly #space: string;
  readonly #writer = crypto.randomUUID().slice(0, 18);
  readonly #paths: SharedPath[] = [];
  readonly #windows: Counted[] = [];
  /** What has this process go by itself again. */
  readonly #undo: (() => void)[] = [];
  #leases = 0;
  #batch = 0;
  /** The last batch is not known to have arrived. */
  #unsure = false;
  #timer: Timer | null = null;
  #asking: Promise<void> | null = null;
  #askAgain = false;
  readonly #startedAt: number;
  /** It has answered once. */
  #met = false;
  /** null: it is there; since when it is not. */
  #lostAt: number | null = null;
  /** When the answer was asked for that has not come yet; null: none is awaited. */
  #hangingSince: number | null = null;
  #closed: Promise<void> | null = null;

  constructor(member: Member, board: Board, options: Required<SharingOptions>, left: () => void) {
    this.#member = member;
    this.#board = board;
    this.#options = options;
    this.#left = left;
    this.#timers = member.timers ?? backgroundTimers();
    this.#space = `${member.policy.name}:${member.policy.digest.slice(0, 32)}`;
    this.#startedAt = member.clock.now();
    this.#share();
    this.#next(0);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  // ------------------------------------------------------------ what is shared

  #share(): void {
    const { policy, health } = this.#member;
    const budgetWindow = (id: string, slots: number): CountsShape => ({ id, width: 500, byCalls: false, slots });
    health.paths.forEach((watched, index) => {
      const { name, breaker, slo, retryBudget } = watched;
      const plan = policy.paths[index];
      if (plan === undefined) return;
      if (breaker !== null && plan.breaker !== null) {
        const together = new ProbedTogether(plan.breaker);
        const shared = new SharedBreaker(together, plan.breaker, this.#leaseId, this.#kick);
        together.share = shared;
        const told = breaker.listener;
        together.listener = (change, here, now) => {
          together.share?.changed(change, here);
          told(change, here, now);
        };
        watched.breaker = together;
        this.#undo.push(() => {
          together.share = null;
        });
        this.#paths.push({ name, shared });
        if (asksForShares(plan.breaker))
          this.#count(together, "window", shapeOf(`${name}/breaker`, plan.breaker.window), shared);
      }
      if (slo !== null && plan.slo !== null) this.#count(slo, "window", shapeOf(`${name}/slo`, plan.slo.window), null);
      if (retryBudget !== null) this.#count(retryBudget, "repeats", budgetWindow(`${name}/repeats`, BUCKETS + 1), null);
    });
    if (health.retryBudget !== null)
      this.#count(health.retryBudget, "repeats", budgetWindow("/repeats", BUCKETS + 1), null);
    if (health.retryBudget !== null || health.paths.some((path) => path.retryBudget !== null)) {
      this.#count(health, "requests", budgetWindow("/requests", BUCKETS), null);
    }
  }

  #count<Name extends string>(
    holder: Record<Name, Counting>,
    name: Name,
    shape: CountsShape,
    of: SharedBreaker | null,
  ): void {
    const share = new CountsShare(shape);
    const own = holder[name];
    holder[name] = new SharedWindow(own, share);
    this.#undo.push(() => {
      holder[name] = own;
    });
    this.#windows.push({ share, of });
  }

  readonly #leaseId = (): string => {
    this.#leases += 1;
    return `${this.#writer}.${this.#leases}`;
  };

  // ------------------------------------------------------------ when the board is asked

  /** Something was found that the others should hear of at once. */
  readonly #kick = (): void => {
    if (this.#asking !== null) this.#askAgain = true;
    else if (this.#lostAt === null) this.#next(0);
  };

  #next(ms: number): void {
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    this.#timer = null;
    if (this.#closed !== null) return;
    this.#timer = this.#timers.schedule(ms, () => {
      this.#timer = null;
      this.#asking = this.#round().finally(() => {
        this.#asking = null;
        this.#next(this.#pause());
      });
    });
  }

  #pause(): number {
    const { flushMs, idleMs } = this.#options;
    const again = this.#askAgain;
    this.#askAgain = false;
    if (this.#lostAt !== null) return idleMs;
    if (this.#isConnecting) return flushMs;
    if (again) return SOON_MS * Math.random();
    const now = this.#member.clock.now();
    const busy =
      this.#windows.some(({ share }) => share.isFresh) || this.#paths.some(({ shared }) => shared.isRestless(now));
    return busy ? flushMs : idleMs;
  }

  /** A connection that was begun just now is not there yet, which is nothing to tell. */
  get #isConnecting(): boolean {
    return !this.#met && this.#member.clock.now() - this.#startedAt < CONNECTING_MS;
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    this.#timer = null;
    await this.#asking;
    for (const { shared } of this.#paths) shared.leaves();
    if (this.#lostAt === null) await this.#round();
    for (const undo of this.#undo) undo();
    try {
      this.#left();
    } catch {
      // What a connection says when it is closed is of no use to anyone.
    }
  }

  // ------------------------------------------------------------ asking it

  /** Never rejects. */
  async #round(): Promise<void> {
    const { clock } = this.#member;
    if (this.#board.absent === true) {
      if (!this.#isConnecting) this.#lose("the store is not connected");
      return;
    }
    if (this.#hangingSince !== null && clock.now() - this.#hangingSince < HANGS_MS) return;
    const askedAt = clock.now();
    if (this.#lostAt !== null && askedAt - this.#lostAt > STALE_MS)
      for (const { share } of this.#windows) share.forget();
    const notes = this.#notes();
    try {
      if (this.#hangingSince !== null) {
        this.#hangingSince = null;
        this.#board.hangs?.();
      }
      const reading = readingOf(await this.#inTime(this.#board.exchange(notes)), notes);
      if (reading === null) return this.#lose("the store has answered something else than what was asked for");
      this.#unsure = false;
      this.#met = true;
      this.#return();
      this.#windows.forEach(({ share, of }, index) => {
        const tag = notes.counts[index]?.tag;
        const counted = reading.counts[index];
        if (counted !== undefined && (of === null || of.epoch === tag)) share.told(counted);
      });
      await this.#agree(reading, askedAt);
    } catch (error) {
      this.#lose(error instanceof Error ? `the store failed: ${error.message}` : "the store failed");
    }
  }

  #notes(): Notes {
    const again = this.#unsure;
    if (!again) this.#batch += 1;
    this.#unsure = true;
    return {
      space: this.#space,
      writer: this.#writer,
      batch: this.#batch,
      counts: this.#windows.map(({ share, of }) => share.note(of?.epoch ?? 0, again)),
      paths: this.#paths.map(({ name }) => name),
    };
  }

  async #agree(reading: Reading, askedAt: number): Promise<void> {
    const { clock, health } = this.#member;
    for (const [index, { name, shared }] of this.#paths.entries()) {
      const text = reading.records[index] ?? null;
      const read = recordOf(text);
      const draft = shared.draft(read, reading.now, clock.now());
      const mine = draft.record !== read;
      if (mine) {
        const replaced = await this.#inTime(this.#board.replace(this.#space, name, text, recordText(draft.record)));
        if (replaced !== true) {
          this.#askAgain = true;
          continue;
        }
      }
      shared.agreed(draft, mine, reading.now, askedAt, clock.now());
    }
    for (const { breaker } of health.paths) if (breaker !== null) judgeAgain(breaker, clock.now());
  }

  /** @throws Error when there is no answer in time; it may come later all the same */
  #inTime(answer: Promise<unknown>): Promise<unknown> {
    const { timeoutMs } = this.#options;
    const { clock } = this.#member;
    const since = clock.now();
    return new Promise((resolve, reject) => {
      let late = false;
      const isOver = (): void => {
        late = true;
        this.#hangingSince = since;
        reject(new Error(`no answer within ${timeoutMs}ms`));
      };
      let limit = this.#timers.schedule(timeoutMs, () => {
        // A process that was busy itself has not looked at what came meanwhile.
        if (clock.now() - since > timeoutMs + LAG_MS) limit = this.#timers.schedule(LAG_MS, isOver);
        else isOver();
      });
      const came = (): void => {
        if (!late) this.#timers.cancel(limit);
        else if (this.#hangingSince === since) {
          this.#hangingSince = null;
          if (this.#asking === null) this.#next(0);
        }
      };
      answer.then(
        (value) => {
          came();
          resolve(value);
        },
        (error: unknown) => {
          came();
          reject(error);
        },
      );
    });
  }

  #lose(why: string): void {
    if (this.#lostAt !== null) return;
    const { clock, tell } = this.#member;
    const now = clock.now();
    this.#lostAt = now;
    for (const { share } of this.#windows) share.lost();
    for (const { shared } of this.#paths) shared.lost();
    tell({ kind: "sharing_lost", why: plain(why) }, now);
  }

  #return(): void {
    if (this.#lostAt === null) return;
    const { clock, tell } = this.#member;
    const now = clock.now();
    const lostForMs = Math.round(now - this.#lostAt);
    this.#lostAt = null;
    tell({ kind: "sharing_back", lostForMs }, now);
  }
}

/** Failures in a row are this process's alone: over processes there is no row. */
function asksForShares({ failedShare, slowShare }: BreakerPlan): boolean {
  return failedShare !== null || slowShare !== null;
}

/** What a driver says may be long, and hold what no terminal should be told. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, 200);
}
