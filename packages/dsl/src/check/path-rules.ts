import { SIGNAL } from "@fbp/runtime/core";
import type * as tree from "../syntax/tree.ts";
import { type Bench, checkActions } from "./actions.ts";
import { cover, type Ground, type Line } from "./coverage.ts";
import type { Known } from "./known.ts";
import type { Predicate, Reliance } from "./model.ts";
import type { KnownPath } from "./path.ts";
import type { PolicyItems } from "./policy-items.ts";
import { type ContractInScope, checkPredicate, type Rely } from "./predicate/index.ts";
import type { Reasons } from "./reasons.ts";
import { relianceOfActions } from "./reliance.ts";
import { type RuleValues, ruleValues } from "./rules.ts";
import { visibleAs } from "./stream.ts";
import type { Ways } from "./ways.ts";

/** A rule as checked: what is needed to make it a part of a model. */
export interface CheckedRule {
  readonly line: Line;
  /** Null where the rule has no guard, or a wrong one, which was reported. */
  readonly when: Predicate | null;
  readonly values: RuleValues;
}

/** Checks the `on` block of one path. Coverage is only told of a path that requests come to. */
export function checkPathRules(
  path: KnownPath,
  block: tree.OnBlock,
  items: PolicyItems,
  ways: Ways | null,
  reasons: Reasons,
  known: Known,
  rely: (reliance: Reliance) => void,
): readonly CheckedRule[] {
  const { report, declared, table } = known;
  const isReached = ways?.reach.reached.has(path.name) ?? true;
  const ground = groundOf(path, block, items, isReached, known);
  const { lines, defaults } = cover(block, ground, table, declared.broken(block.span), report);
  const bench: Bench = {
    path,
    table,
    paths: known.paths,
    reach: ways?.certain === true ? ways.reach : null,
    visible: visibleAs(items.stream),
    complete: ground.complete,
    broken: declared.broken,
    report,
  };
  const relyHere: Rely = (noted) => {
    const contract = noted.contract ?? path.contract?.name;
    if (contract !== undefined) rely({ ...noted, contract });
  };
  const rules = lines.map((line): CheckedRule => {
    reasons.use(line.rule.reason);
    // That a signal with a line cannot arise is told at the line.
    if (line.rule.selector.kind === "signal") known.uses.signals.add(line.rule.selector.name.text);
    checkActions(line, bench);
    for (const noted of relianceOfActions(line.rule.actions, line.signals, path, known)) rely(noted);
    return { line, when: guardOf(line.rule, path, ways, known, relyHere), values: ruleValues(line.rule, report) };
  });
  if (isReached) {
    for (const signal of defaults) {
      if (signal !== SIGNAL.latency_slo_breach) reasons.useDefault(table.nameOf(signal), block);
    }
  }
  return rules;
}

/** The request is the service's own, written for the path that requests start on. */
function guardOf(rule: tree.Rule, path: KnownPath, ways: Ways | null, known: Known, rely: Rely): Predicate | null {
  if (rule.when === null) return null;
  const loaded = path.contract?.loaded ?? null;
  // Without the contract's schemas nothing can be said of `request.…`, and the contract's own mistake was reported.
  if (path.contract === null || loaded === null) return null;
  const contracts = [{ name: path.contract.name, loaded }];
  const requests = ways === null ? contracts : contractInScope(ways.start);
  return checkPredicate(rule.when, { where: "guard", contracts, requests, context: known.context }, known.report, rely);
}

/** None where it could not be loaded. */
export function contractInScope({ contract }: KnownPath): readonly ContractInScope[] {
  return contract?.loaded == null ? [] : [{ name: contract.name, loaded: contract.loaded }];
}

/** Is all there that decides which signals can arise? Not where a syntax error or an unknown name took something. */
function isComplete(block: tree.OnBlock, items: PolicyItems, known: Known): boolean {
  const { source } = block.span;
  const { declared, contracts } = known;
  return (
    items.pathsKnown &&
    !declared.broken({ source, start: 0, end: source.text.length }) &&
    [...declared.signalsBlocks.keys()].every((contract) => contract === "" || contracts.has(contract))
  );
}

function groundOf(path: KnownPath, block: tree.OnBlock, items: PolicyItems, isReached: boolean, known: Known): Ground {
  const complete = isComplete(block, items, known);
  // A `stream` line that a syntax error took may have been any.
  const visible = visibleAs(items.stream) !== null || !complete;
  const { contract } = path;
  const readable = contract?.readable ?? null;
  const streams = items.stream !== undefined || contract?.loaded?.contract.request.stream !== undefined;
  const arising =
    readable === null || !isReached
      ? null
      : new Set([
          ...readable,
          SIGNAL.unusable_output,
          ...(refuses(contract) ? [SIGNAL.content_refused] : []),
          SIGNAL.budget_exhausted,
          ...(streams ? [SIGNAL.stream_interrupted] : []),
          ...(items.breakers.has(path) ? [SIGNAL.circuit_open] : []),
          ...(items.slos.has(path) ? [SIGNAL.latency_slo_breach] : []),
        ]);
  const whyNot = (signal: number): string => {
    if (signal === SIGNAL.circuit_open) return "the path has no `breaker` in this policy";
    if (signal === SIGNAL.latency_slo_breach) return "the path has no `slo` in this policy";
    if (signal === SIGNAL.stream_interrupted) return "its contract has no streams, and the policy no `stream` line";
    return `nothing that \`${contract?.name ?? ""}\` answers is read as \`${known.table.nameOf(signal)}\``;
  };
  return { path: path.name, arising, whyNot, visible, complete };
}

/** Can an answer end with a refusal? Such a one is never read by a `signals` block. */
function refuses(contract: KnownPath["contract"]): boolean {
  return (contract?.loaded?.contract.response.refusedReasons ?? []).length > 0;
}
