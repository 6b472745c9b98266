/**
 * One request after the other through a policy, decided by reading the tree and docs/language.md: no
 * plan, no tables, no sharing with the compiler or the machine. Non-streaming answers only.
 */
import type { tree } from "@fbp/dsl";
import { classify, mayBeCharged } from "./classify.ts";
import type { Verdict } from "./health.ts";
import type { ReferencePolicy } from "./policy.ts";
import { type Facts, holds } from "./predicate.ts";

/** What the next call meets, whichever path it is on. `afterMs` is below any path's timeout, or the call times out. */
export type Meeting =
  | {
      readonly kind: "answer";
      readonly afterMs: number;
      readonly body: unknown;
      readonly usage: { readonly input: number; readonly output: number } | null;
    }
  | {
      readonly kind: "status";
      readonly afterMs: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly error: unknown;
    }
  | { readonly kind: "fault"; readonly afterMs: number; readonly fault: string; readonly sent: boolean }
  | { readonly kind: "hang" };

export interface Asked {
  readonly at: number;
  readonly request: unknown;
  readonly context: unknown;
  readonly promptTokens: number;
  readonly outputLimit: number | null;
  readonly meetings: readonly Meeting[];
  /** One number in [0, 1) for each failed attempt. */
  readonly dice: readonly number[];
  /** Is the answer's body usable under `accept`'s `standard`? Given, since it is another library's judgement. */
  readonly fits: (body: unknown) => boolean;
}

export interface Told {
  readonly result: string;
  readonly source: string | null;
  readonly reason: string | null;
  readonly elapsedMs: number;
  readonly attempts: readonly {
    readonly path: string;
    readonly startMs: number;
    readonly elapsedMs: number;
    readonly signal: string | null;
  }[];
  readonly decisions: readonly {
    readonly path: string;
    readonly signal: string;
    readonly reason: string;
    readonly action: string;
    readonly waitMs: number;
  }[];
  readonly retries: number;
  readonly fallbacks: number;
  readonly tokens: number;
  readonly hooks: readonly string[];
}

const AGAINST_PATH = ["transient", "capacity", "output_defect"];
const NO_SECOND_CALL = ["client_defect", "auth_defect"];
const NO_FACTS = {
  transport: null,
  sent: false,
  status: 0,
  headers: {},
  error: null,
  response: null,
  committed: false,
};

