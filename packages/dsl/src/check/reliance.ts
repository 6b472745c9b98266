import { AREA_NAMES, type AreaName } from "../contract/document.ts";
import { type AreaState, areaState } from "../contract/reliance.ts";
import type { Related } from "../diagnostics/index.ts";
import type { Source, Span } from "../source.ts";
import type { Known } from "./known.ts";
import type { Reliance } from "./model.ts";

/** A message names at most this many other places that rely on the area. */
const MOST_RELATED = 5;

/** The areas that every call over a path relies on. */
const OF_A_CALL: readonly AreaName[] = ["endpoint", "auth", "request", "response"];

export function relianceOfPath(path: string, contract: string, place: Span): readonly Reliance[] {
  return OF_A_CALL.map((area) => ({ contract, area, span: place, what: `path ${path}` }));
}

/**
 * Says what the policies rely on and nobody has verified. In production one error for each area of a
 * contract, at the first construct that relies on it; in development one warning for each contract.
 */
export function reportReliance(all: readonly Reliance[], known: Known): void {
  const order = new Map<Source, number>(known.declared.files.map((file, index) => [file.span.source, index]));
  const inOrder = [...all].sort(
    (a, b) => (order.get(a.span.source) ?? 0) - (order.get(b.span.source) ?? 0) || a.span.start - b.span.start,
  );
  for (const contract of known.contracts.values()) {
    const { name, loaded } = contract;
    if (loaded === null) continue;
    const of = inOrder.filter((reliance) => reliance.contract === name);
    const open = AREA_NAMES.filter((area) => of.some((reliance) => reliance.area === area))
      .map((area) => ({ area, state: areaState(loaded.contract, area, known.options.asOf) }))
      .filter(({ state }) => state.kind !== "verified");
    if (open.length === 0) continue;
    if (known.options.profile === "development") {
      known.report.add("FBP3201", contract.item.name.span, {
        contract: name,
        areas: open.map(({ area }) => area),
        file: loaded.source.name,
      });
      continue;
    }
    for (const { area, state } of open) {
      const constructs = of.filter((reliance) => reliance.area === area);
      reportOpenArea({ contract: name, area, file: loaded.source.name }, state, constructs, known);
    }
  }
}

function reportOpenArea(
  open: { readonly contract: string; readonly area: AreaName; readonly file: string },
  state: AreaState,
  constructs: readonly Reliance[],
  known: Known,
): void {
  const [first, ...others] = constructs;
  if (first === undefined) return;
  const related: Related[] = others
    .filter(({ span }) => span !== first.span)
    .slice(0, MOST_RELATED)
    .map(({ span, what }) => ({ span, text: `${what} relies on it too` }));
  const args = { what: first.what, ...open };
  if (state.kind === "expired") known.report.add("FBP3102", first.span, { ...args, since: state.since }, { related });
  else known.report.add("FBP3101", first.span, args, { related });
}
