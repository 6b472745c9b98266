/** What is known once a test has held, or has failed. */
import type { Read } from "../../model.ts";
import type { Checked, Junction } from "../checked.ts";
import { mirrored, type Operator } from "../possible.ts";
import type { Root, RootPredicate } from "../scope.ts";
import * as numbers from "./numbers.ts";
import { join, known, type State, withAnswer, withKnown } from "./state.ts";
import { inside, type Subject } from "./subject.ts";
import {
  among,
  answering,
  besides,
  emptyOnly,
  fullOnly,
  holders,
  isNothing,
  NOTHING,
  numbersWithin,
  unlessOutside,
  type Values,
} from "./values.ts";

/** Where the reads of a predicate start, and what they are. */
export type SubjectOf = (read: Read<Root>) => Subject;

/** The state where `checked` has given that answer; null where it cannot. */
export function assume(state: State, checked: Checked, held: boolean, subjectOf: SubjectOf): State | null {
  switch (checked.kind) {
    case "wrong":
      return state;
    case "not":
      return assume(state, checked.of, !held, subjectOf);
    case "test":
      return assumeTest(state, checked.predicate, held, subjectOf);
    default:
      return assumeJunction(state, checked, held, subjectOf);
  }
}

/** All parts of an `and` hold, or one of them fails where those before it have held; `or` the other way round. */
function assumeJunction(state: State, junction: Junction, held: boolean, subjectOf: SubjectOf): State | null {
  const through = junction.kind === "and";
  let left: State | null = state;
  let ends: State | null = null;
  for (const part of junction.parts) {
    if (left === null) break;
    if (held !== through) ends = join(ends, assume(left, part, held, subjectOf));
    left = assume(left, part, through, subjectOf);
  }
  return held === through ? left : ends;
}

function assumeTest(state: State, test: RootPredicate, held: boolean, subjectOf: SubjectOf): State | null {
  switch (test.kind) {
    case "compare":
      return assumeComparison(state, test, held, subjectOf);
    case "in_set":
      return ask(state, test.left, held, subjectOf, {
        held: (values) => among(values, test.values),
        failed: (values) => besides(values, test.values),
      });
    case "in_range":
      return ask(state, test.left, held, subjectOf, {
        held: (values) => numbersWithin(values, numbers.between(test.low, test.high)),
        failed: (values) => unlessOutside(values, numbers.beyond(test.low, test.high)),
      });
    case "starts_with":
    case "contains":
      return ask(state, test.left, held, subjectOf, {
        held: (values) => answering(values, { kind: test.kind, text: test.text }, true),
        failed: (values) => answering(values, { kind: test.kind, text: test.text }, false),
      });
    case "truth":
      return ask(state, test.operand, held, subjectOf, {
        held: (values) => among(values, [true]),
        failed: (values) => besides(values, [true]),
      });
    case "is":
      return assumeIs(state, test, held, subjectOf);
    case "has":
      return assumeHas(state, test, held, subjectOf);
    default:
      // What joins tests is taken apart before; a constant is not written in a policy.
      return state;
  }
}

/** What of the values that are there gives each answer; where nothing is there the test fails. */
interface Leaves {
  readonly held: (values: Values) => Values;
  readonly failed: (values: Values) => Values;
}

type OperandOf<Kind> = Extract<RootPredicate, { readonly kind: Kind }>;

function ask(
  state: State,
  operand: OperandOf<"truth">["operand"],
  held: boolean,
  subjectOf: SubjectOf,
  leaves: Leaves,
): State | null {
  if (operand.kind === "value") return state;
  const subject = subjectOf(operand);
  const { absent, values } = known(state, subject);
  return held
    ? withKnown(state, subject, { absent: false, values: leaves.held(values) })
    : withKnown(state, subject, { absent, values: leaves.failed(values) });
}

function assumeComparison(state: State, test: OperandOf<"compare">, held: boolean, subjectOf: SubjectOf): State | null {
  const { left, right, operator } = test;
  if (left.kind === "read" && right.kind === "value") {
    return ask(state, left, held, subjectOf, comparison(operator, right.value));
  }
  if (right.kind === "read" && left.kind === "value") {
    return ask(state, right, held, subjectOf, comparison(mirrored(operator), left.value));
  }
  return assumeAsWritten(state, test, [left, right], held, subjectOf);
}

function comparison(operator: Operator, value: OperandOf<"has">["value"]): Leaves {
  if (operator === "==" || operator === "!=") {
    const same = (values: Values) => among(values, [value]);
    const other = (values: Values) => besides(values, [value]);
    return operator === "==" ? { held: same, failed: other } : { held: other, failed: same };
  }
  if (typeof value !== "number") return { held: () => NOTHING, failed: (values) => values };
  return {
    held: (values) => numbersWithin(values, numbers.compared(operator, value)),
    failed: (values) => unlessOutside(values, numbers.compared(OPPOSITE[operator], value)),
  };
}

const OPPOSITE = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;

function assumeIs(state: State, test: OperandOf<"is">, held: boolean, subjectOf: SubjectOf): State | null {
  if (test.operand.kind === "value") return state;
  const subject = subjectOf(test.operand);
  const { absent, values } = known(state, subject);
  if (test.test === "absent" || test.test === "present") {
    const isThere = (test.test === "present") === held;
    return withKnown(state, subject, isThere ? { absent: false, values } : { absent, values: NOTHING });
  }
  const isEmpty = (test.test === "empty") === held;
  const left = isEmpty ? { absent, values: emptyOnly(values) } : { absent: false, values: fullOnly(values) };
  return withKnown(state, subject, left);
}

/** Of an object it asks whether a field is present. What a list holds is not followed further. */
function assumeHas(state: State, test: OperandOf<"has">, held: boolean, subjectOf: SubjectOf): State | null {
  const { left, value } = test;
  if (left.kind === "value") return state;
  const subject = subjectOf(left);
  const { values } = known(state, subject);
  if (isNothing(holders(values, 0)) && typeof value === "string") {
    const field = inside(subject, value);
    const { absent, values: left } = known(state, field);
    return withKnown(state, field, held ? { absent: false, values: left } : { absent, values: NOTHING });
  }
  return assumeAsWritten(state, test, [left], held, subjectOf);
}

/** The same question gets the same answer; where it held, its places are there. */
function assumeAsWritten(
  state: State,
  test: RootPredicate,
  operands: readonly OperandOf<"truth">["operand"][],
  held: boolean,
  subjectOf: SubjectOf,
): State | null {
  const question = JSON.stringify(test, (key, value) => (key === "type" || key === "optional" ? undefined : value));
  let next = withAnswer(state, question, held);
  for (const operand of operands) {
    if (next === null || !held || operand.kind === "value") continue;
    const subject = subjectOf(operand);
    next = withKnown(next, subject, { absent: false, values: known(next, subject).values });
  }
  return next;
}
