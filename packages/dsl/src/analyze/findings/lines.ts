/** Lines that no request comes to, and health signals that take their default. */
import {
  BUDGET_EXHAUSTED,
  CIRCUIT_OPEN,
  type GuardFacts,
  LATENCY_SLO_BREACH,
  length,
  nth,
  ranIntoDeadline,
} from "@fbp/runtime/core";
import type { RuleModel } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { listOf } from "../../diagnostics/define.ts";
import type { Diagnostic, Related, Report } from "../../diagnostics/index.ts";
import { quoted } from "../../diagnostics/names.ts";
import { type Span, textOf } from "../../source.ts";
import type { Graph, Node } from "../explore/graph.ts";
import { cut, delayed, timeIn } from "../explore/moment.ts";
import type { Proof } from "../proof.ts";

/** @param told what was reported before: a line that it points at is not told of again */
export function reportLines(proof: Proof, told: readonly Diagnostic[], report: Report): void {
  const { model, graph } = proof;
  const applied = new Set(graph.rules.map(({ path, rule }) => `${path} ${rule}`));
  for (const [path, { rules, name }] of model.paths.entries()) {
    const raised = signalsRaised(proof, path);
    // That no request comes to the path is told where the fallback to it can never happen.
    if (raised.size === 0) continue;
    for (const [number, rule] of rules.entries()) {
      if (rule.signals.length === 0 || applied.has(`${path} ${number}`) || isTold(rule, told)) continue;
      const signals = rule.signals.filter((signal) => raised.has(signal));
      if (signals.length > 0) reportUnapplied(proof, path, rule, signals, applied, told, report);
      else if (rule.places.named) reportUnraised(proof, rule, name, report);
    }
  }
}

/** What each path does with health signals that have no line. */
export function reportDefaults({ model, graph }: Proof, report: Report): void {
  for (const [path, { name, places }] of model.paths.entries()) {
    const signals = graph.rules.filter((use) => use.path === path && use.rule < 0).map(({ signal }) => signal);
    const defaults = signals.sort((a, b) => a - b).map((signal) => defaultOf(signal, nth(model.signals, signal).name));
    if (defaults.length > 0) report.add("FBP5008", places.block, { path: name, defaults });
  }
}

function defaultOf(signal: number, name: string): string {
  return signal === LATENCY_SLO_BREACH ? `\`${name}\` proceeds` : `\`${name}\` fails under the reason \`${name}\``;
}

function isTold({ places }: RuleModel, told: readonly Diagnostic[]): boolean {
  return told.some(({ span }) => isWithin(span, places.selector));
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;
}

/** By number; none where no request comes to the path. */
function signalsRaised({ graph, situations }: Proof, path: number): ReadonlySet<number> {
  const raised = new Set(graph.rules.flatMap((use) => (use.path === path ? [...use.signals] : [])));
  for (const { state } of graph.nodes) {
    const command = state;
    if (command.kind !== "attempt" || command.path !== path) continue;
    if (command.cutByDeadline) raised.add(BUDGET_EXHAUSTED);
    for (const { signal } of raised.has(ATTEMPTED) ? [] : (situations[path] ?? [])) raised.add(signal);
    raised.add(ATTEMPTED);
  }
  raised.delete(ATTEMPTED);
  return raised;
}

/** No signal has this number. */
const ATTEMPTED = -1;

function reportUnraised({ model }: Proof, rule: RuleModel, path: string, report: Report): void {
  const [signal] = rule.signals;
  // What a `signals` block leaves nothing for is told there, and the line must stay as long as it says so.
  if (signal !== CIRCUIT_OPEN && signal !== BUDGET_EXHAUSTED) return;
  const why =
    signal === CIRCUIT_OPEN
      ? `a request comes to it by a fallback, which is not permitted while the breaker of \`${path}\` is open`
      : "each attempt there has its whole timeout before the deadline";
  report.add("FBP5007", rule.places.selector, { signal: nth(model.signals, signal).name, path, why });
}

