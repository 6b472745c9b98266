/**
 * Holds the parts of a predicate against each other: parts of an `and` that exclude each other, parts
 * of an `or` that leave nothing out, and parts that add nothing. Each is asked after those before it,
 * as it is when the predicate is evaluated; what is said of one part is said of the smallest such part.
 */
import type { Related } from "../../../diagnostics/index.ts";
import { textOf } from "../../../source.ts";
import type { Checked, Junction } from "../checked.ts";
import type { Place } from "../place.ts";
import type { Environment } from "../scope.ts";
import { schemaOf } from "../values.ts";
import { quoted } from "../words.ts";
import { reportUnequalToAbsent } from "./absence.ts";
import { assume, type SubjectOf } from "./assume.ts";
import { answerOf, type Given, stateAfter, toBlame } from "./given.ts";
import { known, START, type State, withKnown } from "./state.ts";
import type { Subject } from "./subject.ts";
import { groupsOf, onlyPlace, subjectsIn, whatIsLeft } from "./subjects.ts";
import { isNothing } from "./values.ts";

/** Reports what the parts of the predicate make of each other. */
export function settleParts(checked: Checked, environment: Environment): void {
  const subjectOf = subjectsIn(environment.places);
  const isShared = sharedIn(groupsOf(checked, subjectOf));
  look(checked, BEGIN, { environment, subjectOf, isShared });
}

interface Context {
  readonly environment: Environment;
  readonly subjectOf: SubjectOf;
  /** Does the predicate ask about the group more than once? What is asked but once settles nothing. */
  readonly isShared: (group: string) => boolean;
}

function sharedIn(groups: readonly string[]): Context["isShared"] {
  const shared = new Set(groups.filter((group, at) => groups.indexOf(group) < at));
  return (group) => shared.has(group);
}

/** A point in the predicate: what was asked before it, and what is known from that. */
interface Point {
  readonly given: readonly Given[];
  readonly state: State;
  /** Of the places that were asked about: a part that reads others can be asked as if it stood alone. */
  readonly groups: ReadonlySet<string>;
}

const BEGIN: Point = { state: START, given: [], groups: new Set() };

function look(part: Checked, point: Point, context: Context): void {
  switch (part.kind) {
    case "wrong":
      break;
    case "not":
      look(part.of, point, context);
      break;
    case "test":
      reportUnequalToAbsent(part, point.state, context.environment, context.subjectOf);
      break;
    default:
      lookThrough(part, startOf(part, point, context), context);
  }
}

/** What has but one answer by itself has it without what stands before it. */
function startOf(part: Checked, point: Point, { subjectOf }: Context): Point {
  return point.given.length === 0 || answerOf(START, part, subjectOf) === null ? point : BEGIN;
}

function lookThrough(junction: Junction, start: Point, context: Context): void {
  const held = junction.kind === "and";
  const asked = junction.parts.filter((part) => asksWhether(held ? "present" : "absent", part));
  const onlyPresence: (() => void)[] = [];
  let point = start;
  for (const part of junction.parts) {
    const groups = groupsOf(part, context.subjectOf).filter(context.isShared);
    if (groups.length === 0) {
      look(part, point, context);
      continue;
    }
    const isNew = groups.every((group) => !point.groups.has(group));
    const settled = isNew ? null : settledHere(part, point, context);
    if (settled !== null) {
      settled.report(junction);
      if (settled.answer === "always" && !held) onlyPresence.length = 0;
      continue;
    }
    const presence = held || isNew ? null : presenceAskedBy(part, point, context);
    if (presence === null) look(part, isUnequal(part) ? withAsked(point, asked, held, context) : point, context);
    else onlyPresence.push(presence);
    const state = assume(point.state, part, held, context.subjectOf);
    // A part that is impossible by itself was reported inside of it.
    if (state === null) continue;
    point = { state, given: [...point.given, { part, held }], groups: new Set([...point.groups, ...groups]) };
  }
  // What always holds was reported as that alone.
  for (const report of onlyPresence) report();
}

/** The point for an inequality: whether its place is there may also be asked after it. */
function withAsked(point: Point, asked: readonly Checked[], held: boolean, { subjectOf }: Context): Point {
  const state = asked.reduce<State | null>((left, part) => left && assume(left, part, held, subjectOf), point.state);
  return state === null ? point : { ...point, state };
}

interface Settled {
  readonly answer: "always" | "never";
  readonly report: (junction: Junction) => void;
}

/** The only answer that the part can give here, because of what stands before it; null where there is none such. */
function settledHere(part: Checked, point: Point, context: Context): Settled | null {
  if (part.kind === "test" && part.isTold) return null;
  const { subjectOf } = context;
  const answer = answerOf(point.state, part, subjectOf);
  if (answer === null || answerOf(START, part, subjectOf) !== null) return null;
  const blamed = toBlame(point.given, (state) => answerOf(state, part, subjectOf) === answer, subjectOf);
  const report = (junction: Junction): void => {
    if (answer === "never") reportNever(part, blamed, context);
    else reportAlways(part, junction, blamed, context);
  };
  return { answer, report };
}

