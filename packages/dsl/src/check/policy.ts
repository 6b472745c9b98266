/** One policy: its parts are checked where they live; here they are brought together. */
import type * as tree from "../syntax/tree.ts";
import { checkAlert } from "./alert.ts";
import { assemble, currencyOf } from "./assemble.ts";
import { checkAssert } from "./assertion.ts";
import { checkBudget, type KnownBudget } from "./budget.ts";
import { checkSpending } from "./budget-fit.ts";
import { checkCompatibility, type Joining, type Rewritten } from "./compatibility/index.ts";
import { keywordOf, reportTwice } from "./declarations.ts";
import { checkEligibility } from "./eligibility.ts";
import { checkHealth } from "./health.ts";
import type { Known } from "./known.ts";
import type { AlertModel, AssertModel, FallbackModel, PolicyModel, Reliance } from "./model.ts";
import type { KnownPath } from "./path.ts";
import { type CheckedRule, checkPathRules, contractInScope } from "./path-rules.ts";
import { type PolicyItems, sortItems } from "./policy-items.ts";
import type { ContractInScope, Rely } from "./predicate/index.ts";
import { type Reasons, reasonsOf } from "./reasons.ts";
import { checkRecord } from "./record.ts";
import { relianceOfPolicy } from "./reliance.ts";
import { checkRepeat, type Repeat } from "./repeat.ts";
import { reportNameless, resolve } from "./resolve.ts";
import { checkStream } from "./stream.ts";
import { reportUnreached } from "./unreached.ts";
import { type Ways, waysOf } from "./ways.ts";

/** A policy as far as it could be read: what scenarios refer to, and what it relies on. */
export interface KnownPolicy {
  readonly block: tree.PolicyBlock;
  readonly items: PolicyItems;
  /** Null where the start is not known. */
  readonly ways: Ways | null;
  readonly reasons: Reasons;
  readonly reliance: readonly Reliance[];
  readonly fallbacks: readonly FallbackModel[];
  /** Null where something in the policy is missing or wrong. */
  readonly model: PolicyModel | null;
}

export function checkPolicy(block: tree.PolicyBlock, known: Known): KnownPolicy {
  const { report } = known;
  const items = sortItems(block, known);
  const ways = waysOf(block, items, known);
  const reasons = reasonsOf(items.reasons, known);
  const budget = budgetOf(block, items, known);
  const contracts = contractsOf(ways?.paths ?? [...items.on.keys()]);
  const reliance: Reliance[] = [];
  const relyOnAll: Rely = (noted) => {
    const names = noted.contract === undefined ? contracts.map(({ name }) => name) : [noted.contract];
    for (const contract of names) reliance.push({ ...noted, contract });
  };

  const health = checkHealth(items, known);
  const rules = new Map<KnownPath, readonly CheckedRule[]>();
  for (const [path, on] of items.on) {
    const isReached = ways?.reach.reached.has(path.name) ?? true;
    const rely = (noted: Reliance): void => {
      if (isReached) reliance.push(noted);
    };
    rules.set(path, checkPathRules(path, on, items, ways, reasons, known, rely));
  }
  const repeats = [...items.on.values()].some((on) => on.rules.some((rule) => rule.actions.some(isRepeat)));
  // The service writes its requests for the path that they start on.
  const requests = ways === null ? contracts : contractInScope(ways.start);
  const repeat = checkRepeat(items.repeat, block, requests, repeats, known, relyOnAll);
  const currency = budget?.cost?.currency ?? currencyOf(ways?.paths ?? []);
  const names = {
    paths: (ways?.certain ? ways.paths : [...known.paths.values()]).map((path) => path.name),
    reasons: reasons.names(),
    signals: known.table.models.map((model) => model.name),
    currency,
  };
  const alerts = checkAlerts(items.alerts, names, known);
  const asserts = items.asserts.map((item): AssertModel | null =>
    checkAssert(item, { ...names, contracts: requests, context: known.context }, report, relyOnAll),
  );

  const fallbacks = ways === null ? [] : checkEligibility(ways.takeovers, ways.start, known);
  const rewritten = ways === null ? NONE : checkJoints(ways, budget, items, rules, repeat, fallbacks, known, relyOnAll);
  if (ways !== null) {
    reportWithoutRules(block, items, ways, known);
    reportUnreached(block, items, ways, known);
    reliance.push(...relianceOfPolicy(items, ways, budget));
    if (budget !== null) checkSpendingOf(block, budget, items, ways, known);
  }
  const stream = checkStream(items.stream, report);
  const record = checkRecord(items.record, contracts, report);
  const model = assemble(
    {
      block,
      ways,
      budget,
      health,
      blocks: items.on,
      rules,
      repeat,
      stream,
      record,
      reasons,
      alerts,
      asserts,
      reliance,
      fallbacks,
      rewritten,
    },
    known,
  );
  return { block, items, ways, reasons, reliance, fallbacks, model };
}

