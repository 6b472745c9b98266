/** Says what the policies rely on and nobody has verified, and which verifications do not hold. */
import type { AreaName } from "../contract/document.ts";
import type { LoadedContract } from "../contract/loaded.ts";
import type { AreaState } from "../contract/reliance.ts";
import type { Related } from "../diagnostics/index.ts";
import type { ToVerify } from "../diagnostics/verify-command.ts";
import type { Known } from "./known.ts";
import type { Reliance } from "./model.ts";
import type { ContractStanding } from "./standing.ts";

/** A message names at most this many other places that rely on the area. */
const MOST_RELATED = 5;

/**
 * In production one error for each area of a contract that is relied on and open, at the first construct
 * that relies on it; in development one warning for each contract. A copy of a source that is not what was
 * read is an error in both, relied on or not: then the contract says what is not so.
 */
export function reportUnverified(standings: readonly ContractStanding[], known: Known): void {
  for (const { name, areas } of standings) {
    const contract = known.contracts.get(name);
    if (contract?.loaded == null) continue;
    const { loaded } = contract;
    const open = areas.filter(({ state, reliedOnBy }) => isOpen(state) && reliedOnBy.length > 0);
    for (const { area, state, reliedOnBy } of areas) {
      if (state.kind === "contradicted") reportContradiction(area, state, reliedOnBy, loaded, known);
    }
    if (open.length === 0) continue;
    if (known.options.profile === "development") {
      const policy = known.declared.entry.span.source.name;
      const args = { contract: name, areas: open.map(({ area }) => area), policy };
      known.report.add("FBP3201", contract.item.name.span, args, { names: [policy] });
      continue;
    }
    for (const { area, state, reliedOnBy } of open) reportOpen(name, area, state, reliedOnBy, loaded, known);
  }
}

function isOpen(state: AreaState): boolean {
  return state.kind === "pending" || state.kind === "expired";
}

function reportOpen(
  contract: string,
  area: AreaName,
  state: AreaState,
  constructs: readonly Reliance[],
  loaded: LoadedContract,
  known: Known,
): void {
  const [first, ...others] = constructs;
  if (first === undefined) return;
  const related: Related[] = others
    .filter(({ span }) => span !== first.span)
    .slice(0, MOST_RELATED)
    .map(({ span, what }) => ({ span, text: `${what} relies on it too` }));
  const args = { what: first.what, contract, ...toVerify(area, loaded) };
  const more = { related, names: [args.file] };
  if (state.kind === "expired") known.report.add("FBP3102", first.span, { ...args, since: state.since }, more);
  else known.report.add("FBP3101", first.span, args, more);
}

function reportContradiction(
  area: AreaName,
  { by }: Extract<AreaState, { readonly kind: "contradicted" }>,
  constructs: readonly Reliance[],
  loaded: LoadedContract,
  known: Known,
): void {
  const pointer = `/${area}/verification/source/${by.source}`;
  const related = constructs
    .slice(0, MOST_RELATED)
    .map(({ span, what }): Related => ({ span, text: `${what} relies on \`${area}\`` }));
  const args = { copy: by.file, ...toVerify(area, loaded) };
  const more = { related, names: [args.file] };
  if (by.copy.kind === "unread") {
    known.report.add("FBP3104", loaded.spanOf(`${pointer}/file`), { ...args, why: by.copy.why }, more);
  } else known.report.add("FBP3103", loaded.spanOf(`${pointer}/digest`), args, more);
}

function toVerify(area: AreaName, { contract, source }: LoadedContract): ToVerify {
  return { area, file: source.name, hasSource: contract[area].verification.source.length > 0 };
}