export function refer(policy: ReferencePolicy, asked: Asked): Told {
  const { at: begin, request, context } = asked;
  const deadline = begin + (policy.budget("deadline") ?? 0);
  const repeat: tree.RepeatItem | undefined = policy.own("repeat")[0];
  const requestFacts: Facts = { ...NO_FACTS, request, context, attempts: 0, elapsedMs: 0 };
  const repeatable =
    repeat === undefined ||
    repeat.mode === "always" ||
    (repeat.when !== null && repeat.mode === "when" && holds(repeat.when, requestFacts));

  let now = begin;
  let path = policy.start;
  const left = new Set<string>();
  const proceeds = new Set<string>();
  const attempts: Told["attempts"][number][] = [];
  const decisions: Told["decisions"][number][] = [];
  const hooks: string[] = [];
  let reason: string | null = null;
  let retries = 0;
  let retriesHere = 0;
  let fallbacks = 0;
  let tokens = 0;
  let costNanos = 0;
  let pending: "retry" | "fallback" | null = null;

  const end = (result: string, source: string | null): Told => ({
    result,
    source,
    reason,
    elapsedMs: now - begin,
    attempts,
    decisions,
    retries,
    fallbacks,
    tokens,
    hooks,
  });

  const outputTokens = (target: string): number => {
    const most = policy.setting(target, "max_output")?.value.value ?? null;
    if (most === null) return asked.outputLimit ?? 0;
    return asked.outputLimit === null ? most : Math.min(most, asked.outputLimit);
  };
  const price = (target: string, input: number, output: number): number => {
    const setting = policy.setting(target, "price");
    if (setting === undefined) return 0;
    const perToken = (quantity: tree.Quantity) => (quantity.value * 1e9) / setting.per.value;
    return Math.ceil(input * perToken(setting.input) + output * perToken(setting.output));
  };
  const affordable = (target: string): boolean => {
    const output = outputTokens(target);
    const budgetTokens = policy.budget("tokens");
    const budgetCost = policy.budget("cost");
    return (
      (budgetTokens === null || tokens + asked.promptTokens + output <= budgetTokens) &&
      (budgetCost === null || costNanos + price(target, asked.promptTokens, output) <= Math.round(budgetCost * 1e9))
    );
  };

  /** Takes the rule for a signal; gives the ending, or null when another attempt follows. */
  const react = (signal: string, facts: Facts, serverWaitMs: number | null): Told | null => {
    const rule = matching(policy, path, signal, facts);
    const record = (action: string, waitMs: number, under: string) =>
      decisions.push({ path, signal, reason: under, action, waitMs });
    if (rule === null) {
      if (signal === "latency_slo_breach") {
        proceeds.add(path);
        return null;
      }
      reason = signal;
      record("fail", 0, signal);
      return end("failure", null);
    }
    reason = rule.reason.text;
    for (const hook of rule.hooks) hooks.push(`${hook.kind} ${hook.target.value}`);
    for (const action of rule.actions) {
      switch (action.kind) {
        case "retry": {
          const from = action.from?.value ?? 0;
          const to = action.to?.value ?? from;
          const dice = asked.dice[attempts.length - 1] ?? 0;
          const backOff = Math.floor(dice * Math.min(to, from * 2 ** retriesHere));
          const waitMs = serverWaitMs ?? backOff;
          if (!permitted(action.kind, path, signal, facts, waitMs)) continue;
          retries += 1;
          retriesHere += 1;
          record("retry", waitMs, rule.reason.text);
          now += waitMs;
          pending = waitMs > 0 ? null : "retry";
          return null;
        }
        case "fallback": {
          const target = action.path.text;
          if (left.has(target) || target === path || !permitted(action.kind, target, signal, facts, 0)) continue;
          record(`fallback ${target}`, 0, rule.reason.text);
          left.add(path);
          path = target;
          fallbacks += 1;
          retriesHere = 0;
          pending = "fallback";
          return null;
        }
        case "proceed":
          record("proceed", 0, rule.reason.text);
          proceeds.add(path);
          return null;
        case "respond":
          record("respond", 0, rule.reason.text);
          return end("degraded", null);
        case "defer":
          record(`defer ${action.to.value}`, 0, rule.reason.text);
          return end("deferred", null);
        case "fail":
          record(action.partial ? "fail with partial" : "fail", 0, rule.reason.text);
          return end("failure", null);
      }
    }
    throw new Error(`no action of ${rule.reason.text} was possible`);
  };

  const permitted = (
    kind: "retry" | "fallback",
    target: string,
    signal: string,
    facts: Facts,
    waitMs: number,
  ): boolean => {
    const { leastMs } = policy.timeout(target);
    const retryBudget = policy.retryBudget;
    const own = policy.ownRetryBudgets.get(target);
    if (NO_SECOND_CALL.includes(policy.classOf(signal))) return false;
    if (facts.sent && !repeatable) return false;
    if (attempts.length + 1 > (policy.budget("attempts") ?? 0)) return false;
    if (kind === "retry" && retries + 1 > (policy.budget("retries") ?? 0)) return false;
    if (kind === "fallback" && fallbacks + 1 > (policy.budget("fallbacks") ?? 0)) return false;
    if (now + waitMs >= deadline || now + waitMs + leastMs > deadline) return false;
    if (!affordable(target)) return false;
    if (policy.breakers.get(target)?.admits(now + waitMs) === false) return false;
    if (kind === "retry" && retryBudget?.allows(now) === false) return false;
    if (own?.allows(now) === false) return false;
    if (kind === "retry") retryBudget?.take(now);
    own?.take(now);
    return true;
  };

  policy.retryBudget?.began(now);
  for (const own of policy.ownRetryBudgets.values()) own.began(now);

  for (;;) {
    // Before an attempt: the path's own health.
    const before: Facts = { ...requestFacts, attempts: attempts.length, elapsedMs: now - begin };
    const breaker = policy.breakers.get(path);
    if (pending === null && breaker?.admits(now) === false) {
      const ended = react("circuit_open", before, null);
      if (ended !== null) return ended;
      continue;
    }
    if (!proceeds.has(path) && policy.slos.get(path)?.refuses(now) === true) {
      const ended = react("latency_slo_breach", before, null);
      if (ended !== null) return ended;
      continue;
    }
    if (attempts.length === 0 && !affordable(path)) {
      reason = "budget_exhausted";
      return end("failure", null);
    }
    pending = null;

    const epoch = breaker?.start(now) ?? 0;
    const limit = Math.min(policy.timeout(path).mostMs, deadline - now);
    const cutByDeadline = deadline - now < policy.timeout(path).mostMs;
    const meeting = asked.meetings[attempts.length] ?? { kind: "hang" };
    const startMs = now - begin;
    // Nothing comes before the answer is there as a whole, so that the limits for a part of it may end the wait too.
    const isSent = meeting.kind !== "fault" || meeting.sent;
    const headersMs = policy.limit(path, "headers") ?? Infinity;
    const connectMs = isSent ? Infinity : (policy.limit(path, "connect") ?? Infinity);
    const cutMs = Math.min(limit, headersMs, connectMs);
    const cutBy = cutMs === limit ? "attempt_timeout" : cutMs === connectMs ? "connect" : "headers_timeout";
    const isCutOff = meeting.kind === "hang" || meeting.afterMs >= cutMs;
    const tookMs = isCutOff ? cutMs : meeting.afterMs;
    now += tookMs;
    const met = met_(meeting, isCutOff ? cutBy : null);
    const reserved = asked.promptTokens + outputTokens(path);
    const facts: Facts = { ...before, ...met.facts, elapsedMs: now - begin, attempts: attempts.length + 1 };

    let signal: string | null;
    if (met.kind === "timed_out")
      signal =
        cutByDeadline && cutBy === "attempt_timeout"
          ? "budget_exhausted"
          : classify(policy.signals, policy.contract, facts);
    else if (met.kind === "answered" && refuses(policy, met.body)) signal = "content_refused";
    else if (met.kind === "answered") signal = usable(policy, met.body, asked, facts) ? null : "unusable_output";
    else signal = classify(policy.signals, policy.contract, facts);

    const verdict: Verdict =
      signal === null ? "success" : AGAINST_PATH.includes(policy.classOf(signal)) ? "failure" : "neutral";
    breaker?.settle(epoch, verdict, tookMs, now);
    policy.slos.get(path)?.settle(verdict, tookMs, now);

    const released = signal !== null && !mayBeCharged(policy.contract, facts);
    const usage = met.kind === "answered" ? met.usage : null;
    tokens += released ? 0 : usage === null ? reserved : usage.input + usage.output;
    costNanos += released
      ? 0
      : usage === null
        ? price(path, asked.promptTokens, outputTokens(path))
        : price(path, usage.input, usage.output);
    attempts.push({ path, startMs, elapsedMs: tookMs, signal });
    if (signal === null) return end("answer", path);
    const ended = react(signal, facts, met.serverWaitMs);
    if (ended !== null) return ended;
  }
}

