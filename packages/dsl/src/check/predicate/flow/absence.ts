/** `!=` is false of what is absent: said where a contract lets a place be absent and nothing before it has asked. */
import type { Test } from "../checked.ts";
import type { Place } from "../place.ts";
import type { Environment } from "../scope.ts";
import { schemaOf } from "../values.ts";
import { operandText, placeText } from "../words.ts";
import type { SubjectOf } from "./assume.ts";
import { gapsOf, known, type State } from "./state.ts";
import type { Gap } from "./subject.ts";
import { operandsOf } from "./subjects.ts";
import { isNothing } from "./values.ts";

/** `state` is what is known where the test is asked. */
export function reportUnequalToAbsent(test: Test, state: State, environment: Environment, subjectOf: SubjectOf): void {
  const { expression, predicate } = test;
  if (test.isTold || expression.kind !== "compare" || expression.operator !== "!=") return;
  const operands = operandsOf(predicate);
  for (const read of operands) {
    const place = read.kind === "read" ? environment.places.get(read) : undefined;
    const gap = place === undefined ? undefined : gapAt(place, state, subjectOf);
    const other = operands.find((operand) => operand !== read);
    if (place === undefined || gap === undefined || other === undefined) continue;
    const view = place.views.find(({ contract }) => contract?.name === gap.view.contract?.name);
    environment.report.add(
      "FBP2140",
      expression.operatorSpan,
      { place: place.text, because: becauseOf(place, gap), equality: `${place.text} == ${operandText(other)}` },
      { related: view === undefined ? [] : schemaOf(place, view) },
    );
    return;
  }
}

/** Only contracts leave places out: what the language says of its own facts is no surprise. */
function gapAt(place: Place, state: State, subjectOf: SubjectOf): Gap | undefined {
  if (place.declared !== "contract") return undefined;
  const subject = subjectOf(place.read);
  const { absent, values } = known(state, subject);
  return absent && !isNothing(values) ? gapsOf(state, subject)[0] : undefined;
}

function becauseOf(place: Place, { view, depth, why }: Gap): string {
  const { from, segments } = place.read;
  if (from === "header") return "a header may be left out";
  if (depth === 0) return `an answer need not have an ${from} object`;
  const contract = view.contract === null ? "its description" : `the contract \`${view.contract.name}\``;
  const isPlace = depth === segments.length;
  const step = placeText(from, segments.slice(0, depth));
  switch (why) {
    case "null":
      return isPlace ? `${contract} allows null there` : `${contract} allows \`${step}\` to be null`;
    case "no_item":
      return `${contract} does not require an item ${segments[depth - 1]} of \`${placeText(from, segments.slice(0, depth - 1))}\``;
    case "not_required":
      return `${contract} does not require ${isPlace ? "it" : `\`${step}\``}`;
  }
}
