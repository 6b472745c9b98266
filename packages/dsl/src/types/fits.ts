/**
 * Does every value of one type fit a place of another? What a provider may give against what was
 * promised of another one, what a service sends against what another provider takes.
 *
 * Both types may be wider than their schemas. `yes` says that the place's type admits every value of
 * the first schema; `no` that it does not admit some value of the first type, with the place of the
 * first difference; `unknown` that neither could be shown, and why.
 */
import { Comparison } from "./fits/comparison.ts";
import type { Fit, Purpose } from "./fits/fit.ts";
import type { Type } from "./type.ts";

export { type Fit, type Purpose, placeInWords } from "./fits/fit.ts";

/**
 * @param purpose `any`: every value counts. `sent`: the value is written by somebody who knows its
 *   type, so that fields which the type does not describe are not there. `read`: the value is read by
 *   somebody who knows the place's type, so that fields which that type does not name do no harm.
 *   `skimmed`: as `read`, by somebody who counts neither on anything being there nor on a list of values
 *   being complete, and takes null for absent.
 */
export function fits(value: Type, place: Type, purpose: Purpose = "any"): Fit {
  return new Comparison(purpose).compare(value, place);
}

/** The same for many pairs out of two documents: the work is shared, and bounded together. */
export function fitting(purpose: Purpose): (value: Type, place: Type) => Fit {
  const comparison = new Comparison(purpose);
  return (value, place) => comparison.compare(value, place);
}
