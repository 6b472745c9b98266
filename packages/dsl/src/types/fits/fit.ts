import type { Type } from "../type.ts";

/** What a comparison of two types comes to. */
export type Fit = Fitting | Misfit;

export interface Fitting {
  readonly kind: "yes";
}

export interface Misfit {
  readonly kind: "no" | "unknown";
  /**
   * From the top of the value inwards: the names of fields, `*` for a field that the schema lets
   * through without naming it, `[2]` for an item of its own, `[]` for any further item of a list.
   */
  readonly at: readonly string[];
  /** A clause, whose "it" is what stands at the place: `it may be null, and only text fits`. */
  readonly why: string;
}

/** Which values of a type count: see `fits`. */
export type Purpose = "any" | "sent" | "read" | "skimmed";

/** Compares the types of fields and items on behalf of those who compare what holds them. */
export interface Comparer {
  readonly purpose: Purpose;
  compare(value: Type, place: Type): Fit;
}

export const FITS: Fitting = Object.freeze({ kind: "yes" });

export function no(why: string): Misfit {
  return { kind: "no", at: [], why };
}

export function perhaps(why: string): Misfit {
  return { kind: "unknown", at: [], why };
}

/** The same, seen from the value that holds it under `step`. */
export function inside(step: string, fit: Fit): Fit {
  return fit.kind === "yes" ? fit : { ...fit, at: [step, ...fit.at] };
}

/** A sure misfit, the first there is; else the first that is not sure; else all fits. Asks no more than it needs. */
export function all(parts: Iterable<Fit>): Fit {
  let found: Fit = FITS;
  for (const part of parts) {
    if (part.kind === "no") return part;
    if (found.kind === "yes") found = part;
  }
  return found;
}

/** `choices[].message.content`, below the place that `from` names. */
export function placeInWords(from: string, at: readonly string[]): string {
  return at.reduce((text, step) => {
    if (/^\[\d*\]$/u.test(step)) return `${text}${step}`;
    return /^(?:[A-Za-z_]\w*|\*)$/u.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, from);
}
