import type { Report } from "../diagnostics/index.ts";
import type { Source, Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";

/** What a program declares at the top of its files, by name. Of two with one name the first counts. */
export interface Declarations {
  readonly entry: tree.File;
  readonly files: readonly tree.File[];
  readonly contracts: ReadonlyMap<string, tree.ContractItem>;
  readonly contexts: readonly tree.ContextBlock[];
  readonly paths: ReadonlyMap<string, tree.PathBlock>;
  readonly signals: ReadonlyMap<string, tree.SignalItem>;
  readonly reasons: ReadonlyMap<string, tree.ReasonItem>;
  readonly budgets: ReadonlyMap<string, tree.BudgetBlock>;
  readonly breakers: ReadonlyMap<string, tree.BreakerBlock>;
  readonly policies: ReadonlyMap<string, tree.PolicyBlock>;
  /** Of the entry alone: what another file plays is that file's to test. */
  readonly scenarios: readonly tree.ScenarioBlock[];
  /** By the name of the contract; "" is the block for every contract without one of its own. */
  readonly signalsBlocks: ReadonlyMap<string, tree.SignalsBlock>;
  readonly acceptBlocks: ReadonlyMap<string, tree.AcceptBlock>;
  /**
   * Kinds of which one lost its name to a syntax error: that a name of such a kind is unknown cannot
   * be said then.
   */
  readonly incomplete: ReadonlySet<string>;
  /** Did a syntax error, already reported, take something out of this place? */
  broken(place: Span): boolean;
}

export function collect(files: readonly tree.File[], report: Report): Declarations {
  const [entry] = files;
  if (entry === undefined) throw new RangeError("a program has at least one file");
  const incomplete = new Set<string>();
  const errors = syntaxErrors(report);

  const contracts = new Map<string, tree.ContractItem>();
  const contexts: tree.ContextBlock[] = [];
  const paths = new Map<string, tree.PathBlock>();
  const signals = new Map<string, tree.SignalItem>();
  const reasons = new Map<string, tree.ReasonItem>();
  const budgets = new Map<string, tree.BudgetBlock>();
  const breakers = new Map<string, tree.BreakerBlock>();
  const policies = new Map<string, tree.PolicyBlock>();
  const scenarios = new Map<string, tree.ScenarioBlock>();
  const signalsBlocks = new Map<string, tree.SignalsBlock>();
  const acceptBlocks = new Map<string, tree.AcceptBlock>();

  const declare = <T extends tree.Item>(what: string, into: Map<string, T>, item: T, name: tree.Name | null): void => {
    if (name === null) {
      // Where a syntax error took a policy's first line, its blocks stand at the top of the file.
      const file = { ...item.span, start: 0, end: item.span.source.text.length };
      if (!errors(file)) report.add("FBP2016", keywordOf(item), { what: `a ${what}`, name: what });
      incomplete.add(what);
      return;
    }
    if (name.text === "") {
      incomplete.add(what);
      return;
    }
    const first = into.get(name.text);
    if (first === undefined) into.set(name.text, item);
    else reportTwice(report, what, name.text, name.span, nameSpanOf(first));
  };

  for (const file of files) {
    if (hasLost(file, report)) for (const what of KINDS) incomplete.add(what);
    for (const item of file.items) {
      switch (item.kind) {
        case "contract":
          declare("contract", contracts, item, item.name);
          break;
        case "context":
          contexts.push(item);
          if (errors(item.span)) incomplete.add("context field");
          break;
        case "path":
          declare("path", paths, item, item.name);
          break;
        case "signal":
          declare("signal", signals, item, item.name);
          break;
        case "reason":
          declare("reason", reasons, item, item.name);
          break;
        case "budget":
          declare("budget", budgets, item, item.name);
          break;
        case "breaker":
          declare("breaker", breakers, item, item.name);
          break;
        case "policy":
          declare("policy", policies, item, item.name);
          break;
        case "signals":
          declareBlock(report, "signals", signalsBlocks, item);
          break;
        case "accept":
          declareBlock(report, "accept", acceptBlocks, item);
          break;
        case "scenario":
          if (file === entry) declareScenario(report, scenarios, item);
          break;
        case "use":
          break;
      }
    }
  }

  return {
    entry,
    files,
    contracts,
    contexts,
    paths,
    signals,
    reasons,
    budgets,
    breakers,
    policies,
    scenarios: [...scenarios.values()],
    signalsBlocks,
    acceptBlocks,
    incomplete,
    broken: errors,
  };
}

/** What a declaration that could not be read may have declared. */
const KINDS = ["contract", "path", "signal", "reason", "budget", "breaker", "policy", "context field"] as const;

/** Is there something at the top of the file, outside of every declaration, that was not understood? */
function hasLost(file: tree.File, report: Report): boolean {
  return report.diagnostics.some(
    ({ code, span }) =>
      (code === "FBP1001" || code === "FBP1002") &&
      span.source === file.span.source &&
      span.end > span.start &&
      file.items.every((item) => span.end <= item.span.start || span.start >= item.span.end),
  );
}

/** The word that a declaration begins with: of a block without a name, the place to point at. */
export function keywordOf(item: { readonly kind: string; readonly span: Span }): Span {
  return { ...item.span, end: item.span.start + item.kind.length };
}

function declareBlock<T extends tree.SignalsBlock | tree.AcceptBlock>(
  report: Report,
  what: string,
  into: Map<string, T>,
  block: T,
): void {
  const key = block.contract?.text ?? "";
  if (block.contract !== null && key === "") return;
  const first = into.get(key);
  if (first === undefined) into.set(key, block);
  else {
    const name = key === "" ? what : `${what} for ${key}`;
    reportTwice(report, "block", name, (block.contract ?? block).span, (first.contract ?? first).span);
  }
}

function declareScenario(report: Report, into: Map<string, tree.ScenarioBlock>, scenario: tree.ScenarioBlock): void {
  const first = into.get(scenario.title.value);
  if (first === undefined) into.set(scenario.title.value, scenario);
  else reportTwice(report, "scenario", scenario.title.value, scenario.title.span, first.title.span);
}

/** `what` and `name` stand at `again`, and stood at `first` already. */
export function reportTwice(report: Report, what: string, name: string, again: Span, first: Span): void {
  report.add("FBP2005", again, { what, name }, { related: [{ span: first, text: "the first one is here" }] });
}

function nameSpanOf(item: tree.Item): Span {
  return "name" in item && item.name !== null ? item.name.span : item.span;
}

/** Tells whether a syntax error that was reported so far lies within a place. */
function syntaxErrors(report: Report): (place: Span) => boolean {
  const bySource = new Map<Source, Span[]>();
  for (const { code, severity, span } of report.diagnostics) {
    if (severity !== "error" || !code.startsWith("FBP1")) continue;
    const list = bySource.get(span.source);
    if (list === undefined) bySource.set(span.source, [span]);
    else list.push(span);
  }
  return (place) =>
    bySource.get(place.source)?.some((error) => error.start <= place.end && error.end >= place.start) ?? false;
}
