/** What holds for every policy, also one that no compiler would pass, and for every world. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttemptRecord } from "./outcome.ts";
import type { Policy, TransportFault } from "./policy.ts";
import { forbidsSecondCall } from "./signals.ts";
import { refusers } from "./state.ts";
import { drive, type Play, type Reply, type World } from "./testing/drive.ts";
import {
  type ActionSpec,
  aContract,
  anSlo,
  aPolicy,
  defer,
  fail,
  failWithPartial,
  fallback,
  proceed,
  type RuleSpec,
  respond,
  retry,
  rule,
  someFacts,
} from "./testing/policy.ts";

const NAMES = ["a", "b", "c"];

const action: fc.Arbitrary<ActionSpec> = fc.oneof(
  fc.tuple(fc.nat(3000), fc.nat(3000)).map(([from, more]) => retry(from, from + more)),
  fc.constantFrom(...NAMES).map(fallback),
  fc.constantFrom(proceed, fail, failWithPartial, respond("r"), defer("d")),
);
const ruleSpec: fc.Arbitrary<RuleSpec> = fc
  .tuple(fc.nat(4), fc.array(action, { maxLength: 4 }))
  .map(([reason, actions]) => rule(`reason_${reason}`, ...actions));
/** Repeats come first more often than by chance, so that requests go on. */
const eager: fc.Arbitrary<RuleSpec> = fc
  .tuple(fc.constantFrom(...NAMES), fc.array(action, { maxLength: 2 }))
  .map(([to, rest]) => rule("eager", retry(0, 500), fallback(to), ...rest));

const price = fc.option(
  fc.record({ inputNanosPerToken: fc.nat(50), outputNanosPerToken: fc.nat(50), currency: fc.constant("USD") }),
);
const pathSpec = fc.record({
  leastMs: fc.nat(3000),
  mostMs: fc.integer({ min: 1, max: 6000 }),
  maxOutput: fc.option(fc.nat(500)),
  contextWindow: fc.option(fc.nat(3)),
  account: fc.constantFrom("one", "two"),
  slo: fc.option(fc.constant(anSlo())),
  price,
  on: fc.dictionary(
    fc.constantFrom("latency_slo_breach", "circuit_open", "budget_exhausted", "rate_limited"),
    ruleSpec,
  ),
  otherwise: fc.oneof(eager, ruleSpec),
});
const policies: fc.Arbitrary<Policy> = fc
  .record({
    paths: fc.array(pathSpec, { minLength: 3, maxLength: 3 }),
    deadlineMs: fc.integer({ min: 1, max: 15_000 }),
    attempts: fc.integer({ min: 1, max: 6 }),
    retries: fc.nat(4),
    fallbacks: fc.nat(3),
    tokens: fc.option(fc.nat(3000)),
    costNanos: fc.option(fc.nat(50_000)),
    chargesFailed: fc.boolean(),
    chargesAborted: fc.boolean(),
    retryBudget: fc.option(fc.constant({ share: 1, perSecond: 0 })),
    start: fc.nat(2),
  })
  .map(({ paths, chargesFailed, chargesAborted, retryBudget, start, ...budget }) =>
    aPolicy({
      budget,
      retryBudget,
      start,
      contracts: [aContract({ chargesFailed, chargesAborted })],
      paths: paths.map((path, index) => ({ name: NAMES[index] ?? "", ...path })),
    }),
  );

const faults: readonly TransportFault[] = ["connect", "dns", "tls", "reset", "headers_timeout", "body_timeout"];
/** Never more than was reserved: what a provider reports beyond that no ledger can foresee. */
const noUsage = fc.constant(null);
const reply: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("answer" as const), ms: fc.nat(7000), usage: noUsage }) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        ms: fc.nat(4000),
        transport: fc.option(fc.constantFrom(...faults)),
        sent: fc.boolean(),
        status: fc.constantFrom(200, 301, 400, 401, 402, 429, 500, 503),
        signal: fc.option(fc.nat(13)),
        waitMs: fc.option(fc.nat(5000)),
        dice: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      })
      .map(({ ms, transport, sent, status, signal, waitMs, dice }): Reply => {
        const failure = transport === null ? { sent: true, status } : { transport, sent, status: 0 };
        const known = signal === null ? {} : { signal };
        return { kind: "failure", ms, failure, dice, ...known, ...(waitMs === null ? {} : { waitMs }) };
      }),
  },
);

