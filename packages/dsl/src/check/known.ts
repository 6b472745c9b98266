import type { Report } from "../diagnostics/index.ts";
import type { LoadedEvidence } from "../evidence/load.ts";
import type * as tree from "../syntax/tree.ts";
import type { KnownBreaker } from "./breaker.ts";
import type { KnownBudget } from "./budget.ts";
import type { KnownContract } from "./contracts.ts";
import type { Declarations } from "./declarations.ts";
import type { Load } from "./files.ts";
import type { ContextFieldModel } from "./model.ts";
import type { KnownPath } from "./path.ts";
import type { SignalTable } from "./signal-table.ts";

/** How strict the checks are, and on which day. */
export interface CheckOptions {
  /** In `production` an unverified contract and a fallback without evidence are errors, else warnings. */
  readonly profile: "development" | "production";
  /** ISO day, `2026-11-22`: verifications that have run out by then have expired. */
  readonly asOf: string;
}

/** What is known of the whole program when a policy of it is checked. */
export interface Known {
  readonly report: Report;
  readonly load: Load;
  readonly options: CheckOptions;
  readonly declared: Declarations;
  readonly context: readonly ContextFieldModel[];
  readonly table: SignalTable;
  readonly contracts: ReadonlyMap<string, KnownContract>;
  readonly paths: ReadonlyMap<string, KnownPath>;
  readonly budgets: ReadonlyMap<string, KnownBudget>;
  readonly breakers: ReadonlyMap<string, KnownBreaker>;
  readonly uses: Uses;
  /** By the path that names it; none where it cannot be read. */
  readonly evidence: ReadonlyMap<KnownPath, LoadedEvidence>;
}

/** The names that something uses, collected while the program is checked. */
export interface Uses {
  readonly contracts: Set<string>;
  /** Mentioned in a policy in whatever way. */
  readonly paths: Set<string>;
  readonly signals: Set<string>;
  readonly reasons: Set<tree.ReasonItem>;
  readonly budgets: Set<string>;
  readonly breakers: Set<string>;
}

export function noUses(): Uses {
  return {
    contracts: new Set(),
    paths: new Set(),
    signals: new Set(),
    reasons: new Set(),
    budgets: new Set(),
    breakers: new Set(),
  };
}
