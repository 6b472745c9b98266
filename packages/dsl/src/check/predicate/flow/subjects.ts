/** The places that a test reads, as the flow of a predicate knows them. */
import { membersOf } from "../../../types/combine.ts";
import { closedValues, describe } from "../../../types/relate.ts";
import type { Type } from "../../../types/type.ts";
import type { Operand, Read } from "../../model.ts";
import type { Checked } from "../checked.ts";
import type { Place } from "../place.ts";
import type { Environment, Root, RootPredicate } from "../scope.ts";
import type { SubjectOf } from "./assume.ts";
import { known, type State } from "./state.ts";
import { type Subject, subject } from "./subject.ts";
import { isNothing, typeOfValues } from "./values.ts";

/** The places that were noted while a predicate was checked, each made a subject once. */
export function subjectsIn(places: Environment["places"]): SubjectOf {
  const whole = new Set([...places.values()].filter(isReadWhole).map(({ read }) => read.from));
  const subjects = new Map<Read<Root>, Subject>();
  return (read) => {
    const known = subjects.get(read);
    if (known !== undefined) return known;
    const place = places.get(read);
    if (place === undefined) throw new TypeError("a place that was not noted is read");
    const { from, segments } = read;
    const group = whole.has(from) ? from : `${from} ${segments[0]}`;
    const made = subject({ from, segments, starts: place.starts, isOpen: place.sort.kind === "name", group });
    subjects.set(read, made);
    return made;
  };
}

/** Does it hold all other places of its root, or tell their shapes apart? */
function isReadWhole({ read, starts }: Place): boolean {
  return read.segments.length === 0 || starts.some((start) => start.type.kind === "union");
}

export function operandsOf(predicate: RootPredicate): readonly Operand<Root>[] {
  switch (predicate.kind) {
    case "const":
    case "or":
    case "and":
    case "not":
      return [];
    case "compare":
      return [predicate.left, predicate.right];
    case "is":
    case "truth":
      return [predicate.operand];
    default:
      return [predicate.left];
  }
}

/** The one place that a part asks about; null where there are several, or where it is no single test. */
export function onlyPlace(part: Checked, environment: Environment): Place | null {
  if (part.kind === "not") return onlyPlace(part.of, environment);
  if (part.kind !== "test") return null;
  const reads = operandsOf(part.predicate).filter((operand): operand is Read<Root> => operand.kind === "read");
  const [read] = reads;
  return reads.length === 1 && read !== undefined ? (environment.places.get(read) ?? null) : null;
}

/** "`status` is 429": what is left of the place at this point; null where that says nothing in few words. */
export function whatIsLeft(place: Place, state: State, subjectOf: SubjectOf): string | null {
  const { absent, values } = known(state, subjectOf(place.read));
  if (isNothing(values)) return absent ? `\`${place.text}\` is absent` : null;
  const type = typeOfValues(values);
  if (place.sort.kind !== "plain" || !isShort(type)) return null;
  return `\`${place.text}\` is ${describe(type)}${absent ? ", or absent" : ""}`;
}

/** Listed values, or one range. */
function isShort(type: Type): boolean {
  const members = membersOf(type);
  if (closedValues(type) !== null) return members.every((member) => member.kind !== "boolean" || member.value !== null);
  return members.length === 1 && members[0]?.kind === "number";
}

/** The groups of the places that a part reads, each as often as it is read. */
export function groupsOf(part: Checked, subjectOf: SubjectOf): readonly string[] {
  switch (part.kind) {
    case "wrong":
      return [];
    case "not":
      return groupsOf(part.of, subjectOf);
    case "test":
      return operandsOf(part.predicate).flatMap((operand) =>
        operand.kind === "read" ? [subjectOf(operand).group] : [],
      );
    default:
      return part.parts.flatMap((one) => groupsOf(one, subjectOf));
  }
}
