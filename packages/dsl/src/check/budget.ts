import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Declarations } from "./declarations.ts";
import { type RequiredSetting, reportMissing, settingsOf } from "./settings.ts";
import { countOf, durationOf, type Money, moneyOf, tokensOf } from "./values.ts";

/** More calls than this for one request are never meant, and no proof could follow them. */
export const MOST_ATTEMPTS = 100;

type Kind = tree.BudgetSetting["kind"];

/** A budget as declared. What is missing or wrong is null, and was reported. */
export interface KnownBudget {
  readonly block: tree.BudgetBlock;
  readonly deadlineMs: number | null;
  readonly attempts: number | null;
  /** 0 where the budget says nothing. */
  readonly retries: number | null;
  readonly fallbacks: number | null;
  readonly tokens: number | null;
  readonly cost: Money | null;
  /** Where a setting's value stands; undefined where the budget does not say it. */
  readonly placeOf: (kind: Kind) => Span | undefined;
}

const REQUIRED: readonly RequiredSetting[] = [
  ["deadline", "deadline 20s"],
  ["attempts", "attempts 3"],
];

/** `owner` is whose budget it is, in the operator's words; `place` is where to say what is missing. */
export function checkBudget(
  block: tree.BudgetBlock,
  owner: string,
  place: Span,
  declared: Declarations,
  report: Report,
): KnownBudget {
  const settings = settingsOf(report, owner, block.settings ?? []);
  reportMissing(report, declared, owner, place, block.span, REQUIRED, (kind) => settings.has(kind as Kind));

  // `BudgetSetting` is one shape for all kinds, so that a look-up by kind cannot narrow it.
  const givenFor = (kind: Kind): tree.Quantity | undefined =>
    block.settings?.find((setting) => setting.kind === kind)?.value;
  const read = <T>(kind: Kind, silent: T, from: (value: tree.Quantity) => T): T => {
    const value = givenFor(kind);
    return value === undefined ? silent : from(value);
  };
  const count = (kind: Kind, least: number) => (value: tree.Quantity) =>
    countOf(report, kind, value, { least, most: MOST_ATTEMPTS });

  // A setting that a syntax error took may have been this one.
  const silent: number | null = declared.broken(block.span) ? null : 0;
  return {
    block,
    deadlineMs: read("deadline", null, (value) => durationOf(report, "deadline", value)),
    attempts: read("attempts", null, count("attempts", 1)),
    retries: read("retries", silent, count("retries", 0)),
    fallbacks: read("fallbacks", silent, count("fallbacks", 0)),
    tokens: read("tokens", null, (value) => tokensOf(report, "tokens", value)),
    cost: read("cost", null, (value) => moneyOf(report, "cost", value)),
    placeOf: (kind) => givenFor(kind)?.span,
  };
}
