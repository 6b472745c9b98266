import type { BudgetPlan, RecordPlan, StreamPlan } from "@fbp/runtime/core";
import type * as tree from "../syntax/tree.ts";
import type { KnownBudget } from "./budget.ts";
import type { Rewritten } from "./compatibility/index.ts";
import type { Health } from "./health.ts";
import type { Known } from "./known.ts";
import type {
  AlertModel,
  AssertModel,
  ContractModel,
  FallbackModel,
  PathModel,
  PolicyModel,
  Reliance,
} from "./model.ts";
import type { KnownPath } from "./path.ts";
import type { CheckedRule } from "./path-rules.ts";
import type { Reasons } from "./reasons.ts";
import type { Repeat } from "./repeat.ts";
import { ruleModel } from "./rules.ts";
import type { Ways } from "./ways.ts";

/** The checked parts of a policy; null for what is missing or wrong, which was reported. */
export interface Parts {
  readonly block: tree.PolicyBlock;
  readonly ways: Ways | null;
  readonly budget: KnownBudget | null;
  readonly health: Health;
  readonly blocks: ReadonlyMap<KnownPath, tree.OnBlock>;
  readonly rules: ReadonlyMap<KnownPath, readonly CheckedRule[]>;
  readonly repeat: Repeat | null;
  readonly stream: StreamPlan;
  readonly record: RecordPlan;
  readonly reasons: Reasons;
  readonly alerts: readonly (AlertModel | null)[];
  readonly asserts: readonly (AssertModel | null)[];
  readonly reliance: readonly Reliance[];
  readonly fallbacks: readonly FallbackModel[];
  readonly rewritten: Rewritten;
}

/** The policy as lowering reads it; null where a part that it needs is not there. */
export function assemble(parts: Parts, known: Known): PolicyModel | null {
  const { block, ways, repeat } = parts;
  const budget = parts.budget === null ? null : budgetPlan(parts.budget, ways?.paths ?? []);
  if (ways === null || budget === null || repeat === null) return null;

  const contracts: ContractModel[] = [];
  for (const { contract } of ways.paths) {
    if (contract?.model != null && !contracts.includes(contract.model)) contracts.push(contract.model);
  }
  const indexOf = (name: string): number => ways.paths.findIndex((path) => path.name === name);
  const paths = ways.paths.map((path) => pathModel(path, parts, contracts, indexOf));
  if (!isComplete(paths) || !isComplete(parts.alerts) || !isComplete(parts.asserts)) return null;
  return {
    name: block.name.text,
    doc: block.doc,
    span: block.span,
    context: known.context,
    signals: known.table.models,
    contracts,
    paths,
    start: indexOf(ways.start.name),
    budget,
    retryBudget: parts.health.retryBudget,
    repeat,
    stream: parts.stream,
    record: parts.record,
    reasons: parts.reasons.used(),
    alerts: parts.alerts,
    asserts: parts.asserts,
    reliance: parts.reliance,
    fallbacks: parts.fallbacks,
    places: {
      name: block.name.span,
      budget: parts.budget === null ? {} : placesOf(parts.budget),
      sharesBudget: parts.budget?.block.name != null,
    },
  };
}

function isComplete<T>(list: readonly (T | null)[]): list is readonly T[] {
  return !list.includes(null);
}

function budgetPlan(budget: KnownBudget, paths: readonly KnownPath[]): BudgetPlan | null {
  const { deadlineMs, attempts, retries, fallbacks, tokens, cost } = budget;
  if (deadlineMs === null || attempts === null || retries === null || fallbacks === null) return null;
  const currency = cost?.currency ?? currencyOf(paths);
  return { deadlineMs, attempts, retries, fallbacks, tokens, costNanos: cost?.nanos ?? null, currency };
}

function placesOf({ block }: KnownBudget): PolicyModel["places"]["budget"] {
  return Object.fromEntries((block.settings ?? []).map(({ kind, value }) => [kind, value.span]));
}

/** The currency of the first price; all prices of a policy are in one. */
export function currencyOf(paths: readonly KnownPath[]): string | null {
  return paths.find((path) => path.price !== null)?.price?.currency ?? null;
}

function pathModel(
  path: KnownPath,
  parts: Parts,
  contracts: readonly ContractModel[],
  indexOf: (path: string) => number,
): PathModel | null {
  const { model, account, leastMs, mostMs } = path;
  const rules = parts.rules.get(path);
  const contract = path.contract?.model == null ? -1 : contracts.indexOf(path.contract.model);
  if (model === null || account === null || leastMs === null || mostMs === null) return null;
  if (rules === undefined || contract < 0) return null;
  return {
    name: path.name,
    doc: path.tree.doc,
    span: path.tree.span,
    contract,
    model,
    account,
    leastMs,
    mostMs,
    connectMs: path.connectMs,
    headersMs: path.headersMs,
    firstTokenMs: path.firstTokenMs,
    stallMs: path.stallMs,
    contextWindow: path.contextWindow,
    maxOutput: path.maxOutput,
    price: path.price,
    adapter: path.adapter,
    rewritten: parts.rewritten.has(path),
    validated:
      path.validated === null
        ? null
        : { path: path.validated.path.text, by: path.validated.by.value, span: path.validated.span },
    breaker: parts.health.breakers.get(path) ?? null,
    slo: parts.health.slos.get(path) ?? null,
    retryBudget: parts.health.retryBudgets.get(path) ?? null,
    rules: rules.map(({ line, when, values }) => ruleModel(line, when, values, indexOf)),
    places: { name: path.tree.name.span, block: parts.blocks.get(path)?.path.span ?? path.tree.name.span },
  };
}