function reportUnapplied(
  proof: Proof,
  path: number,
  rule: RuleModel,
  signals: readonly number[],
  applied: ReadonlySet<string>,
  told: readonly Diagnostic[],
  report: Report,
): void {
  const { model } = proof;
  const { name } = nth(model.paths, path);
  const takers = [...rulesInstead(proof, path, rule, signals)].sort((a, b) => a.line - b.line);
  // A line above it that says `before first_token` for nothing, which was told.
  if (takers.some(({ span }) => told.some((one) => one.code === "FBP5009" && isWithin(one.span, span)))) return;
  const lines = takers.map(({ line }) => line);
  const [first] = lines;
  const recorded = model.paths.some((other, index) =>
    other.rules.some((one, number) => one.reason === rule.reason && applied.has(`${index} ${number}`)),
  );
  const what = quoted(
    signals.map((signal) => nth(model.signals, signal).name),
    "or",
  );
  const condition = rule.places.when === null ? null : `\`${textOf(rule.places.when).replace(/\s+/gu, " ")}\``;
  const whole = condition === null ? "" : ` where ${condition} holds`;
  const why =
    first === undefined
      ? `${condition ?? "it"} never holds where ${what} arises on \`${name}\``
      : `${lines.length === 1 ? "line" : "lines"} ${listOf(lines.map(String), "and")} ${lines.length === 1 ? "takes" : "take"} each ${what}${whole} before it`;
  const related: Related[] = takers.map(({ places }) => ({ span: places.selector, text: "this line takes it" }));
  report.add(
    "FBP5020",
    rule.places.selector,
    { why, unrecorded: recorded ? null : rule.reason, before: first ?? null, uncondition: takesTheRest(rule, takers) },
    { related },
  );
}

/**
 * The line that takes what is left of a line without a condition, because its own always holds there. A signal
 * must have a line without one, so that the two become one.
 */
function takesTheRest(rule: RuleModel, takers: readonly RuleModel[]): number | null {
  const last = takers.at(-1);
  if (rule.places.when !== null || last === undefined || last.places.when === null) return null;
  return last.line;
}

/** The rules that are applied to what this rule would take if it came first. */
function rulesInstead(proof: Proof, path: number, rule: RuleModel, signals: readonly number[]): ReadonlySet<RuleModel> {
  const { model, graph } = proof;
  const plan = nth(graph.ground.policy.paths, path);
  const found = new Set<RuleModel>();
  for (const { signal, facts } of failuresOn(proof, path)) {
    if (!signals.includes(signal)) continue;
    if (rule.beforeFirstToken && facts.committed) continue;
    if (rule.when !== null && !evaluate(rule.when, facts)) continue;
    const taker = model.paths[path]?.rules[plan.decide(signal, facts)];
    if (taker !== undefined) found.add(taker);
  }
  return found;
}

/** Each failure of an attempt on the path, and each health signal before one, with what a guard sees of it. */
function* failuresOn(
  { graph, situations }: Proof,
  path: number,
): Generator<{ readonly signal: number; readonly facts: GuardFacts }> {
  for (const node of graph.nodes) {
    const command = node.state;
    if ((command.kind !== "attempt" && command.kind !== "admit") || command.path !== path) continue;
    const seen = { ...worldOf(graph, node), attempts: length(node.state.past.calls) };
    if (command.kind === "admit") {
      for (const part of cut(node.times, nth(graph.ground.paths, path).guardLimits)) {
        const facts = { ...UNSEEN, ...seen, elapsedMs: timeIn(part), committed: false };
        for (const signal of HEALTH) yield { signal, facts };
      }
      continue;
    }
    const { mostMs } = nth(graph.ground.policy.paths, path);
    const times = delayed(node.times, 0, mostMs, graph.ground.deadline);
    for (const part of cut(times, nth(graph.ground.paths, path).guardLimits)) {
      for (const situation of situations[path] ?? []) {
        const isOver = ranIntoDeadline(situation.facts, command.cutByDeadline);
        const signal = isOver ? BUDGET_EXHAUSTED : situation.signal;
        for (const committed of situation.afterToken ? [false, true] : [false]) {
          const elapsedMs = timeIn(part);
          const attempts = seen.attempts + 1;
          yield { signal, facts: { ...situation.facts, ...seen, attempts, elapsedMs, committed } };
        }
      }
    }
  }
}

const HEALTH = [LATENCY_SLO_BREACH, CIRCUIT_OPEN, BUDGET_EXHAUSTED] as const;
const UNSEEN = { transport: null, sent: false, status: 0, headers: {}, error: null } as const;

function worldOf({ worlds }: Graph, { world }: Node): Pick<GuardFacts, "request" | "context"> {
  const { request, context } = nth(worlds, world);
  return { request, context };
}
