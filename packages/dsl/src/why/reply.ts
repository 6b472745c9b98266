/** What a provider's reply is to a policy: read by the runtime's own engine, on a path that stands alone. */
import {
  type AttemptRecord,
  type FailedAttempt,
  type Failure,
  Health,
  nth,
  type Policy,
  serverWaitMs,
  type TransportFault,
} from "@fbp/runtime/core";
import { prepare, run } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";

export type Reply =
  /** Header names in lower case; the body as it came. */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "fault"; readonly fault: TransportFault }
  /** A signal by its number, whatever brought it up. */
  | { readonly kind: "signal"; readonly signal: number };

/** A request, and what its caller says of it. */
export interface Asked {
  readonly request: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface Reading {
  /** null: a usable answer. */
  readonly failure: FailedAttempt | null;
  /** What the outcome says of the attempt; null where the signal alone was given. */
  readonly record: AttemptRecord | null;
  /** The error object that was found; null where there is none, or nobody asked. */
  readonly error: unknown;
}

/** Half of what the jitter allows, as in scenarios. */
const HALF = 0.5;

/**
 * @param path number of the path that is answered so
 * @param wallNow milliseconds since 1970, for waits that are asked for as a date; a `date` header goes first
 * @throws UsageError where the request or the context are of no use
 */
export function readReply(policy: Policy, path: number, reply: Reply, asked: Asked, wallNow: number): Reading {
  if (reply.kind === "signal")
    return { failure: failureOf(reply.signal, UNSEEN, null, null), record: null, error: null };
  const seen: { failure: Failure | null } = { failure: null };
  const alone = standingAlone(policy, path, (failure) => {
    seen.failure = failure;
  });
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, () => eventOf(reply));
  const deps = { clock, transport, random: () => HALF, ids: () => "explained", prepared: prepare(alone) };
  const ended: { record: AttemptRecord | null } = { record: null };
  run(deps, alone, new Health(alone), asked.request, { context: asked.context }, ({ attempts }) => {
    ended.record = attempts[0] ?? null;
  });
  clock.run();
  const { record } = ended;
  if (record === null) throw new Error("the engine made no attempt");
  if (record.signal === null) return { failure: null, record, error: null };
  const signal = policy.signals.findIndex(({ name }) => name === record.signal);
  const facts = seen.failure ?? factsOf(reply, record);
  const { retryHints } = nth(policy.contracts, nth(policy.paths, path).contract);
  const sentAt = Date.parse(facts.headers.date ?? "");
  const waitMs =
    seen.failure === null ? null : serverWaitMs(retryHints, facts.headers, Number.isNaN(sentAt) ? wallNow : sentAt);
  return { failure: failureOf(signal, facts, record.check, waitMs), record, error: facts.error ?? null };
}

const UNSEEN: Failure = { transport: null, sent: true, status: 0, headers: {}, error: null };

function failureOf(signal: number, facts: Failure, check: string | null, waitMs: number | null): FailedAttempt {
  return {
    signal,
    facts,
    recorded: null,
    check,
    usage: null,
    providerRequestId: null,
    serverWaitMs: waitMs,
    dice: HALF,
  };
}

function factsOf(reply: Reply, { transport, sent, status }: AttemptRecord): Failure {
  const headers = reply.kind === "answered" ? reply.headers : {};
  return { transport, sent, status: status ?? 0, headers, error: null };
}

/** The policy with one attempt on this path and nothing that could refuse it. */
function standingAlone(policy: Policy, path: number, tell: (failure: Failure) => void): Policy {
  const { mostMs } = nth(policy.paths, path);
  return {
    ...policy,
    start: path,
    retryBudget: null,
    budget: {
      ...policy.budget,
      deadlineMs: 2 * mostMs,
      attempts: 1,
      retries: 0,
      fallbacks: 0,
      tokens: null,
      costNanos: null,
    },
    contracts: policy.contracts.map((contract) => ({
      ...contract,
      classify: (failure) => {
        tell(failure);
        return contract.classify(failure);
      },
    })),
    paths: policy.paths.map((plan) => ({ ...plan, breaker: null, slo: null, retryBudget: null, decide: () => -1 })),
  };
}

function eventOf(reply: Exclude<Reply, { readonly kind: "signal" }>): WorldEvent {
  if (reply.kind === "answered") {
    const { status, headers, body } = reply;
    return { kind: "returns", status, headers, body };
  }
  return reply.fault === "attempt_timeout" ? { kind: "hangs" } : { kind: "fails", fault: reply.fault };
}
