/** From the names that a policy writes to the places that they read, contract by contract. */

import { nearest } from "../../did-you-mean.ts";
import type * as tree from "../../syntax/tree.ts";
import { union } from "../../types/combine.ts";
import { STRING, strings } from "../../types/make.ts";
import type { Read, Scalar } from "../model.ts";
import { withoutNull } from "./members.ts";
import type { Place, Side, Sort, View, Word, Written } from "./place.ts";
import { orUnknown, type RootInfo, record, rootInfo } from "./roots.ts";
import { contractsOf, type Environment, PLACE_WORDS, placesThatRead, type Root, readableRoots } from "./scope.ts";
import { walk } from "./walk.ts";
import { factText, quoted } from "./words.ts";

const NANOS_PER_UNIT = 1e9;

/** Roots that are no value themselves. */
const ONLY_FIELDS: readonly Root[] = ["context", "outcome"];

/**
 * One side of a comparison; null where it has a mistake, which was reported. A bare name that is no
 * root here is a word: it may be a constant, which the other side tells.
 */
export function resolveSide(expression: tree.Expression, environment: Environment): Side | null {
  switch (expression.kind) {
    case "fact":
      return resolveFact(expression, environment);
    case "string":
    case "bool":
      return literal(expression, expression.value);
    case "null":
      return literal(expression, null);
    case "quantity":
      return { ...literal(expression, quantityValue(expression)), unit: expression.unit };
    case "call":
    case "times":
      reportMeasure(expression, environment);
      return null;
    default:
      environment.report.add("FBP2126", expression.span, { what: quoted(expression.span) });
      return null;
  }
}

/** As the model has it: money in nano-units, everything else in the unit's base. */
export function quantityValue(quantity: tree.Quantity): number {
  return quantity.unit.kind === "money" ? Math.round(quantity.value * NANOS_PER_UNIT) : quantity.value;
}

function literal(expression: tree.Expression, value: Scalar): Written {
  const { span } = expression;
  return { kind: "written", span, text: quoted(span), value, unit: { kind: "none" }, isName: false };
}

export function reportMeasure(
  expression: Extract<tree.Expression, { readonly kind: "call" | "times" }>,
  environment: Environment,
): void {
  const where = PLACE_WORDS[environment.where];
  if (expression.kind === "call") {
    environment.report.add("FBP2127", expression.span, { name: expression.name.text, where });
  } else {
    environment.report.add("FBP2127", expression.span, { name: quoted(expression.span).slice(1, -1), where });
  }
}

/** A name alone, whatever it may be. */
export function bareWord(expression: tree.Expression): Word | null {
  if (expression.kind !== "fact" || expression.segments.length > 0) return null;
  return { kind: "word", span: expression.span, text: expression.root.text };
}

function resolveFact(fact: tree.Fact, environment: Environment): Side | null {
  const root = readableRoots(environment.where).find((name) => name === fact.root.text);
  if (root === undefined) {
    const word = bareWord(fact);
    if (word !== null) return word;
    reportRoot({ kind: "word", span: fact.root.span, text: fact.root.text }, environment);
    return null;
  }
  return placeAt(fact, root, environment);
}

/** `fact` read as a place; null where it is none, which was reported. */
export function placeAt(fact: tree.Fact, root: Root, environment: Environment): Place | null {
  if (root === "header") return headerPlace(fact, environment);
  const info = rootInfo(root, environment);
  if (fact.segments.length === 0 && ONLY_FIELDS.includes(root)) {
    environment.report.add("FBP2128", fact.span, { root, example: info.example ?? root });
    return null;
  }
  relyOn(fact, root, info, environment);
  const views: View[] = [];
  for (const start of info.views) {
    const view = walk(fact, start, sayerOf(start, info.declared), environment);
    if (view === null) return null;
    views.push(view);
  }
  const [first] = fact.segments;
  const sort = info.sort(first === undefined || first.kind === "index" ? first?.index : first.name);
  return place(fact, root, segmentsOf(fact), { views, starts: info.views }, sort, info.declared, environment);
}