function reportNever(part: Checked, blamed: readonly Given[], context: Context): void {
  if (blamed.some((given) => !given.held)) {
    reportSuperfluous(part, blamed, context);
    return;
  }
  const { environment, subjectOf } = context;
  const place = onlyPlace(part, environment);
  const state = stateAfter(blamed, subjectOf);
  const isPlain = blamed.every((given) => isPlainOf(given.part, place, environment));
  const why = isPlain || place === null || state === null ? null : whatIsLeft(place, state, subjectOf);
  // Where another place is to blame, it is the contract that ties the two.
  const isTied = blamed.every((given) => onlyPlace(given.part, environment)?.text !== place?.text);
  const related = relatedTo(blamed, "this holds there");
  if (isTied && why !== null && place !== null) related.push(...schemaOf(place));
  environment.report.add("FBP2137", part.span, { what: quoted(part.span), others: names(blamed), why }, { related });
}

function reportAlways(part: Checked, junction: Junction, blamed: readonly Given[], context: Context): void {
  // `code != "a" and code is present` says that absence was thought of.
  if (asksWhether("present", part) && blamed.every((given) => given.held && isUnequal(given.part))) return;
  if (blamed.every((given) => given.held)) {
    reportSuperfluous(part, blamed, context);
  } else if (junction.kind === "or") {
    const areUnequal = [part, ...blamed.map((given) => given.part)].every(isUnequal);
    context.environment.report.add(
      "FBP2138",
      part.span,
      { what: quoted(part.span), others: names(blamed), areUnequal },
      { related: relatedTo(blamed, "this takes the rest") },
    );
  }
  // What is left is `a or not a and b`, which spells out what it means.
}

function reportSuperfluous(part: Checked, blamed: readonly Given[], { environment }: Context): void {
  const isSame = blamed.some((given) => textOf(given.part.span) === textOf(part.span));
  const held = blamed.filter((given) => given.held);
  const failed = blamed.filter((given) => !given.held);
  environment.report.add(
    "FBP2139",
    part.span,
    { what: quoted(part.span), isSame, held: names(held), failed: names(failed) },
    { related: relatedTo(blamed, "this stands before it") },
  );
}

/** Does the part take all that those before it leave, but for a place that is absent? Then what reports it. */
function presenceAskedBy(part: Checked, point: Point, context: Context): (() => void) | null {
  const { environment, subjectOf } = context;
  const place = onlyPlace(part, environment);
  if (place === null || (part.kind === "test" && part.isTold)) return null;
  const isSo = (state: State): boolean => {
    const there = withPresent(state, subjectOf(place.read));
    return there !== null && answerOf(there, part, subjectOf) === "always";
  };
  if (!isSo(point.state) || isSo(START)) return null;
  const blamed = toBlame(point.given, isSo, subjectOf);
  if (blamed.some((given) => given.held)) return null;
  return () =>
    environment.report.add(
      "FBP2141",
      part.span,
      { what: quoted(part.span), others: names(blamed), place: place.text },
      { related: relatedTo(blamed, "this takes the rest") },
    );
}

function withPresent(state: State, subject: Subject): State | null {
  const { values } = known(state, subject);
  return isNothing(values) ? null : withKnown(state, subject, { absent: false, values });
}

/** Is what the part leaves of the place plain to read from it? */
function isPlainOf(part: Checked, place: Place | null, environment: Environment): boolean {
  const isShort = isEqual(part) || (part.kind === "test" && part.predicate.kind === "is");
  return isShort && onlyPlace(part, environment)?.text === place?.text;
}

/** `error.code is present` */
function asksWhether(test: "present" | "absent", part: Checked): boolean {
  return part.kind === "test" && part.predicate.kind === "is" && part.predicate.test === test;
}

/** `status == 429` */
function isEqual(part: Checked): boolean {
  return part.kind === "test" && part.predicate.kind === "compare" && part.predicate.operator === "==";
}

/** `status != 429`, `not status == 429` */
function isUnequal(part: Checked): boolean {
  if (part.kind === "not")
    return part.of.kind === "test" && part.of.predicate.kind === "compare" && part.of.predicate.operator === "==";
  return part.kind === "test" && part.predicate.kind === "compare" && part.predicate.operator === "!=";
}

const MOST_NAMED = 3;

function names(given: readonly Given[]): readonly string[] {
  const all = given.map(({ part }) => quoted(part.span));
  return all.length <= MOST_NAMED + 1 ? all : [...all.slice(0, MOST_NAMED), `${all.length - MOST_NAMED} more`];
}

function relatedTo(given: readonly Given[], text: string): Related[] {
  return given.slice(0, MOST_NAMED).map(({ part }) => ({ span: part.span, text }));
}
