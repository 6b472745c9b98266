import { AREA_NAMES, type AreaName, type Contract, type Verification } from "./document.ts";
import { type AreaState, areaState } from "./reliance.ts";
import { type CopyState, contradictionsOf, copiesOf, type DigestFile } from "./sources.ts";

/** What is known of one area, and whether it may be relied on. */
export interface AreaStatus {
  readonly area: AreaName;
  readonly state: AreaState;
  readonly verification: Verification;
  /** What became of the copy of each source, in order. */
  readonly copies: readonly CopyState[];
}

/**
 * The six areas as they stand on the ISO day `asOf`.
 *
 * @throws RangeError where `asOf` is no day
 */
export function areaStatuses(contract: Contract, asOf: string, digest: DigestFile): readonly AreaStatus[] {
  const contradictions = contradictionsOf(contract, digest);
  return AREA_NAMES.map((area) => {
    const { verification } = contract[area];
    return {
      area,
      state: areaState(contract, area, asOf, contradictions),
      verification,
      copies: copiesOf(verification, digest),
    };
  });
}