/** The place of a whole root that no contract describes, for the words that read one. */
export function builtInPlace(
  expression: tree.Expression,
  root: Exclude<Root, "header">,
  environment: Environment,
): Place {
  const info = rootInfo(root, environment);
  const { span } = expression;
  const fact: tree.Fact = { kind: "fact", span, root: { span, text: root }, segments: [] };
  const views = { views: info.views.map(withoutNull), starts: info.views };
  return place(fact, root, [], views, info.sort(undefined), info.declared, environment);
}

function place(
  fact: tree.Fact,
  root: Root,
  segments: Read["segments"],
  { views, starts }: Pick<Place, "views" | "starts">,
  sort: Sort,
  declared: Place["declared"],
  environment: Environment,
): Place {
  const found: Place = {
    kind: "place",
    span: fact.span,
    text: factText(fact.root.text, fact.segments),
    read: {
      kind: "read",
      from: root,
      segments,
      type: union(views.map((view) => view.type)),
      optional: views.some((view) => view.optional),
    },
    views,
    starts,
    sort,
    declared,
  };
  environment.places.set(found.read, found);
  return found;
}

function segmentsOf(fact: tree.Fact): (string | number)[] {
  return fact.segments.map((segment) => (segment.kind === "index" ? segment.index : segment.name));
}

/** Whose words name the fields. */
export function sayerOf(view: View, declared: Place["declared"]): string {
  if (view.contract !== null) return `the contract \`${view.contract.name}\``;
  return declared === "context" ? "the policy" : "the language";
}

function relyOn(fact: tree.Fact, root: Root, info: RootInfo, environment: Environment): void {
  if (info.area === null) return;
  const what = factText(fact.root.text, fact.segments);
  for (const contract of contractsOf(root, environment)) {
    environment.rely({ area: info.area, span: fact.span, what, contract: contract.name });
  }
}

/** `header["retry-after"]`: one key, and the contract must document it. */
function headerPlace(fact: tree.Fact, environment: Environment): Place | null {
  const [segment, further] = fact.segments;
  if (segment === undefined || segment.kind !== "key") {
    const name = segment?.kind === "field" ? segment.name.replaceAll("_", "-") : "retry-after";
    environment.report.add("FBP2128", fact.span, { root: "header", example: `header["${name}"]` });
    return null;
  }
  const header = segment.name.toLowerCase();
  const what = factText("header", [segment]);
  const views: View[] = [];
  for (const contract of environment.contracts) {
    environment.rely({ area: "limits", span: fact.span, what, contract: contract.name });
    const documented = contract.loaded.contract.limits.headers;
    const known = Object.hasOwn(documented, header) ? documented[header] : undefined;
    if (known === undefined) {
      const headers = Object.keys(documented);
      const near = nearest(header, headers);
      environment.report.add(
        "FBP2111",
        segment.span,
        { header: segment.name, contract: contract.name, near, headers },
        { related: [{ span: contract.loaded.spanOf("/limits/headers"), text: "the headers that it documents" }] },
      );
      return null;
    }
    const type = known.enum === undefined ? STRING : strings(known.enum);
    views.push({ contract, type, optional: true, pointer: `/limits/headers/${escapePointer(header)}` });
  }
  if (further !== undefined) {
    const is = "text";
    environment.report.add("FBP2125", further.span, { what, is, wants: "fields", by: "", hint: undefined });
    return null;
  }
  const described = orUnknown(views);
  const starts = described.map((view) => ({ ...view, type: record([[header, view.type]], [header]), optional: false }));
  return place(fact, "header", [header], { views: described, starts }, { kind: "plain" }, "contract", environment);
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A name that is no root, or one that may not be read here. */
export function reportRoot(word: Word, environment: Environment): void {
  // The parser has said already that a name is missing here.
  if (word.text === "") return;
  const where = PLACE_WORDS[environment.where];
  const places = placesThatRead(word.text);
  if (places.length > 0) {
    environment.report.add("FBP2103", word.span, { name: word.text, where, places });
    return;
  }
  const roots = readableRoots(environment.where);
  environment.report.add("FBP2102", word.span, { name: word.text, where, near: nearest(word.text, roots), roots });
}
