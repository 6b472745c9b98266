/**
 * What may follow which signal. These are the class rules that no policy can break: each is an error
 * at the action, not a check at run time.
 */
import { SIGNAL } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { type Span, span, textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Line } from "./coverage.ts";
import type { KnownPath } from "./path.ts";
import type { Reach } from "./reach.ts";
import type { SignalTable } from "./signal-table.ts";
import { action as inWords } from "./words.ts";

/** What the actions of a path's rules are judged by. */
export interface Bench {
  readonly path: KnownPath;
  readonly table: SignalTable;
  /** The paths that a rule may name. */
  readonly paths: ReadonlyMap<string, KnownPath>;
  readonly reach: Reach | null;
  /** How the policy streams, as written, where the user may see a token early; null where not. */
  readonly visible: string | null;
  /** False where a syntax error took something away: the policy may stream otherwise than it seems. */
  readonly complete: boolean;
  /** Did a syntax error take something away there? */
  readonly broken: (place: Span) => boolean;
  readonly report: Report;
}

type Repeat = Extract<tree.Action, { kind: "retry" | "fallback" }>;

export function checkActions(line: Line, bench: Bench): void {
  checkOrder(line.rule.actions, bench);
  for (const action of line.rule.actions) {
    switch (action.kind) {
      case "retry":
        checkRetry(action, line, bench);
        break;
      case "fallback":
        checkFallback(action, line, bench);
        break;
      case "proceed":
        checkProceed(action, line, bench);
        break;
      case "fail":
        if (action.partial) checkPartial(action, line, bench);
        break;
      default:
        break;
    }
  }
}

/** Is the last action always possible, is each one tried, and none twice? */
function checkOrder(actions: readonly tree.Action[], { broken, report }: Bench): void {
  const seen = new Set<string>();
  let final: tree.Action | null = null;
  for (const action of actions) {
    if (final !== null) {
      report.add(
        "FBP4012",
        action.span,
        { action: inWords(action), before: inWords(final) },
        { related: [{ span: final.span, text: "this always happens" }] },
      );
      return;
    }
    if (isRepeat(action)) {
      const written = textOf(action.span).replace(/\s+/g, " ");
      if (seen.has(written)) report.add("FBP4015", action.span, { action: inWords(action) });
      seen.add(written);
    } else final = action;
  }
  const last = actions.at(-1);
  if (last === undefined || !isRepeat(last) || broken(toLineEnd(last.span))) return;
  report.add("FBP4011", last.span, { action: inWords(last) });
}

/** What is left over behind a rule may have been its next action. */
function toLineEnd({ source, start, end }: Span): Span {
  const [rest = ""] = /^[^\r\n]*/u.exec(source.text.slice(end)) ?? [];
  return span(source, start, end + rest.length);
}

function isRepeat(action: tree.Action): action is Repeat {
  return action.kind === "retry" || action.kind === "fallback";
}

function checkRetry(action: Extract<tree.Action, { kind: "retry" }>, line: Line, bench: Bench): void {
  const { table, report } = bench;
  checkRepeat(action, line, bench);
  const limited = line.signals.filter((signal) => ["quota", "route_limit"].includes(table.classOf(signal)));
  if (limited.length > 0) report.add("FBP4002", action.span, { signals: limited.map(table.nameOf) });
  const healthy = line.signals.filter(
    (signal) => table.classOf(signal) === "health" && signal !== SIGNAL.budget_exhausted,
  );
  if (healthy.length > 0) report.add("FBP4006", action.span, { signals: healthy.map(table.nameOf) });
}

function checkFallback(action: Extract<tree.Action, { kind: "fallback" }>, line: Line, bench: Bench): void {
  const { path, reach, report, table } = bench;
  const target = bench.paths.get(action.path.text);
  checkRepeat(action, line, bench);
  if (target === undefined) return;
  if (target === path) {
    report.add("FBP4009", action.span, { path: path.name });
    return;
  }
  if (reach?.alwaysLeft(target.name, path.name) === true) {
    report.add("FBP4010", action.span, { path: target.name, on: path.name });
    return;
  }
  const exhausted = line.signals.filter((signal) => table.classOf(signal) === "quota");
  if (exhausted.length > 0 && target.account !== null && target.account === path.account) {
    report.add("FBP4003", action.span, {
      path: target.name,
      from: path.name,
      account: target.account,
      signals: exhausted.map(table.nameOf),
    });
  }
  const tooLong = line.signals.filter((signal) => table.classOf(signal) === "route_limit");
  const why = tooLong.length > 0 ? whyNotLarger(path, target) : null;
  if (why !== null) {
    report.add("FBP4004", action.span, { path: target.name, signals: tooLong.map(table.nameOf), why });
  }
}

/** What holds for each second call, on whatever path. */
function checkRepeat(action: Repeat, line: Line, bench: Bench): void {
  const { table, report, visible } = bench;
  const words = inWords(action);
  const defects = line.signals.filter((signal) => ["client_defect", "auth_defect"].includes(table.classOf(signal)));
  if (defects.length > 0) {
    report.add("FBP4001", action.span, { action: words, signals: defects.map(table.nameOf) });
  }
  if (line.signals.includes(SIGNAL.budget_exhausted)) report.add("FBP4007", action.span, { action: words });
  if (visible !== null && line.signals.includes(SIGNAL.stream_interrupted) && !saysBeforeFirstToken(line.rule)) {
    report.add("FBP4008", action.span, { action: words, mode: visible });
  }
}

/** Does the line apply only before the first token, by `before first_token` or by its guard? */
function saysBeforeFirstToken(rule: tree.Rule): boolean {
  return rule.beforeFirstToken !== null || (rule.when !== null && demandsNoToken(rule.when));
}

function demandsNoToken(when: tree.Expression): boolean {
  if (when.kind === "before_first_token") return true;
  return when.kind === "and" && (demandsNoToken(when.left) || demandsNoToken(when.right));
}

function whyNotLarger(path: KnownPath, target: KnownPath): string | null {
  // A window that is written but wrong was reported where it stands.
  for (const one of [target, path]) {
    if (one.contextWindow !== null) continue;
    return one.says("context_window") ? null : `\`${one.name}\` does not say its \`context_window\``;
  }
  if (target.contextWindow === null || path.contextWindow === null || target.contextWindow > path.contextWindow) {
    return null;
  }
  return `its context window, ${target.contextWindow} tokens, is no larger than that of \`${path.name}\`, ${path.contextWindow}`;
}

function checkProceed(action: tree.Action, line: Line, bench: Bench): void {
  const others = line.signals.filter((signal) => signal !== SIGNAL.latency_slo_breach);
  if (others.length > 0) bench.report.add("FBP4005", action.span, { signals: others.map(bench.table.nameOf) });
}

/** The signals after which a part of the answer may have been passed on. */
const PARTIAL: ReadonlySet<number> = new Set([
  SIGNAL.stream_interrupted,
  SIGNAL.unusable_output,
  SIGNAL.budget_exhausted,
]);

function checkPartial(action: tree.Action, line: Line, bench: Bench): void {
  if (line.signals.length === 0 || !bench.complete) return;
  const begun =
    bench.visible !== null && !saysBeforeFirstToken(line.rule) && line.signals.some((signal) => PARTIAL.has(signal));
  if (!begun) bench.report.add("FBP4013", action.span, { signals: line.signals.map(bench.table.nameOf) });
}
