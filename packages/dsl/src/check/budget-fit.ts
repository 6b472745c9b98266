/** Does a policy's budget fit its paths and its rules? Only what is sure without following a request. */
import type { Related, Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { KnownBudget } from "./budget.ts";
import type { KnownPath } from "./path.ts";
import type { Reach } from "./reach.ts";
import { counted, duration, action as inWords, money } from "./words.ts";

/** A message names at most this many other places. */
const MOST_RELATED = 5;

/** What is checked: the paths that a request can come to, the start first, and the rules of their blocks. */
export interface Spending {
  readonly budget: KnownBudget;
  /** Where the policy takes or declares its budget. */
  readonly place: Span;
  readonly start: KnownPath;
  readonly paths: readonly KnownPath[];
  readonly reach: Reach;
  /** False where a name is unknown or a syntax error took something away: then rules may be missing. */
  readonly certain: boolean;
  readonly blocks: readonly tree.OnBlock[];
}

export function checkSpending(spending: Spending, report: Report): void {
  if (checkDeadline(spending, report)) checkWaits(spending, report);
  const isSpent = checkRepeats(spending, "retries", "retry", report);
  const isTaken = checkRepeats(spending, "fallbacks", "fallback", report);
  if (isSpent && isTaken) checkCounts(spending.budget, report);
  checkChains(spending, report);
  checkReservations(spending, report);
}

/** Does the deadline leave time for one attempt on each path? False where it does not, or is not known. */
function checkDeadline({ budget, start, paths, place }: Spending, report: Report): boolean {
  const { deadlineMs } = budget;
  if (deadlineMs === null) return false;
  const deadline = duration(deadlineMs);
  const at = budget.placeOf("deadline") ?? place;
  const tooShort = paths.filter((path) => path.leastMs !== null && path.leastMs > deadlineMs);
  for (const path of tooShort) {
    const least = duration(path.leastMs ?? 0);
    const args = { path: path.name, least, deadline, start: path === start };
    report.add("FBP6001", at, args, { related: placesOf([path]) });
  }
  if (tooShort.length > 0) return false;
  for (const path of paths) {
    if (path.mostMs === null || path.mostMs <= deadlineMs) continue;
    const args = { path: path.name, most: duration(path.mostMs), deadline };
    report.add("FBP6002", at, args, { related: placesOf([path]) });
  }
  return true;
}

function checkWaits({ budget, blocks }: Spending, report: Report): void {
  if (budget.deadlineMs === null) return;
  for (const action of actionsOf(blocks)) {
    if (action.kind !== "retry") continue;
    const wait = action.to ?? action.from;
    if (wait === null || wait.unit.kind !== "duration" || wait.value < budget.deadlineMs) continue;
    report.add("FBP6008", wait.span, { wait: duration(wait.value), deadline: duration(budget.deadlineMs) });
  }
}

/** Does the budget permit the action at all, and does a rule use what it permits? False after an error. */
function checkRepeats(
  { budget, blocks, certain }: Spending,
  setting: "retries" | "fallbacks",
  kind: "retry" | "fallback",
  report: Report,
): boolean {
  const value = budget[setting];
  if (value === null) return false;
  const actions = actionsOf(blocks).filter((action) => action.kind === kind);
  const [first, ...others] = actions;
  if (value === 0 && first !== undefined) {
    const related: Related[] = others
      .slice(0, MOST_RELATED)
      .map((action) => ({ span: action.span, text: `\`${inWords(action)}\` stands here too` }));
    report.add("FBP6005", first.span, { setting, action: inWords(first) }, { related });
    return false;
  }
  const at = budget.placeOf(setting);
  // A budget with a name serves other policies too.
  if (certain && value > 0 && first === undefined && at !== undefined && budget.block.name === null) {
    report.add("FBP6006", at, { setting, value, action: kind === "retry" ? "retry" : "fallback PATH" });
  }
  return true;
}

/** Do attempts, retries and fallbacks fit each other? */
function checkCounts(budget: KnownBudget, report: Report): void {
  const { attempts, retries, fallbacks } = budget;
  const place = budget.placeOf("attempts");
  if (attempts === null || retries === null || fallbacks === null || place === undefined) return;
  if (attempts > 1 + retries + fallbacks) {
    report.add("FBP6003", place, { attempts, retries, fallbacks });
    return;
  }
  for (const [setting, value] of [
    ["retries", retries],
    ["fallbacks", fallbacks],
  ] as const) {
    const at = budget.placeOf(setting);
    if (at !== undefined && value > attempts - 1) report.add("FBP6004", at, { setting, value, attempts });
  }
}

function checkChains({ budget, reach, blocks, certain }: Spending, report: Report): void {
  const { fallbacks } = budget;
  if (fallbacks === null || fallbacks === 0 || !certain) return;
  const told = new Set<string>();
  for (const block of blocks) {
    const before = reach.fallbacksTo(block.path.text);
    if (before === undefined || before + 1 <= fallbacks) continue;
    for (const action of actionsOf([block])) {
      if (action.kind !== "fallback" || told.has(action.path.text)) continue;
      told.add(action.path.text);
      // That it leads back to where the request came from is told as such.
      const isBack = action.path.text === block.path.text || reach.alwaysLeft(action.path.text, block.path.text);
      if (isBack) continue;
      report.add("FBP6007", action.span, { path: action.path.text, needed: before + 1, fallbacks });
    }
  }
}

function checkReservations(spending: Spending, report: Report): void {
  const { budget, paths, place } = spending;
  const at = budget.placeOf("cost") ?? budget.placeOf("tokens");
  checkCurrencies(spending, report);
  if (at === undefined) return;
  const setting = budget.placeOf("cost") === undefined ? "tokens" : "cost";
  const unlimited = paths.filter((path) => !path.says("max_output"));
  if (unlimited.length > 0) {
    report.add("FBP6009", at, { setting, paths: namesOf(unlimited) }, { related: placesOf(unlimited) });
  }
  const unpriced = paths.filter((path) => !path.says("price"));
  if (setting === "cost" && unpriced.length > 0) {
    report.add("FBP6010", at, { paths: namesOf(unpriced) }, { related: placesOf(unpriced) });
  }
  for (const path of paths) {
    checkReservation(path, "tokens", budget.tokens, path.maxOutput, String, budget.placeOf("tokens") ?? place, report);
    const { cost } = budget;
    if (cost === null || path.maxOutput === null || path.price?.currency !== cost.currency) continue;
    const needed = Math.ceil(path.maxOutput * path.price.outputNanosPerToken);
    const say = (nanos: number): string => money(nanos, cost.currency);
    checkReservation(path, "cost", cost.nanos, needed, say, budget.placeOf("cost") ?? place, report);
  }
}

/** The answer alone, without the prompt, which nobody knows yet. */
function checkReservation(
  path: KnownPath,
  setting: "tokens" | "cost",
  budget: number | null,
  needed: number | null,
  say: (value: number) => string,
  at: Span,
  report: Report,
): void {
  if (budget === null || needed === null || needed <= budget) return;
  const args = { path: path.name, setting, needed: setting === "tokens" ? counted(needed, "token") : say(needed) };
  report.add("FBP6012", at, { ...args, budget: say(budget) }, { related: placesOf([path]) });
}

/** All prices and the cost budget must be in one currency. */
function checkCurrencies({ budget, paths }: Spending, report: Report): void {
  const priced = paths.filter((path) => path.price !== null);
  const [first] = priced;
  const at = budget.placeOf("cost");
  if (first === undefined || first.price === null) return;
  const { currency } = first.price;
  const other = priced.find((path) => path.price?.currency !== currency);
  if (other !== undefined && other.price !== null) {
    report.add(
      "FBP6011",
      other.tree.name.span,
      {
        where: `the price of \`${other.name}\``,
        currency: other.price.currency,
        other: `${currency}, as the price of \`${first.name}\``,
      },
      { related: placesOf([first]) },
    );
  } else if (budget.cost !== null && at !== undefined && budget.cost.currency !== currency) {
    report.add(
      "FBP6011",
      at,
      {
        where: "the cost budget",
        currency: budget.cost.currency,
        other: `${currency}, as the price of \`${first.name}\``,
      },
      { related: placesOf([first]) },
    );
  }
}

function actionsOf(blocks: readonly tree.OnBlock[]): readonly tree.Action[] {
  return blocks.flatMap((block) => block.rules.flatMap((rule) => rule.actions));
}

function namesOf(paths: readonly KnownPath[]): readonly string[] {
  return paths.map((path) => path.name);
}

function placesOf(paths: readonly KnownPath[]): readonly Related[] {
  return paths.slice(0, MOST_RELATED).map((path) => ({ span: path.tree.name.span, text: `the path \`${path.name}\`` }));
}
