/** Field by field and item by item from a root into one contract's types. */
import type { Related } from "../../diagnostics/index.ts";
import { nearest } from "../../did-you-mean.ts";
import type { Span } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { type Found, lookupField, lookupIndex } from "../../types/access.ts";
import type { Type } from "../../types/type.ts";
import { type Kind, kindsOf, membersOf, withoutNull } from "./members.ts";
import type { View } from "./place.ts";
import type { Environment } from "./scope.ts";
import { factText, inContract, kindWords } from "./words.ts";

/**
 * The place that the segments lead to, or null where they lead nowhere: then that was reported, at the
 * segment at fault. `names` says whose words these are: `the contract \`comet\``.
 */
export function walk(fact: tree.Fact, start: View, names: string, environment: Environment): View | null {
  let view = withoutNull(start);
  for (const [at, segment] of fact.segments.entries()) {
    const parent = factText(fact.root.text, fact.segments.slice(0, at));
    const next = segment.kind === "index" ? item(view, segment, parent, names, environment) : null;
    const found = next ?? (segment.kind === "index" ? null : field(view, named(segment), parent, names, environment));
    if (found === null) return null;
    view = withoutNull({
      contract: view.contract,
      type: found.type,
      optional: view.optional || found.optional,
      // An item has no place of its own: the list that holds it stands for it.
      pointer: found.place ?? view.pointer,
    });
  }
  return view;
}

/** The dot before a field's name is not at fault. */
function named(segment: Extract<tree.Segment, { readonly name: string }>): { name: string; span: Span } {
  const { name, span } = segment;
  return { name, span: segment.kind === "field" ? { ...span, start: span.end - name.length } : span };
}

/** The field of that name; null where there is none, which was reported at `segment`. */
export function field(
  view: View,
  segment: { readonly name: string; readonly span: Span },
  parent: string,
  names: string,
  environment: Environment,
): Found | null {
  const lookup = lookupField(view.type, segment.name);
  if (lookup.kind === "wrong_kind") {
    reportWrongKind(view, segment.span, parent, "fields", environment);
    return null;
  }
  const near = nearest(segment.name, lookup.candidates);
  if (lookup.kind === "found") {
    const isUndescribed = lookup.place === null && lookup.type.kind === "unknown" && lookup.candidates.length > 0;
    if (!isUndescribed) return lookup;
    if (near === undefined) {
      environment.report.add(
        "FBP2136",
        segment.span,
        { field: segment.name, parent, by: names, fields: lookup.candidates },
        { related: placeOfSchema(view, parent) },
      );
      return lookup;
    }
  }
  const code = view.contract === null && parent === "outcome" ? "FBP7101" : "FBP2101";
  environment.report.add(
    code,
    segment.span,
    { field: segment.name, parent, by: names, near, fields: lookup.candidates },
    { related: placeOfSchema(view, parent) },
  );
  return null;
}

function item(
  view: View,
  segment: Extract<tree.Segment, { readonly kind: "index" }>,
  parent: string,
  names: string,
  environment: Environment,
): Found | null {
  const lookup = lookupIndex(view.type, segment.index);
  if (lookup.kind === "found") return lookup;
  if (lookup.kind === "wrong_kind") {
    reportWrongKind(view, segment.span, parent, "items", environment);
  } else {
    environment.report.add(
      "FBP2110",
      segment.span,
      { index: segment.index, parent, by: names, holds: mostItems(view.type) },
      { related: placeOfSchema(view, parent) },
    );
  }
  return null;
}

function mostItems(type: Type): number {
  const sizes = membersOf(type).map((member) =>
    member.kind === "array" ? Math.min(member.maxItems ?? Number.POSITIVE_INFINITY, described(member)) : 0,
  );
  return Math.max(0, ...sizes);
}

/** How many items the schema describes: those of the prefix where nothing may follow it. */
function described(list: Extract<Type, { readonly kind: "array" }>): number {
  return list.items.get().kind === "never" ? list.prefix.length : Number.POSITIVE_INFINITY;
}

function reportWrongKind(
  view: View,
  place: Span,
  parent: string,
  wants: "items" | "fields",
  environment: Environment,
): void {
  const kinds = kindsOf(view.type) ?? new Set<Kind>();
  environment.report.add(
    "FBP2125",
    place,
    { what: parent, is: kindWords(kinds), wants, by: inContract(view), hint: wrongKindHint(kinds, wants, parent) },
    { related: placeOfSchema(view, parent) },
  );
}

function wrongKindHint(kinds: ReadonlySet<Kind>, wants: "items" | "fields", parent: string): string | undefined {
  if (wants === "fields" && kinds.has("array")) return `say which item, as in \`${parent}[0]\``;
  return wants === "items" && kinds.has("object") ? "name one of its fields" : undefined;
}

function placeOfSchema(view: View, text: string): Related[] {
  if (view.contract === null || view.pointer === null) return [];
  return [{ span: view.contract.loaded.spanOf(view.pointer), text: `\`${text}\` in the contract` }];
}
