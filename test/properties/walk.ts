/**
 * One request through the machine by random events, without a provider: every standing on the way is
 * handed out, so that it can be looked up in what was explored.
 */
import type { Policy } from "@fbp/runtime";
import {
  begin,
  type Event,
  type Failure,
  next,
  type Outcome,
  type RequestFacts,
  refusers,
  type State,
  type TransportFault,
  type Usage,
} from "@fbp/runtime/core";

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Dice = () => number;

export interface Visit {
  readonly state: State;
  /** When its command was given, milliseconds since the request began. */
  readonly atMs: number;
}

export interface Walk {
  readonly facts: RequestFacts;
  readonly visits: readonly Visit[];
  readonly outcome: Outcome;
}

const ERRORS: readonly unknown[] = [
  null,
  null,
  { message: "overloaded", code: "overloaded" },
  { message: "content policy", code: "content_filter" },
  { message: "quota", type: "insufficient_quota", code: "insufficient_quota" },
  { message: "too long", code: "context_length_exceeded" },
  { message: "no such model", code: "model_not_found" },
  { message: "Rate limit reached", type: "rate_limit_error" },
  { message: "the server had an error", type: "server_error" },
];
const STATUSES = [400, 401, 402, 403, 404, 408, 413, 418, 429, 500, 501, 502, 503, 504, 524, 529, 301, 200];
const FAULTS = ["connect", "dns", "tls", "reset", "headers_timeout", "body_timeout"] as const;

/** @param reports false: no provider says what a call has used */
export function walk(policy: Policy, facts: RequestFacts, dice: Dice, reports = true): Walk {
  const one = <T>(items: readonly T[]): T => items[Math.floor(dice() * items.length)] as T;
  const used = (path: number) => (reports ? usage(policy, path, facts, dice) : null);
  let step = begin(policy, facts, 0);
  let now = 0;
  const visits: Visit[] = [];
  for (;;) {
    const command = step;
    visits.push({ state: step, atMs: now });
    let event: Event;
    if (command.kind === "finish") return { facts, visits, outcome: command.outcome };
    if (command.kind === "admit") {
      const refusals = refusers(policy, command);
      const by = dice() < 0.3 && refusals.length > 0 ? one(refusals) : null;
      const permit = command.inMs > 0 ? -1 : 0;
      event = by === null ? { kind: "admitted", at: now, permit, probe: false } : { kind: "refused", at: now, by };
    } else if (command.kind === "wait") {
      now += command.ms;
      event = { kind: "woke", at: now };
    } else {
      const attempt = command;
      const share = one([0, 0.5, dice(), 0.999, 1]);
      const kind = dice();
      const isCutOff = share === 1 || (kind >= 0.3 && kind < 0.5);
      const cutOff = isCutOff ? noAnswer(policy, attempt, share, one(FAULTS), dice) : null;
      now += cutOff === null ? Math.floor(share * attempt.timeoutMs) : cutOff.afterMs;
      event =
        cutOff !== null
          ? failed(policy, attempt.path, cutOff.failure, now, used, dice)
          : kind < 0.3
            ? {
                kind: "answered",
                at: now,
                answer: { status: 200, usage: used(attempt.path), providerRequestId: null },
              }
            : failed(policy, attempt.path, { status: one(STATUSES), error: one(ERRORS) }, now, used, dice);
    }
    step = next(policy, step, event);
  }
}

/** Without a status line: a fault before the path's own limits, or the first of these, or that of the attempt. */
function noAnswer(
  policy: Policy,
  attempt: { readonly path: number; readonly timeoutMs: number },
  share: number,
  fault: (typeof FAULTS)[number],
  dice: Dice,
): { readonly afterMs: number; readonly failure: Partial<Failure> } {
  const plan = policy.paths[attempt.path];
  const isLimit = share === 1;
  const early = faultOf(fault);
  const sent = isLimit ? dice() < 0.7 : early.sent;
  const limits: readonly { readonly transport: TransportFault; readonly afterMs: number }[] = [
    { transport: "attempt_timeout", afterMs: attempt.timeoutMs },
    { transport: "headers_timeout", afterMs: plan?.headersMs ?? Infinity },
    { transport: "connect", afterMs: sent ? Infinity : (plan?.connectMs ?? Infinity) },
  ];
  const { transport, afterMs } = limits.reduce((first, limit) => (limit.afterMs < first.afterMs ? limit : first));
  return isLimit ? { afterMs, failure: { transport, sent } } : { afterMs: Math.floor(share * afterMs), failure: early };
}

function faultOf(transport: (typeof FAULTS)[number]): { readonly transport: TransportFault; readonly sent: boolean } {
  return { transport, sent: !["connect", "dns", "tls"].includes(transport) };
}

function failed(
  policy: Policy,
  path: number,
  partial: Partial<Failure>,
  at: number,
  used: (path: number) => Usage | null,
  dice: Dice,
): Event {
  const contract = policy.contracts[policy.paths[path]?.contract ?? -1];
  if (contract === undefined) throw new Error("a path without a contract");
  const isAnswered = (partial.status ?? 0) > 0;
  const asksWait = contract.retryHints.length > 0 && (partial.status ?? 0) >= 300 && dice() < 0.3;
  // A wait is read from a header; not every header can be read.
  const headers: Failure["headers"] =
    isAnswered && (asksWait || dice() < 0.1) ? { "retry-after": asksWait ? "1" : "soon" } : {};
  const failure: Failure = { transport: null, sent: true, status: 0, error: null, ...partial, headers };
  // A 2xx without an error is an answer that `accept` does not take.
  const isAnswer = failure.status === 200 && failure.error === null;
  const signal = isAnswer
    ? policy.signals.findIndex(({ name }) => name === "unusable_output")
    : contract.classify(failure);
  return {
    kind: "failed",
    at,
    failure: {
      signal,
      facts: failure,
      recorded: null,
      check: isAnswer ? "standard" : null,
      usage: failure.status > 0 ? used(path) : null,
      providerRequestId: null,
      serverWaitMs: asksWait ? Math.floor(dice() * 20_000) : null,
      dice: dice(),
    },
  };
}

/** No more than was reserved for the call, as the proof assumes. */
function usage(policy: Policy, path: number, facts: RequestFacts, dice: Dice): Usage | null {
  if (dice() < 0.5) return null;
  const most = policy.paths[path]?.maxOutput ?? 1000;
  return {
    input: Math.floor(dice() * (facts.promptTokens + 1)),
    output: Math.floor(dice() * (Math.min(facts.outputLimit ?? most, most) + 1)),
  };
}
