/** "Always true" and "always false": what a test can give, over every contract in scope. */
import type { Related } from "../../diagnostics/index.ts";
import type { Span } from "../../source.ts";
import type { Place } from "./place.ts";
import type { Possible } from "./possible.ts";
import type { Environment } from "./scope.ts";
import { schemaOf } from "./values.ts";
import { allowedBy, quoted } from "./words.ts";

/**
 * Reports a test that gives the same answer whatever is there. `possible` has one entry for each view,
 * of what the test gives where `place` is there; where it is absent the test is false. True when it was
 * reported as an error.
 */
export function reportSettled(
  span: Span,
  place: Place,
  possible: readonly Possible[],
  environment: Environment,
  because: string = becauseOf(place),
): boolean {
  const what = quoted(span);
  const settled = () => ({ related: schemaOf(place) });
  if (possible.every((one) => !one.true)) {
    environment.report.add("FBP2107", span, { what, because }, settled());
    return true;
  }
  if (possible.some((one) => one.false)) return false;
  if (place.read.optional) {
    // Which names there are changes with the policy: today's only path is not all that may ever be there.
    if (place.sort.kind === "name") return false;
    environment.report.add("FBP2109", span, { what, place: place.text, because }, settled());
    return false;
  }
  environment.report.add("FBP2108", span, { what, because }, settled());
  return true;
}

/** A test whose answer is plain: from the text of the policy alone, or from whether a place is there. */
export function reportPlain(
  span: Span,
  answer: boolean,
  because: string,
  environment: Environment,
  related: readonly Related[] = [],
): void {
  environment.report.add(answer ? "FBP2108" : "FBP2107", span, { what: quoted(span), because }, { related });
}

export function becauseOf(place: Place): string {
  const [view] = place.views;
  return view === undefined ? "nothing is there" : allowedBy(place, view);
}
