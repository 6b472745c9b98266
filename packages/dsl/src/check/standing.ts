/** How a program stands before production: each area of its contracts, and each path that a fallback names. */

import type { DigestFile } from "../contract/sources.ts";
import { type AreaStatus, areaStatuses } from "../contract/status.ts";
import { positionOf, type Source } from "../source.ts";
import type { Known } from "./known.ts";
import type { Consulted, FallbackModel, Reliance } from "./model.ts";

export interface Standing {
  /** Those that could be read, in the order of their declarations. */
  readonly contracts: readonly ContractStanding[];
  /** Of each policy that could be read so far. */
  readonly fallbacks: readonly { readonly policy: string; readonly targets: readonly FallbackModel[] }[];
}

export interface ContractStanding {
  /** As the program names it. */
  readonly name: string;
  readonly source: Source;
  readonly areas: readonly AreaStanding[];
}

export interface AreaStanding extends AreaStatus {
  /** Each construct once, in reading order. */
  readonly reliedOnBy: readonly Reliance[];
}

interface Stands {
  readonly block: { readonly name: { readonly text: string } };
  readonly reliance: readonly Reliance[];
  readonly fallbacks: readonly FallbackModel[];
}

export function standingOf(policies: readonly Stands[], known: Known, digest: DigestFile): Standing {
  const order = new Map(known.declared.files.map((file, index) => [file.span.source, index]));
  const all = inReadingOrder(
    policies.flatMap(({ reliance }) => reliance),
    ({ span }) => order.get(span.source) ?? 0,
  );
  const contracts = [...known.contracts.values()].flatMap(({ name, loaded }): ContractStanding[] => {
    if (loaded === null) return [];
    const areas = areaStatuses(loaded.contract, known.options.asOf, digest).map((status) => ({
      ...status,
      reliedOnBy: all.filter(({ contract, area }) => contract === name && area === status.area),
    }));
    return [{ name, source: loaded.source, areas }];
  });
  const fallbacks = policies.map(({ block, fallbacks: targets }) => ({ policy: block.name.text, targets }));
  return { contracts, fallbacks };
}

/** Each construct once for each line that it stands on, by file and place. */
function inReadingOrder(all: readonly Reliance[], fileOf: (reliance: Reliance) => number): readonly Reliance[] {
  const keyOf = ({ contract, area, what, span }: Reliance): string =>
    JSON.stringify([contract, area, span.source.name, positionOf(span.source, span.start).line, what]);
  const sorted = [...all].sort((a, b) => fileOf(a) - fileOf(b) || a.span.start - b.span.start);
  const once = new Map<string, Reliance>();
  for (const reliance of sorted) if (!once.has(keyOf(reliance))) once.set(keyOf(reliance), reliance);
  return [...once.values()];
}

/** The files that a judgement hangs on and that are no part of what is compiled, each once, by name. */
export function consultedFor({ contracts, fallbacks }: Standing): readonly Consulted[] {
  const copies = contracts.flatMap(({ areas }) =>
    areas.flatMap(({ verification, copies }) =>
      verification.source.flatMap(({ file }, index): Consulted[] => {
        const copy = copies[index];
        if (file === undefined || copy === undefined || !("digest" in copy)) return [];
        return [{ file, digest: copy.digest, as: "source" }];
      }),
    ),
  );
  const evidence = fallbacks.flatMap(({ targets }) =>
    targets.flatMap((target): Consulted[] =>
      target.evidence === null ? [] : [{ ...target.evidence, as: "evidence" }],
    ),
  );
  const once = new Map([...copies, ...evidence].map((one) => [JSON.stringify([one.as, one.file]), one]));
  return [...once.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}
