import type { SignalClass } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import { classNamed, type SignalTable } from "./signal-table.ts";

/** What a rule's selector stands for; null where a name in it is unknown, which was reported. */
export type Selected =
  | { readonly kind: "signal"; readonly signal: number | null }
  | { readonly kind: "any"; readonly class: SignalClass | null }
  | { readonly kind: "otherwise" };

export function select(selector: tree.Selector, table: SignalTable, report: Report): Selected {
  switch (selector.kind) {
    case "signal":
      return { kind: "signal", signal: signalNamed(selector.name, table, report) };
    case "any":
      return { kind: "any", class: classNamed(selector.class, report) };
    case "otherwise":
      return { kind: "otherwise" };
  }
}

/**
 * The number of the signal of that name. An unknown name is reported and read as the signal that was
 * probably meant, so that nothing follows from the slip; null where none is near, or where a syntax
 * error left the name out.
 */
export function signalNamed(name: tree.Name, table: SignalTable, report: Report): number | null {
  const known = table.numberOf(name.text);
  if (known !== undefined) return known;
  if (name.text === "") return null;
  const candidates = table.models.map((model) => model.name);
  const meant = nearest(name.text, candidates);
  report.add("FBP2132", name.span, { name: name.text, near: meant });
  return meant === undefined ? null : (table.numberOf(meant) ?? null);
}

/** The selector as written: `rate_limited`, `any transient`, `otherwise`. */
export function selectorText(selector: tree.Selector): string {
  switch (selector.kind) {
    case "signal":
      return selector.name.text;
    case "any":
      return `any ${selector.class.text}`;
    case "otherwise":
      return "otherwise";
  }
}
