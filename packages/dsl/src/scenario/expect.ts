/** What a scenario expects, item by item, beside what came. */
import type { Ending, Outcome } from "@fbp/runtime/core";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { duration, money } from "./amounts.ts";

export interface Comparison {
  /** In the words of the language: `answer from backup`, `attempts 3`. */
  readonly expected: string;
  readonly got: string;
  readonly met: boolean;
  readonly span: Span;
}

export function compare(expectation: tree.Expectation, outcome: Outcome, ending: Ending): Comparison {
  const { expected, got, met } = compared(expectation, outcome, ending);
  return { expected, got, met, span: expectation.span };
}

type Compared = Omit<Comparison, "span">;

function compared(expectation: tree.Expectation, outcome: Outcome, ending: Ending): Compared {
  const result = resultOf(outcome, ending);
  switch (expectation.kind) {
    case "answer": {
      const from = expectation.from?.text;
      const met = outcome.result === "answer" && (from === undefined || outcome.source === from);
      return { expected: from === undefined ? "answer" : `answer from ${from}`, got: result, met };
    }
    case "failure":
    case "aborted":
      return { expected: expectation.kind, got: result, met: outcome.result === expectation.kind };
    case "partial":
      return { expected: "partial", got: result, met: outcome.result === "failure" && outcome.partial };
    case "degraded": {
      const met = ending.kind === "degraded" && (expectation.text?.value ?? ending.text) === ending.text;
      return { expected: withText("degraded", expectation.text), got: result, met };
    }
    case "deferred": {
      const met = ending.kind === "deferred" && (expectation.to?.value ?? ending.to) === ending.to;
      return { expected: withText("deferred to", expectation.to), got: result, met };
    }
    case "reason":
    case "no_reason":
      return comparedReason(expectation.kind === "reason" ? expectation.name.text : null, outcome);
    case "signal": {
      const met = outcome.signals.includes(expectation.name.text);
      return { expected: `signal ${expectation.name.text}`, got: listed("signal", outcome.signals), met };
    }
    case "attempts":
      return comparedNumber("attempts", expectation.value.value, outcome.attempts.length);
    case "retries":
    case "fallbacks":
    case "tokens":
      return comparedNumber(expectation.kind, expectation.value.value, outcome[expectation.kind]);
    case "cost":
      return comparedCost(expectation.value, outcome);
    case "within": {
      const most = expectation.value.value;
      return { expected: `within ${duration(most)}`, got: duration(outcome.elapsedMs), met: outcome.elapsedMs <= most };
    }
    case "page":
    case "notify":
      return comparedHook(expectation.kind, expectation.target.value, outcome);
  }
}

function comparedReason(expected: string | null, outcome: Outcome): Compared {
  const words = (reason: string | null): string => (reason === null ? "no reason" : `reason ${reason}`);
  return { expected: words(expected), got: words(outcome.reason), met: outcome.reason === expected };
}

function comparedNumber(what: string, expected: number, got: number): Compared {
  return { expected: `${what} ${expected}`, got: `${what} ${got}`, met: got === expected };
}

/** To the nano-unit; amounts as written have far fewer digits than a number holds. */
function comparedCost(value: tree.Quantity, outcome: Outcome): Compared {
  const nanos = Math.round(value.value * 1e9);
  const currency = value.unit.kind === "money" ? value.unit.currency : null;
  return {
    expected: `cost ${money(nanos, currency)}`,
    got: `cost ${money(outcome.costNanos, currency)}`,
    met: outcome.costNanos === nanos,
  };
}

function comparedHook(kind: "page" | "notify", target: string, outcome: Outcome): Compared {
  const targets = outcome.hooks.filter((hook) => hook.kind === kind).map((hook) => JSON.stringify(hook.target));
  return {
    expected: `${kind} ${JSON.stringify(target)}`,
    got: listed(kind, targets),
    met: targets.includes(JSON.stringify(target)),
  };
}

export function resultOf(outcome: Outcome, ending: Ending): string {
  switch (ending.kind) {
    case "answer":
      return `answer from ${outcome.source ?? "nowhere"}`;
    case "degraded":
      return `degraded ${JSON.stringify(ending.text)}`;
    case "deferred":
      return `deferred to ${JSON.stringify(ending.to)}`;
    case "failure":
      return ending.partial ? "failure, partial" : "failure";
    case "aborted":
      return "aborted";
  }
}

function withText(word: string, text: tree.Text | null): string {
  return text === null ? word.replace(/ to$/, "") : `${word} ${JSON.stringify(text.value)}`;
}

function listed(what: string, items: readonly string[]): string {
  return items.length === 0 ? `no ${what}` : `${what} ${items.join(", ")}`;
}
