import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import { MOST_ATTEMPTS } from "./budget.ts";
import type { Known } from "./known.ts";
import type { KnownPolicy } from "./policy.ts";
import { resolve } from "./resolve.ts";
import { signalNamed } from "./selector.ts";
import { reportGivenTwice } from "./settings.ts";
import { countOf, DAY_MS, durationOf, moneyOf } from "./values.ts";

const COUNT = { least: 0, most: MOST_ATTEMPTS };

export function checkExpectations(expectations: readonly tree.Expectation[], policy: KnownPolicy, known: Known): void {
  const once = new Map<string, tree.Expectation>();
  for (const expectation of expectations) {
    const key = onceKey(expectation);
    const first = key === null ? undefined : once.get(key);
    if (key !== null && first !== undefined) {
      reportGivenTwice(known.report, "the scenario", `expect ${key}`, expectation.span, first.span);
    } else if (key !== null) once.set(key, expectation);
    checkExpectation(expectation, policy, known);
  }
}

/** A request has one result and one reason; it may raise several signals and call several people. */
function onceKey(expectation: tree.Expectation): string | null {
  switch (expectation.kind) {
    case "answer":
    case "failure":
    case "aborted":
    case "degraded":
    case "deferred":
      return "RESULT";
    case "reason":
    case "no_reason":
      return "reason";
    case "signal":
    case "page":
    case "notify":
      return null;
    default:
      return expectation.kind;
  }
}

function checkExpectation(expectation: tree.Expectation, policy: KnownPolicy, known: Known): void {
  const { report } = known;
  switch (expectation.kind) {
    case "answer":
      if (expectation.from !== null) checkSource(expectation.from, policy, known);
      return;
    case "reason":
      checkReason(expectation.name, policy, known);
      return;
    case "signal":
      signalNamed(expectation.name, known.table, report);
      return;
    case "attempts":
    case "retries":
    case "fallbacks":
      countOf(report, expectation.kind, expectation.value, COUNT);
      return;
    case "tokens":
      countOf(report, "tokens", expectation.value, { least: 0, most: Number.MAX_SAFE_INTEGER }, "tokens");
      return;
    case "within":
      durationOf(report, "within", expectation.value, { least: 0, most: DAY_MS });
      return;
    case "cost":
      moneyOf(report, "cost", expectation.value, true);
      return;
    default:
      return;
  }
}

function checkSource(name: tree.Name, policy: KnownPolicy, known: Known): void {
  const path = resolve(known.report, known.declared, "path", name, known.paths);
  const { ways } = policy;
  if (path === null || ways === null || !ways.certain || ways.reach.reached.has(path.name)) return;
  known.report.add("FBP2011", name.span, {
    path: path.name,
    policy: policy.block.name.text,
    construct: "this expectation",
  });
}

function checkReason(name: tree.Name, policy: KnownPolicy, known: Known): void {
  if (name.text === "" || policy.reasons.has(name.text) || known.declared.broken(policy.block.span)) return;
  const candidates = policy.reasons.names();
  known.report.add("FBP2001", name.span, {
    what: "reason",
    name: name.text,
    nearest: nearest(name.text, candidates),
    candidates,
  });
}
