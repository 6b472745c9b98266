/** What the tests before a part of a predicate make of it, and which of them are to blame. */
import type { Checked } from "../checked.ts";
import { assume, type SubjectOf } from "./assume.ts";
import { START, type State } from "./state.ts";

/** A part that stands before another one, with the answer that it has given where the other is asked. */
export interface Given {
  readonly part: Checked;
  readonly held: boolean;
}

/** The only answer that a part can give, or null where both are possible. */
export type Answer = "always" | "never" | null;

/** Of more than this the nearest alone are looked at, for each question costs a pass over them all. */
const MOST_GIVEN = 64;

export function answerOf(state: State, part: Checked, subjectOf: SubjectOf): Answer {
  if (part.kind === "wrong") return null;
  if (assume(state, part, true, subjectOf) === null) return "never";
  return assume(state, part, false, subjectOf) === null ? "always" : null;
}

/** null where they contradict each other. */
export function stateAfter(given: readonly Given[], subjectOf: SubjectOf): State | null {
  let state: State | null = START;
  for (const { part, held } of given) {
    if (state !== null) state = assume(state, part, held, subjectOf);
  }
  return state;
}

/** The fewest of them, nearest first, after which `isSo` holds; one alone where one is enough. */
export function toBlame(
  given: readonly Given[],
  isSo: (state: State) => boolean,
  subjectOf: SubjectOf,
): readonly Given[] {
  const isEnough = (some: readonly Given[]): boolean => {
    const state = stateAfter(some, subjectOf);
    return state !== null && isSo(state);
  };
  const near = given.slice(-MOST_GIVEN);
  const one = near.findLast((single) => isEnough([single]));
  if (one !== undefined) return [one];
  let left = isEnough(near) ? near : given;
  for (const single of left.slice(0, MOST_GIVEN)) {
    const fewer = left.filter((other) => other !== single);
    if (isEnough(fewer)) left = fewer;
  }
  return left;
}
