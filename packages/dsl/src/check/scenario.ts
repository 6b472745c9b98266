/** What scenarios refer to: paths, reasons, signals and context fields of their policy. */
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import { textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { fits, whatItTakes } from "./context-values.ts";
import { checkExpectations } from "./expectations.ts";
import type { Known } from "./known.ts";
import type { ScenarioModel } from "./model.ts";
import type { KnownPath } from "./path.ts";
import type { KnownPolicy } from "./policy.ts";
import { TRANSPORT_FAULTS } from "./predicate/index.ts";
import { resolve } from "./resolve.ts";
import { reportGivenTwice } from "./settings.ts";
import { countOf, DAY_MS, durationOf } from "./values.ts";

/** An attempt's own timeout is `times out`. */
const FAULTS = TRANSPORT_FAULTS.filter((fault) => fault !== "attempt_timeout");

const STATUS = { least: 100, most: 599 };

/** A step may happen at once. */
const AT_ONCE = { least: 0, most: DAY_MS };

export function checkScenario(
  scenario: tree.ScenarioBlock,
  policies: ReadonlyMap<string, KnownPolicy>,
  known: Known,
): ScenarioModel | null {
  const { report, declared } = known;
  const policy = resolve(report, declared, "policy", scenario.policy, policies);
  if (policy === null) return null;

  const once = new Map<string, tree.ScenarioStep>();
  for (const step of scenario.steps) {
    const key = onceKey(step);
    const first = key === null ? undefined : once.get(key);
    if (key !== null && first !== undefined) reportGivenTwice(report, "the scenario", key, step.span, first.span);
    else if (key !== null) once.set(key, step);
    checkStep(step, policy, known);
  }
  const expectations = scenario.steps.flatMap((step) => (step.kind === "expect" ? step.expectations : []));
  checkExpectations(expectations, policy, known);
  if (expectations.length === 0 && !declared.broken(scenario.span)) {
    report.add("FBP2026", scenario.title.span, { title: scenario.title.value });
  }
  return { title: scenario.title.value, policy: scenario.policy.text, tree: scenario };
}

/** As a message names what a scenario may say once; null for what it may say again. */
function onceKey(step: tree.ScenarioStep): string | null {
  switch (step.kind) {
    case "given_request":
      return "request";
    case "given_context":
      return "context";
    case "given_breaker":
      return `breaker ${step.path.text} is …`;
    case "given_slo":
      return `slo ${step.path.text} is …`;
    case "abort":
      return "caller aborts";
    default:
      return null;
  }
}

function checkStep(step: tree.ScenarioStep, policy: KnownPolicy, known: Known): void {
  const { report } = known;
  switch (step.kind) {
    case "given_context":
      checkContext(step.json, known);
      return;
    case "given_breaker":
      checkGiven(step, "breaker", policy, known);
      return;
    case "given_slo":
      checkGiven(step, "slo", policy, known);
      return;
    case "abort":
      durationOf(report, "aborts after", step.after, AT_ONCE);
      return;
    case "world":
      checkWorld(step, policy, known);
      return;
    default:
      return;
  }
}

/** `breaker primary is open` where the policy has no breaker for the path. */
function checkGiven(
  step: tree.ScenarioStep & { readonly path: tree.Name },
  has: "breaker" | "slo",
  policy: KnownPolicy,
  known: Known,
): void {
  const path = resolve(known.report, known.declared, "path", step.path, known.paths);
  const watched = has === "breaker" ? policy.items.breakers : policy.items.slos;
  if (path === null || watched.has(path) || !policy.items.pathsKnown || known.declared.broken(policy.block.span))
    return;
  known.report.add("FBP2025", step.span, { path: path.name, has, construct: `\`${textOf(step.span).trim()}\`` });
}

function checkWorld(step: tree.WorldStep, policy: KnownPolicy, known: Known): void {
  const { report } = known;
  const path = resolve(report, known.declared, "path", step.path, known.paths);
  if (path !== null) {
    known.uses.paths.add(path.name);
    reportNeverCalled(step.path, path, policy, known);
  }
  if (step.after !== null) durationOf(report, "after", step.after, AT_ONCE);
  const { event } = step;
  if (event.kind === "fails") checkFault(event.fault, report);
  if (event.kind === "returns") countOf(report, "returns", event.status, STATUS);
  if (event.kind === "breaks" && event.tokens !== null) {
    countOf(report, "breaks after", event.tokens, { least: 1, most: 1_000_000 }, "tokens");
  }
}

function reportNeverCalled(name: tree.Name, path: KnownPath, policy: KnownPolicy, known: Known): void {
  const { ways } = policy;
  if (ways === null || !ways.certain || ways.reach.reached.has(path.name)) return;
  known.report.add("FBP2011", name.span, {
    path: path.name,
    policy: policy.block.name.text,
    construct: "this step",
  });
}

function checkFault(fault: tree.Name, report: Report): void {
  if (fault.text === "" || FAULTS.some((one) => one === fault.text)) return;
  report.add("FBP2001", fault.span, {
    what: "transport fault",
    name: fault.text,
    nearest: nearest(fault.text, FAULTS),
    candidates: FAULTS,
  });
}

function checkContext(json: tree.Json, known: Known): void {
  if (json.kind !== "json_object") return;
  const { report, context } = known;
  const names = context.map(({ name }) => name);
  for (const { key, value } of json.members) {
    const field = context.find(({ name }) => name === key.value);
    if (field === undefined) {
      if (known.declared.incomplete.has("context field")) continue;
      report.add("FBP2001", key.span, {
        what: "context field",
        name: key.value,
        nearest: nearest(key.value, names),
        candidates: names,
      });
    } else if (!fits(field, value)) {
      report.add("FBP2017", value.span, {
        field: field.name,
        takes: whatItTakes(field),
        given: `\`${textOf(value.span)}\``,
      });
    }
  }
}
