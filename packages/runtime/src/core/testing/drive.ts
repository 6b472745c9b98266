/**
 * A driver for tests: no I/O, a clock that jumps, and a world that is a function. Everything that the machine is given is
 * frozen to the bottom first, so that a machine that changed a state would throw.
 */
import { signalOf } from "../classify.ts";
import { recordedError } from "../errors.ts";
import { begin, next } from "../machine.ts";
import type { Outcome, Usage } from "../outcome.ts";
import type { Failure, Policy } from "../policy.ts";
import type { AttemptCommand, Command, Ending, Event, RequestFacts } from "../protocol.ts";
import type { State } from "../state.ts";
import { someFacts } from "./policy.ts";

export type Admit = Extract<Command, { kind: "admit" }>;

/** What the machine asks at the start of a request. */
export const ask = (more: Partial<Admit> = {}): Admit => ({
  kind: "admit",
  path: 0,
  purpose: "start",
  inMs: 0,
  askSlo: false,
  askRetryBudget: false,
  ...more,
});

/** What comes of an attempt after `ms`; longer than the attempt's limit, it is a time-out. */
export type Reply = { readonly ms: number; readonly usage?: Usage | null } & (
  | { readonly kind: "answer" }
  | {
      readonly kind: "failure";
      readonly failure: Partial<Failure>;
      readonly check?: string;
      /** By number; left out: the contract's classifier says. */
      readonly signal?: number;
      readonly waitMs?: number;
      readonly dice?: number;
    }
);

export interface World {
  readonly reply: (command: AttemptCommand, nth: number, now: number) => Reply;
  /** Left out: everything is let through. */
  readonly refuse?: (command: Admit, now: number) => "breaker" | "slo" | "retry_budget" | null;
  /** The caller aborts then, on the clock that begins at `beginsAt`. */
  readonly abortAt?: number;
  /** The first token is seen so long after an attempt began. */
  readonly tokenAfterMs?: number;
  /** How late the driver notices what happens. */
  readonly lateMs?: number;
  readonly beginsAt?: number;
}

export interface Play {
  readonly outcome: Outcome;
  readonly ending: Ending;
  readonly commands: readonly Command[];
  /** Of each attempt, on the clock. */
  readonly startedAt: readonly number[];
  readonly endedAt: number;
}

export const answer = (ms = 0, usage: Usage | null = null): Reply => ({ kind: "answer", ms, usage });
export const status = (code: number, more: Partial<Extract<Reply, { kind: "failure" }>> = {}): Reply => ({
  kind: "failure",
  ms: 0,
  failure: { status: code },
  ...more,
});
export const fault = (transport: NonNullable<Failure["transport"]>, sent: boolean, ms = 0): Reply => ({
  kind: "failure",
  ms,
  failure: { transport, sent },
});
/** Longer than any limit. */
export const silence: Reply = { kind: "answer", ms: Infinity };

/** The replies in their order; the last one again and again. */
export function inOrder(...replies: readonly Reply[]): World["reply"] {
  return (_command, nth) => replies[Math.min(nth, replies.length - 1)] ?? silence;
}

const MOST_STEPS = 1000;

export function drive(policy: Policy, world: World, facts: RequestFacts = someFacts()): Play {
  const { abortAt = Infinity, lateMs = 0, beginsAt = 0 } = world;
  const commands: Command[] = [];
  const startedAt: number[] = [];
  let now = beginsAt;
  let step = begin(frozen(policy), frozen(facts), now);
  let pending: { readonly at: number; readonly event: (at: number) => Event } | null = null;

  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const command = frozen(step);
    commands.push(command);
    if (command.kind === "finish") {
      return { outcome: command.outcome, ending: command.ending, commands, startedAt, endedAt: now };
    }
    if (command.kind === "attempt") {
      startedAt.push(now);
      pending = replyEvent(policy, command, world.reply(command, startedAt.length - 1, now), now);
      const tokenAt = now + (world.tokenAfterMs ?? Infinity);
      if (tokenAt < pending.at && tokenAt < abortAt) {
        now = tokenAt;
        step = advance(policy, step, { kind: "committed", at: now });
        continue;
      }
    }
    const due: { readonly at: number; readonly event: (at: number) => Event } =
      command.kind === "admit"
        ? { at: now, event: () => admission(world, command, now) }
        : command.kind === "wait"
          ? { at: now + command.ms, event: (at) => ({ kind: "woke", at }) }
          : (pending ?? { at: now, event: () => ({ kind: "woke", at: now }) });
    if (command.kind !== "admit" && due.at + lateMs > abortAt) {
      now = Math.max(now, abortAt);
      step = advance(policy, step, { kind: "aborted", at: now });
    } else {
      now = command.kind === "admit" ? now : due.at + lateMs;
      step = advance(policy, step, due.event(now));
    }
  }
  throw new Error(`no end after ${MOST_STEPS} steps`);
}

function admission(world: World, command: Admit, at: number): Event {
  const by = world.refuse?.(command, at) ?? null;
  return by === null
    ? { kind: "admitted", at, permit: command.inMs > 0 ? -1 : 0, probe: false }
    : { kind: "refused", at, by };
}

function replyEvent(policy: Policy, command: AttemptCommand, reply: Reply, now: number) {
  if (reply.ms >= command.timeoutMs) {
    const timeout: Reply = { kind: "failure", ms: 0, failure: { transport: "attempt_timeout", sent: true } };
    return { at: now + command.timeoutMs, event: (at: number) => ended(policy, command, timeout, at) };
  }
  return { at: now + reply.ms, event: (at: number) => ended(policy, command, reply, at) };
}

function ended(policy: Policy, command: AttemptCommand, reply: Reply, at: number): Event {
  const usage = reply.usage ?? null;
  if (reply.kind === "answer") return { kind: "answered", at, answer: { status: 200, usage, providerRequestId: null } };
  const facts: Failure = { transport: null, sent: true, status: 0, headers: {}, error: null, ...reply.failure };
  const contract = policy.contracts[policy.paths[command.path]?.contract ?? -1];
  if (contract === undefined) throw new Error("the path has no contract");
  return {
    kind: "failed",
    at,
    failure: {
      signal: reply.signal ?? signalOf(contract, facts, command.cutByDeadline),
      facts,
      recorded: recordedError(policy.record, facts.error),
      check: reply.check ?? null,
      usage,
      providerRequestId: null,
      serverWaitMs: reply.waitMs ?? null,
      dice: reply.dice ?? 0.5,
    },
  };
}

function advance(policy: Policy, state: State, event: Event): State {
  return next(policy, state, frozen(event));
}

/** The actions of all decisions, refused ones with their cause. */
export function told(outcome: Outcome): readonly string[] {
  return outcome.decisions.flatMap((decision) => [
    ...decision.refused.map(({ action, cause }) => `${action}: ${cause}`),
    decision.action,
  ]);
}

/** Frozen to the bottom. */
export function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