type Met =
  | {
      readonly kind: "answered";
      readonly facts: Partial<Facts>;
      readonly body: unknown;
      readonly usage: { readonly input: number; readonly output: number } | null;
      readonly serverWaitMs: null;
    }
  | { readonly kind: "refused"; readonly facts: Partial<Facts>; readonly serverWaitMs: number | null }
  | { readonly kind: "timed_out"; readonly facts: Partial<Facts>; readonly serverWaitMs: null };

/** @param cutOffBy the limit that ended it before it came; null: it came in time */
function met_(meeting: Meeting, cutOffBy: string | null): Met {
  if (cutOffBy !== null || meeting.kind === "hang") {
    const sent = meeting.kind !== "fault" || meeting.sent;
    return { kind: "timed_out", facts: { transport: cutOffBy, sent }, serverWaitMs: null };
  }
  if (meeting.kind === "answer")
    return {
      kind: "answered",
      facts: { sent: true, status: 200 },
      body: meeting.body,
      usage: meeting.usage,
      serverWaitMs: null,
    };
  if (meeting.kind === "fault")
    return { kind: "refused", facts: { transport: meeting.fault, sent: meeting.sent }, serverWaitMs: null };
  const wait = meeting.headers["retry-after"];
  return {
    kind: "refused",
    facts: { sent: true, status: meeting.status, headers: meeting.headers, error: meeting.error },
    serverWaitMs: wait === undefined ? null : Number(wait) * 1000,
  };
}

/** Does an answer end with a refusal of the provider's safety system? */
function refuses(policy: ReferencePolicy, body: unknown): boolean {
  const { finishReason, refusedReasons = [] } = policy.contract.response;
  let here = body as Record<string, unknown> | undefined;
  for (const segment of finishReason.split("/").slice(1)) here = here?.[segment] as Record<string, unknown> | undefined;
  return (refusedReasons as readonly unknown[]).includes(here);
}

function usable(policy: ReferencePolicy, response: unknown, asked: Asked, facts: Facts): boolean {
  if (!asked.fits(response)) return false;
  const checks = policy.accept?.checks ?? [];
  return checks.every((check) => check.kind !== "check" || holds(check.predicate, { ...facts, response }));
}

/** The first rule that matches, in the block's order; `any` and `otherwise` leave alone what has an unguarded line of its own. */
function matching(policy: ReferencePolicy, path: string, signal: string, facts: Facts): tree.Rule | null {
  const rules = policy.rules(path);
  const named = (name: string) =>
    rules.some(
      (rule) =>
        rule.selector.kind === "signal" &&
        rule.selector.name.text === name &&
        rule.when === null &&
        rule.beforeFirstToken === null,
    );
  const found = rules.find((rule) => {
    const selected =
      rule.selector.kind === "signal"
        ? rule.selector.name.text === signal
        : rule.selector.kind === "any"
          ? rule.selector.class.text === policy.classOf(signal) && !named(signal)
          : policy.classOf(signal) !== "health" && !named(signal);
    return (
      selected &&
      (rule.beforeFirstToken === null || !facts.committed) &&
      (rule.when === null || holds(rule.when, facts))
    );
  });
  return found ?? null;
}