interface Case {
  readonly policy: Policy;
  readonly world: World;
  readonly facts: ReturnType<typeof someFacts>;
  readonly play: Play;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    policy: policies,
    replies: fc.array(reply, { minLength: 1, maxLength: 8 }),
    refusals: fc.array(fc.constantFrom(null, null, null, "breaker", "slo", "retry_budget"), { maxLength: 20 }),
    abortAt: fc.option(fc.nat(16_000)),
    tokenAfterMs: fc.option(fc.nat(4000)),
    beginsAt: fc.nat(100_000),
    repeatable: fc.boolean(),
    promptTokens: fc.nat(500),
    outputLimit: fc.option(fc.nat(500)),
  })
  .map(({ policy, replies, refusals, abortAt, tokenAfterMs, beginsAt, ...given }) => {
    const facts = someFacts(given);
    const world = (): World => {
      let asked = 0;
      return {
        beginsAt,
        ...(abortAt === null ? {} : { abortAt: beginsAt + abortAt }),
        ...(tokenAfterMs === null ? {} : { tokenAfterMs }),
        reply: (_command, nth) => replies[nth % replies.length] ?? { kind: "answer", ms: 0 },
        refuse: (command) => {
          const by = refusals[asked++] ?? null;
          return by === "breaker" || (by !== null && refusers(policy, command).includes(by)) ? by : null;
        },
      };
    };
    return { policy, facts, world: world(), play: drive(policy, world(), facts) };
  });

function holds(title: string, check: (given: Case) => void): void {
  test(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: 400 });
  });
}

const attemptsOf = ({ play }: Case) =>
  play.commands.flatMap((command) => (command.kind === "attempt" ? [command] : []));

