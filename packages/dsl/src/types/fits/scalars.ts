/** Numbers and texts against those members of a place that are of their kind. */
import { describe } from "../describe.ts";
import { holdsNumber, holdsString } from "../scalar.ts";
import type { NumberType, StringType, Type } from "../type.ts";
import { coverRange, firstWholeOutside, type WholeRange } from "./cover.ts";
import { FITS, type Fit, no, perhaps } from "./fit.ts";

export function fitBoolean(value: boolean | null, places: readonly (boolean | null)[], place: Type): Fit {
  const held = value === null ? [true, false] : [value];
  const outside = held.find((each) => !places.includes(null) && !places.includes(each));
  return outside === undefined ? FITS : no(mayBe(String(outside), place));
}

export function fitNumber(value: NumberType, places: readonly NumberType[], place: Type): Fit {
  const holds = (one: number): boolean => places.some((each) => holdsNumber(each, one));
  const ranges = places.filter((one) => one.values === null);
  const listed = value.values ?? fewWhole(value);
  const barred = ranges.flatMap((one) => one.except).filter((one) => holdsNumber(value, one));
  const outside = (listed ?? barred).find((one) => !holds(one));
  if (outside !== undefined) return no(mayBe(String(outside), place));
  if (listed !== null) return FITS;
  const [stepped] = ranges.filter((one) => !isStepOf(one.step, value.step));
  const fit = value.integer ? fitWhole(value, places, place) : fitAny(value, ranges, place);
  if (fit.kind === "yes" || stepped === undefined) return fit;
  if (places.length > 1) return perhaps("multiples of several numbers are not compared together");
  return no(`it may be no multiple of ${stepped.step}, and only multiples of it fit`);
}

function fitWhole(value: NumberType, places: readonly NumberType[], place: Type): Fit {
  const ranges = places.filter((one) => one.values === null && isStepOf(one.step, value.step)).map(wholeRange);
  const points = [...places.flatMap((one) => one.values ?? []), ...value.except];
  const outside = firstWholeOutside(wholeRange(value), ranges, points);
  if (outside === null) return FITS;
  return no(mayBe(Number.isFinite(outside) && holdsNumber(value, outside) ? String(outside) : describe(value), place));
}

function fitAny(value: NumberType, ranges: readonly NumberType[], place: Type): Fit {
  if (
    coverRange(
      value,
      ranges.filter((one) => !one.integer),
    )
  )
    return FITS;
  return value.except.length === 0 ? no(mayBe(describe(value), place)) : perhaps(mayBe(describe(value), place));
}

/** Is each multiple of `step` one of `of` too? null: any number. */
function isStepOf(of: number | null, step: number | null): boolean {
  return of === null || (step !== null && step % of === 0);
}

const FEW = 64;

/** The whole numbers of a short range, one by one; null where there are many. */
function fewWhole(value: NumberType): readonly number[] | null {
  const { low, high } = wholeRange(value);
  if (!value.integer || !(high - low < FEW)) return null;
  const all = Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index);
  return all.filter((one) => holdsNumber(value, one));
}

function wholeRange({ min, max, minExclusive, maxExclusive }: NumberType): WholeRange {
  const low = min === null ? Number.NEGATIVE_INFINITY : minExclusive ? Math.floor(min) + 1 : Math.ceil(min);
  const high = max === null ? Number.POSITIVE_INFINITY : maxExclusive ? Math.ceil(max) - 1 : Math.floor(max);
  return { low, high };
}

export function fitString(value: StringType, places: readonly StringType[], place: Type): Fit {
  const free = places.filter((one) => one.values === null);
  const barred = free.flatMap((one) => one.except).filter((one) => holdsString(value, one));
  const outside = (value.values ?? barred).find((one) => !places.some((each) => holdsString(each, one)));
  if (outside !== undefined) return no(mayBe(JSON.stringify(outside), place));
  if (value.values !== null) return FITS;
  const alike = free.filter((one) => whyNotAlike(value, one) === null);
  if (firstWholeOutside(lengths(value), alike.map(lengths)) === null) return FITS;
  if (firstWholeOutside(lengths(value), free.map(lengths)) !== null) return no(mayBe(describe(value), place));
  return perhaps(
    free.map((one) => whyNotAlike(value, one)).find((why) => why !== null) ?? mayBe(describe(value), place),
  );
}

/** What the place asks of a text, lengths aside, that nothing shows of the value. */
function whyNotAlike(value: StringType, place: StringType): string | null {
  const pattern = place.patterns.find((each) => !value.patterns.includes(each));
  if (pattern !== undefined)
    return `it has to match the pattern ${JSON.stringify(pattern)}, and patterns are not compared`;
  if (place.format === null || place.format === value.format) return null;
  return `it has to be in the form ${place.format}, and nothing says that it is`;
}

function lengths({ minLength, maxLength }: StringType): WholeRange {
  return { low: minLength, high: maxLength ?? Number.POSITIVE_INFINITY };
}

export function mayBe(what: string, place: Type): string {
  return `it may be ${what}, and only ${describe(place)} fits`;
}
