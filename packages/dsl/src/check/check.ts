/**
 * Names, values, rules and what they rely on: from the trees of a program's files to the program that
 * is lowered. Everything that is wrong is reported in one run, each cause once.
 */

import type { DigestFile } from "../contract/sources.ts";
import { Report } from "../diagnostics/index.ts";
import type { LoadedEvidence } from "../evidence/load.ts";
import type { Source } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { checkBreaker, type KnownBreaker } from "./breaker.ts";
import { checkBudget, type KnownBudget } from "./budget.ts";
import { mergeContexts } from "./context.ts";
import { checkContracts } from "./contracts.ts";
import { collect, type Declarations } from "./declarations.ts";
import { readEvidence } from "./eligibility.ts";
import { digestBy, type Load } from "./files.ts";
import { moveFound } from "./gather.ts";
import { type CheckOptions, type Known, noUses } from "./known.ts";
import type { Program } from "./model.ts";
import { checkPath, type KnownPath } from "./path.ts";
import { checkPolicy, type KnownPolicy } from "./policy.ts";
import { resolve } from "./resolve.ts";
import { checkScenario } from "./scenario.ts";
import { tabulate } from "./signal-table.ts";
import { consultedFor, type Standing, standingOf } from "./standing.ts";
import { reportUnused } from "./unused.ts";
import { reportUnverified } from "./unverified.ts";

export { type Load, type Loaded, parseOnce, resolveUses } from "./files.ts";
export type { CheckOptions } from "./known.ts";

export interface Checked {
  /** Null where the report holds an error. */
  readonly program: Program | null;
  /** As far as it could be read; of a program with errors there may be more. */
  readonly standing: Standing;
}

/**
 * Checks a program: the entry's tree first, then those of the files that it uses (`resolveUses`).
 * Their syntax errors stand in `report` already: what such an error took away is not told again.
 * `load` gives contracts, schemas and evidence, `digest` says what the copies of sources hold that contracts
 * were verified against; left out, they are read as text.
 */
export function check(
  files: readonly tree.File[],
  load: Load,
  options: CheckOptions,
  report: Report,
  digest: DigestFile = digestBy(load),
): Checked {
  const own = new Report();
  own.diagnostics.push(...report.diagnostics);
  const { known, sources } = know(files, load, options, own);
  const policies = new Map<string, KnownPolicy>();
  for (const [name, block] of known.declared.policies) policies.set(name, checkPolicy(block, known));
  const scenarios = known.declared.scenarios.map((scenario) => checkScenario(scenario, policies, known));
  const standing = standingOf([...policies.values()], known, digest);
  reportUnverified(standing.contracts, known);
  reportUnused(known);
  reportEmpty(known);
  const read = [...files.map((file) => file.span.source), ...sources];
  moveFound(own.diagnostics.slice(report.diagnostics.length), read, known.declared.incomplete, report);

  const models = [...policies.values()].map(({ model }) => model);
  if (report.failed || models.includes(null) || scenarios.includes(null)) return { program: null, standing };
  const program = {
    policies: models.filter((model) => model !== null),
    scenarios: scenarios.filter((scenario) => scenario !== null),
    sources: read,
    get consulted() {
      return consultedFor(standing);
    },
  };
  return { program, standing };
}

/** What the declarations at the top of the files say, before any policy uses them. */
function know(
  files: readonly tree.File[],
  load: Load,
  options: CheckOptions,
  report: Report,
): { readonly known: Known; readonly sources: readonly Source[] } {
  const declared = collect(files, report);
  const context = mergeContexts(declared.contexts, report);
  const table = tabulate(declared.signals, report);
  const contracts = checkContracts(declared, table, load, report);
  for (const block of [...declared.signalsBlocks.values(), ...declared.acceptBlocks.values()]) {
    if (block.contract !== null) resolve(report, declared, "contract", block.contract, contracts.byName);
  }
  const paths = new Map<string, KnownPath>();
  for (const [name, block] of declared.paths) {
    paths.set(name, checkPath(block, declared, contracts.byName, report));
  }
  const evidence = new Map<KnownPath, LoadedEvidence>();
  const known: Known = {
    report,
    load,
    options,
    declared,
    context,
    table,
    contracts: contracts.byName,
    paths,
    budgets: sharedBudgets(declared, report),
    breakers: sharedBreakers(declared, report),
    uses: noUses(),
    evidence,
  };
  for (const path of paths.values()) {
    if (path.contract !== null) known.uses.contracts.add(path.contract.name);
    if (path.validated !== null) resolve(report, declared, "path", path.validated.path, paths);
    const found = readEvidence(path, known);
    if (found !== null) evidence.set(path, found);
  }
  for (const { readable } of contracts.byName.values()) {
    for (const signal of readable ?? table.models.keys()) known.uses.signals.add(table.nameOf(signal));
  }
  return { known, sources: contracts.sources };
}

function sharedBudgets(declared: Declarations, report: Report): ReadonlyMap<string, KnownBudget> {
  const budgets = new Map<string, KnownBudget>();
  for (const [name, block] of declared.budgets) {
    const place = block.name?.span ?? block.span;
    budgets.set(name, checkBudget(block, `the budget \`${name}\``, place, declared, report));
  }
  return budgets;
}

function sharedBreakers(declared: Declarations, report: Report): ReadonlyMap<string, KnownBreaker> {
  const breakers = new Map<string, KnownBreaker>();
  for (const [name, block] of declared.breakers) {
    const place = block.name?.span ?? block.span;
    breakers.set(name, checkBreaker(block, `the breaker \`${name}\``, place, declared, report));
  }
  return breakers;
}

/** A file without a declaration is a file that was not written yet, or the wrong one. */
function reportEmpty({ declared, report }: Known): void {
  const { entry } = declared;
  if (entry.items.length > 0 || declared.broken(entry.span)) return;
  report.add("FBP2024", { ...entry.span, end: entry.span.start }, {});
}