describe("for every policy and every world", () => {
  holds("attempts, retries and fallbacks stay within the budget, and are what was decided", ({ policy, play }) => {
    const { budget } = policy;
    const { attempts, retries, fallbacks, decisions } = play.outcome;
    expect(attempts.length).toBeLessThanOrEqual(budget.attempts);
    expect(retries).toBeLessThanOrEqual(budget.retries);
    expect(fallbacks).toBeLessThanOrEqual(budget.fallbacks);
    expect(retries).toBe(decisions.filter((decision) => decision.action === "retry").length);
    expect(fallbacks).toBe(decisions.filter((decision) => decision.action.startsWith("fallback ")).length);
    expect(attempts.length).toBeLessThanOrEqual(1 + retries + fallbacks);
  });

  holds("nothing starts at or after the deadline, no timeout reaches past it, the request ends by it", (given) => {
    const { policy, play, world } = given;
    const deadline = (world.beginsAt ?? 0) + policy.budget.deadlineMs;
    attemptsOf(given).forEach((command, nth) => {
      const start = play.startedAt[nth] ?? Number.NaN;
      const path = policy.paths[command.path];
      expect(start).toBeLessThan(deadline);
      expect(start + command.timeoutMs).toBeLessThanOrEqual(deadline);
      expect(command.timeoutMs).toBeLessThanOrEqual(path?.mostMs ?? 0);
      expect(deadline - start).toBeGreaterThanOrEqual(path?.leastMs ?? Infinity);
    });
    expect(play.endedAt).toBeLessThanOrEqual(deadline);
    expect(play.outcome.elapsedMs).toBeLessThanOrEqual(policy.budget.deadlineMs);
  });

  holds("tokens and cost stay within the budget, and what may have been charged stays charged", ({ policy, play }) => {
    const { tokens, costNanos, attempts } = play.outcome;
    if (policy.budget.tokens !== null) expect(tokens).toBeLessThanOrEqual(policy.budget.tokens);
    if (policy.budget.costNanos !== null) expect(costNanos).toBeLessThanOrEqual(policy.budget.costNanos);
    const sum = (of: (attempt: AttemptRecord) => number) => attempts.reduce((total, attempt) => total + of(attempt), 0);
    expect([tokens, costNanos]).toEqual([sum((attempt) => attempt.tokens), sum((attempt) => attempt.costNanos)]);
    const { chargesFailed, chargesAborted } = policy.contracts[0] ?? aContract();
    for (const attempt of attempts) {
      const aborted = attempt.signal === null && play.outcome.result === "aborted";
      const free = !attempt.sent || (aborted ? !chargesAborted : (attempt.status ?? 0) >= 300 && !chargesFailed);
      expect(attempt.charge === "none").toBe(free);
    }
  });

  holds("there is one outcome, last, with one record for each attempt, and its reason is the last rule's", (given) => {
    const { policy, play } = given;
    expect(play.commands.filter((command) => command.kind === "finish")).toHaveLength(1);
    expect(play.outcome.attempts.map((attempt) => attempt.path)).toEqual(
      attemptsOf(given).map((command) => policy.paths[command.path]?.name),
    );
    expect(play.outcome.attempts.map((attempt) => attempt.startMs + (given.world.beginsAt ?? 0))).toEqual(
      play.startedAt,
    );
    const reasons = play.outcome.decisions.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    expect(play.outcome.reason).toBe(reasons.at(-1) ?? null);
    const known = new Set([...policy.reasons, ...policy.signals.map((signal) => signal.name)]);
    expect(play.outcome.reason === null || known.has(play.outcome.reason)).toBe(true);
    expect(play.outcome.source === null).toBe(play.outcome.result !== "answer");
  });

  holds("nothing follows a client or auth defect, a refusal, or a token that was seen", (given) => {
    const { policy, play } = given;
    const decided = play.outcome.decisions.map(
      (decision) => policy.signals.find((signal) => signal.name === decision.signal)?.class ?? "health",
    );
    const last = decided.findIndex(forbidsSecondCall);
    if (last >= 0) expect(last).toBe(decided.length - 1);
    const seen = play.commands.findIndex((command) => command.kind === "carry_on");
    if (seen >= 0) expect(play.commands.slice(seen + 1).map((command) => command.kind)).toEqual(["finish"]);
  });

  holds("nothing follows what was sent and may not be repeated", ({ facts, play }) => {
    if (facts.repeatable) return;
    const sent = play.outcome.attempts.findIndex((attempt) => attempt.sent);
    if (sent >= 0) expect(sent).toBe(play.outcome.attempts.length - 1);
  });

  holds(
    "an exhausted account is not called again, and after an overflow only more room is tried",
    ({ policy, play }) => {
      const { attempts } = play.outcome;
      const path = (name: string | undefined) => policy.paths.find((each) => each.name === name);
      attempts.forEach((attempt, index) => {
        for (const after of attempts.slice(index + 1)) {
          const [from, to] = [path(attempt.path), path(after.path)];
          if (attempt.class === "quota") expect(to?.account).not.toBe(from?.account);
          if (attempt.class === "route_limit") expect(to?.contextWindow ?? 0).toBeGreaterThan(from?.contextWindow ?? 0);
        }
      });
    },
  );

  holds("a path that was left is never entered again", (given) => {
    const visited = attemptsOf(given).map((command) => command.path);
    visited.forEach((path, index) => {
      const left = visited.slice(0, index).lastIndexOf(path);
      if (left >= 0) expect(visited.slice(left, index + 1)).toEqual(Array(index + 1 - left).fill(path));
    });
  });

  holds("after an abort no attempt starts, and the end is at once", ({ play, world }) => {
    if (play.outcome.result !== "aborted") return;
    expect(play.endedAt).toBe(world.abortAt);
    for (const start of play.startedAt) expect(start).toBeLessThanOrEqual(world.abortAt ?? 0);
  });

  holds("the same policy, world and facts give the same commands, byte for byte", ({ policy, world, facts, play }) => {
    expect(JSON.stringify(drive(policy, world, facts).commands)).toBe(JSON.stringify(play.commands));
  });
});
