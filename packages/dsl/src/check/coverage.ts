/**
 * Which line of an `on` block takes which signal. The first line that matches applies; `any CLASS` and
 * `otherwise` leave alone a signal that has an unconditional line of its own anywhere in the block, and
 * `otherwise` every health signal.
 */
import { SIGNAL } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { quoted } from "../diagnostics/names.ts";
import { positionOf, textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { type Selected, select, selectorText } from "./selector.ts";
import type { SignalTable } from "./signal-table.ts";

/** A rule and the signals that are left for it, by number. */
export interface Line {
  readonly rule: tree.Rule;
  readonly signals: readonly number[];
}

export interface Covered {
  readonly lines: readonly Line[];
  /** The health signals, by number, that can fall through to their default. */
  readonly defaults: readonly number[];
}

/** What is known of a path when its lines are read. */
export interface Ground {
  readonly path: string;
  /** The signals that can arise there; null where that is not known, for its contract is not. */
  readonly arising: ReadonlySet<number> | null;
  /** Why a signal cannot, in words. */
  readonly whyNot: (signal: number) => string;
  /** May the user see a token before the answer is complete? */
  readonly visible: boolean;
  /** False where a syntax error took something out of the file: a breaker, a line of `signals`. */
  readonly complete: boolean;
}

/** The lines that take one signal, so far. */
interface Taken {
  whole: tree.Rule | null;
  beforeToken: tree.Rule | null;
  /** By the text of their condition. */
  readonly guarded: Map<string, tree.Rule>;
  last: tree.Rule;
}

/** Reads the lines of a block and reports what never applies, and what nothing takes. */
export function cover(
  block: tree.OnBlock,
  ground: Ground,
  table: SignalTable,
  broken: boolean,
  report: Report,
): Covered {
  const selected = block.rules.map((rule) => ({ rule, selected: select(rule.selector, table, report) }));
  const named = new Set(
    selected.flatMap(({ rule, selected: of }) =>
      of.kind === "signal" && of.signal !== null && isUnconditional(rule, ground) ? [of.signal] : [],
    ),
  );
  const uncertain = selected.some(
    ({ selected: of }) => (of.kind === "signal" && of.signal === null) || (of.kind === "any" && of.class === null),
  );
  const misplaced = reportMisplacedOtherwise(block, report);
  const arising = ground.arising ?? new Set(table.models.keys());
  const taken = new Map<number, Taken>();

  const lines = selected.map(({ rule, selected: of }): Line => {
    const candidates = candidatesOf(of, arising, named, table);
    const blockers = new Set<tree.Rule>();
    const signals = candidates.filter((signal) => {
      const blocker = blockerOf(taken.get(signal), rule);
      if (blocker === null) return true;
      blockers.add(blocker);
      return false;
    });
    for (const signal of signals) take(taken, signal, rule);
    if (signals.length === 0 && !uncertain && rule.selector !== misplaced) {
      reportUseless(rule, of, blockers, misplaced !== null, ground, table, report);
    }
    return { rule, signals };
  });

  reportImpossible(selected, ground, report);
  reportBeforeFirstToken(lines, ground, table, report);
  if (ground.arising === null) return { lines, defaults: [] };
  const open = [...ground.arising].sort((a, b) => a - b).filter((signal) => isOpen(taken.get(signal), ground));
  const defaults = open.filter((signal) => table.classOf(signal) === "health");
  if (!broken && !uncertain) reportUncovered(block, ground, open, taken, table, report);
  return { lines, defaults };
}

/** Does the line take every case of its signal? */
function isUnconditional(rule: tree.Rule, ground: Ground): boolean {
  return rule.when === null && (rule.beforeFirstToken === null || !ground.visible);
}

/** Is there a case of the signal that no line takes? */
function isOpen(by: Taken | undefined, ground: Ground): boolean {
  return by === undefined || (by.whole === null && (by.beforeToken === null || ground.visible));
}

function candidatesOf(
  of: Selected,
  arising: ReadonlySet<number>,
  named: ReadonlySet<number>,
  table: SignalTable,
): readonly number[] {
  switch (of.kind) {
    case "signal":
      return of.signal === null ? [] : [of.signal];
    case "any":
      return of.class === null
        ? []
        : table.ofClass(of.class).filter((signal) => arising.has(signal) && !named.has(signal));
    case "otherwise":
      return [...table.models.keys()].filter(
        (signal) => arising.has(signal) && !named.has(signal) && table.classOf(signal) !== "health",
      );
  }
}

/** The earlier line that leaves nothing of the signal for this one; null where something is left. */
function blockerOf(taken: Taken | undefined, rule: tree.Rule): tree.Rule | null {
  if (taken === undefined) return null;
  if (taken.whole !== null) return taken.whole;
  if (rule.beforeFirstToken !== null && taken.beforeToken !== null) return taken.beforeToken;
  if (rule.when === null) return null;
  const condition = conditionOf(rule.when);
  const same = taken.guarded.get(condition);
  if (same !== undefined) return same;
  return (rule.beforeFirstToken !== null ? taken.guarded.get(`before first_token ${condition}`) : undefined) ?? null;
}

function take(all: Map<number, Taken>, signal: number, rule: tree.Rule): void {
  const taken = all.get(signal) ?? { whole: null, beforeToken: null, guarded: new Map(), last: rule };
  all.set(signal, taken);
  taken.last = rule;
  if (rule.when !== null) {
    const condition = conditionOf(rule.when);
    taken.guarded.set(rule.beforeFirstToken === null ? condition : `before first_token ${condition}`, rule);
  } else if (rule.beforeFirstToken !== null) taken.beforeToken = rule;
  else taken.whole = rule;
}

/** Two conditions that are written alike, layout aside, are the same one. */
function conditionOf(when: tree.Expression): string {
  return textOf(when.span).replace(/\s+/g, " ");
}

/** The selector of the first `otherwise` that hides lines below it, after it was reported. */
function reportMisplacedOtherwise(block: tree.OnBlock, report: Report): tree.Selector | null {
  for (const [index, rule] of block.rules.entries()) {
    if (rule.selector.kind !== "otherwise") continue;
    const below = block.rules.slice(index + 1);
    const conditional = rule.when !== null || rule.beforeFirstToken !== null;
    const hides = conditional ? below.some(({ selector }) => selector.kind !== "otherwise") : below.length > 0;
    if (!hides) continue;
    report.add("FBP5004", rule.selector.span, { path: block.path.text, conditional });
    return rule.selector;
  }
  return null;
}

function reportUseless(
  rule: tree.Rule,
  of: Selected,
  blockers: ReadonlySet<tree.Rule>,
  misplaced: boolean,
  ground: Ground,
  table: SignalTable,
  report: Report,
): void {
  const [blocker] = blockers;
  const selector = selectorText(rule.selector);
  if (of.kind === "signal") {
    // A misspelt name was read as the one that was probably meant; what follows from that is not said.
    const misspelt = of.signal === null || table.nameOf(of.signal) !== selector;
    if (blocker === undefined || misspelt) return;
    report.add(
      "FBP5002",
      rule.selector.span,
      { what: blockedPart(rule, blocker, selector), line: lineOf(blocker) },
      { related: [{ span: blocker.selector.span, text: "this line takes it" }] },
    );
    return;
  }
  if (misplaced) return;
  report.add("FBP5003", rule.selector.span, { selector, why: whyNothingIsLeft(of, blocker, ground, table) });
}

/** What of a signal the earlier line takes, in words. */
function blockedPart(rule: tree.Rule, blocker: tree.Rule, signal: string): string {
  if (blocker.when !== null) return `\`${signal}\` under the same condition`;
  return blocker.beforeFirstToken !== null && rule.beforeFirstToken !== null
    ? `\`${signal} before first_token\``
    : `every \`${signal}\``;
}

function whyNothingIsLeft(
  of: Exclude<Selected, { kind: "signal" }>,
  blocker: tree.Rule | undefined,
  ground: Ground,
  table: SignalTable,
): string {
  if (blocker !== undefined && (of.kind === "any" || blocker.selector.kind === "otherwise")) {
    return `line ${lineOf(blocker)} takes what is left for it`;
  }
  if (of.kind === "any" && of.class !== null) {
    const possible = table.ofClass(of.class).filter((signal) => ground.arising?.has(signal) ?? true);
    return possible.length === 0
      ? `no signal of that class can arise on \`${ground.path}\``
      : `${quoted(possible.map(table.nameOf))} ${possible.length === 1 ? "has a line of its own" : "have lines of their own"}`;
  }
  return `every signal that can arise on \`${ground.path}\` has a line`;
}

function reportImpossible(
  selected: readonly { readonly rule: tree.Rule; readonly selected: Selected }[],
  ground: Ground,
  report: Report,
): void {
  if (ground.arising === null || !ground.complete) return;
  const told = new Set<number>();
  for (const { rule, selected: of } of selected) {
    if (of.kind !== "signal" || of.signal === null || ground.arising.has(of.signal) || told.has(of.signal)) continue;
    told.add(of.signal);
    report.add("FBP5007", rule.selector.span, {
      signal: selectorText(rule.selector),
      path: ground.path,
      why: ground.whyNot(of.signal),
    });
  }
}

/** The signals that may be raised after the user has seen a token. */
const AFTER_A_TOKEN: ReadonlySet<number> = new Set([
  SIGNAL.stream_interrupted,
  SIGNAL.unusable_output,
  SIGNAL.budget_exhausted,
]);

function reportBeforeFirstToken(lines: readonly Line[], ground: Ground, table: SignalTable, report: Report): void {
  for (const { rule, signals } of lines) {
    if (rule.beforeFirstToken === null || signals.length === 0) continue;
    if (!ground.visible) {
      // One cause for all lines: how the policy streams.
      report.add("FBP5009", rule.beforeFirstToken, {
        why: "without `stream visible` or `stream held for …` no token is seen before the answer is complete",
      });
      return;
    }
    if (signals.some((signal) => AFTER_A_TOKEN.has(signal))) continue;
    report.add("FBP5009", rule.beforeFirstToken, {
      why: `${quoted(signals.map(table.nameOf), "or")} cannot arise after a token was seen`,
    });
  }
}

function reportUncovered(
  block: tree.OnBlock,
  ground: Ground,
  open: readonly number[],
  taken: ReadonlyMap<number, Taken>,
  table: SignalTable,
  report: Report,
): void {
  const missing: string[] = [];
  for (const signal of open) {
    const by = taken.get(signal);
    const name = table.nameOf(signal);
    // A health signal has a default; whether it can come to that is for the exploration to say.
    if (table.classOf(signal) === "health") continue;
    if (by === undefined) missing.push(name);
    else report.add("FBP5005", by.last.selector.span, { signal: name, why: whyOpen(by) });
  }
  if (missing.length > 0) report.add("FBP5001", block.path.span, { path: ground.path, signals: missing });
}

function whyOpen(taken: Taken): string {
  if (taken.guarded.size === 0) return "after the first token";
  const [condition] = taken.guarded.keys();
  return taken.guarded.size === 1 && taken.beforeToken === null && condition !== undefined
    ? `where \`${condition}\` does not hold`
    : "where none of its conditions holds";
}

function lineOf(rule: tree.Rule): number {
  return positionOf(rule.span.source, rule.selector.span.start).line;
}
