/**
 * What is known of the places that a predicate reads, at one point of it: what the contracts say, and
 * what the tests before that point leave of it.
 */
import { described, type Gap, gapsAt, type Known, type Subject } from "./subject.ts";
import { either, isNothing } from "./values.ts";

/** A place that was asked, and what is left of it. */
export interface Entry extends Known {
  readonly subject: Subject;
}

export interface State {
  /** By the group of the place: only places of one group have to do with each other. */
  readonly places: ReadonlyMap<string, readonly Entry[]>;
  /** Answers of tests that are kept as they stand, by what they ask. */
  readonly answers: ReadonlyMap<string, boolean>;
}

/** At the beginning of a predicate nothing was tested. */
export const START: State = { places: new Map(), answers: new Map() };

const NONE: readonly Entry[] = [];

export function known(state: State, subject: Subject): Known {
  const entries = state.places.get(subject.group) ?? NONE;
  const own = entries.find((entry) => entry.subject.key === subject.key);
  if (entries.length === (own === undefined ? 0 : 1)) return own ?? subject.described.get();
  return described(subject, entries);
}

/** The state with no more than this known of the place; null where nothing is left. */
export function withKnown(state: State, subject: Subject, { absent, values }: Known): State | null {
  if (!absent && isNothing(values)) return null;
  const others = (state.places.get(subject.group) ?? NONE).filter((entry) => entry.subject.key !== subject.key);
  const places = new Map(state.places).set(subject.group, [...others, { subject, absent, values }]);
  return { ...state, places };
}

export function withAnswer(state: State, test: string, held: boolean): State | null {
  const answer = state.answers.get(test);
  if (answer !== undefined) return answer === held ? state : null;
  return { ...state, answers: new Map(state.answers).set(test, held) };
}

/** What holds in both: the one where either may have been the way to this point. */
export function join(a: State | null, b: State | null): State | null {
  if (a === null || b === null) return a ?? b;
  if (a === b) return a;
  const places = new Map<string, readonly Entry[]>();
  for (const [group, entries] of a.places) {
    const others = b.places.get(group) ?? NONE;
    const left = entries.flatMap((one) => joined(one, others));
    if (left.length > 0) places.set(group, left);
  }
  return { places, answers: new Map([...a.answers].filter(([test, held]) => b.answers.get(test) === held)) };
}

function joined(one: Entry, others: readonly Entry[]): readonly Entry[] {
  const other = others.find((entry) => entry.subject.key === one.subject.key);
  if (other === undefined) return NONE;
  if (other === one) return [one];
  const values = either(one.values, other.values);
  return [{ subject: one.subject, absent: one.absent || other.absent, values }];
}

/** Every step at which the place may be absent, the nearest to the place first. */
export function gapsOf(state: State, subject: Subject): readonly Gap[] {
  return gapsAt(subject, state.places.get(subject.group) ?? NONE);
}