const NONE: Rewritten = new Set();

/** Do the paths that the fallbacks join go together, as far as their contracts tell? */
function checkJoints(
  ways: Ways,
  budget: KnownBudget | null,
  items: PolicyItems,
  rules: ReadonlyMap<KnownPath, readonly CheckedRule[]>,
  repeat: Repeat | null,
  fallbacks: readonly FallbackModel[],
  known: Known,
  rely: Rely,
): Rewritten {
  const guards = ways.paths.flatMap((path) => rules.get(path) ?? []);
  const asked = guards.flatMap(({ when, line }) => (when === null ? [] : [{ predicate: when, span: line.rule.span }]));
  if (repeat?.mode === "when") asked.push({ predicate: repeat.when, span: items.repeat?.span ?? ways.start.tree.span });
  const shows: Joining["shows"] = (path, criterion) =>
    fallbacks.some(
      (one) =>
        one.path === path.name &&
        one.criteria.some((each) => each.criterion === criterion && each.state.kind === "passed"),
    );
  const streams = items.stream !== undefined;
  return checkCompatibility({ ways, budget, streams, uses: items.uses, asked, shows }, known, rely);
}

function isRepeat(action: tree.Action): boolean {
  return action.kind === "retry" || action.kind === "fallback";
}

/** `budget { … }`, or `budget NAME` for one that is declared at the top of a file. */
function budgetOf(block: tree.PolicyBlock, items: PolicyItems, known: Known): KnownBudget | null {
  const { report, declared } = known;
  const { budget } = items;
  if (budget === undefined) return null;
  if (budget.settings !== null) {
    if (budget.name !== null) reportNameless(report, "budget", budget.name);
    return checkBudget(budget, `the budget of \`${block.name.text}\``, keywordOf(budget), declared, report);
  }
  const shared = budget.name === null ? null : resolve(report, declared, "budget", budget.name, known.budgets);
  if (shared !== null && budget.name !== null) known.uses.budgets.add(budget.name.text);
  return shared;
}

/** The contracts of the paths that could be loaded, each once. */
function contractsOf(paths: readonly KnownPath[]): readonly ContractInScope[] {
  const found = new Map<string, ContractInScope>();
  for (const { contract } of paths) {
    if (contract?.loaded != null) found.set(contract.name, { name: contract.name, loaded: contract.loaded });
  }
  return [...found.values()];
}

function checkAlerts(
  alerts: readonly tree.Alert[],
  names: Parameters<typeof checkAlert>[1],
  known: Known,
): readonly (AlertModel | null)[] {
  const first = new Map<string, tree.Alert>();
  return alerts.map((alert) => {
    const same = first.get(alert.name.text);
    if (same === undefined) first.set(alert.name.text, alert);
    else if (alert.name.text !== "") {
      reportTwice(known.report, "alert", alert.name.text, alert.name.span, same.name.span);
    }
    return checkAlert(alert, names, known.report);
  });
}

/** Each path that a request comes to needs a block; a fallback that names one without is told once. */
function reportWithoutRules(block: tree.PolicyBlock, items: PolicyItems, ways: Ways, known: Known): void {
  // A block whose path is unknown may be the one that is missing.
  if (!items.pathsKnown || known.declared.broken(block.span)) return;
  for (const path of ways.paths) {
    if (items.on.has(path)) continue;
    const action = ways.takeovers.find(({ to }) => to === path)?.action;
    const place = path === ways.start ? items.start?.path.span : action?.span;
    if (place === undefined) continue;
    known.report.add(
      "FBP5006",
      place,
      { path: path.name, policy: block.name.text },
      { related: [{ span: path.tree.name.span, text: `the path \`${path.name}\`` }] },
    );
  }
}

function checkSpendingOf(
  block: tree.PolicyBlock,
  budget: KnownBudget,
  items: PolicyItems,
  ways: Ways,
  known: Known,
): void {
  const blocks = ways.paths.flatMap((path) => items.on.get(path) ?? []);
  checkSpending(
    {
      budget,
      place: items.budget?.span ?? block.name.span,
      start: ways.start,
      paths: ways.paths,
      reach: ways.reach,
      certain: ways.certain,
      blocks,
    },
    known.report,
  );
}
