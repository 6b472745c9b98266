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
      return { kind: "any", class: classNamed(selector.class, report, table.models) };
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
  if (REST.has(name.text)) {
    report.add("FBP2132", name.span, { name: name.text, near: "otherwise" });
    return null;
  }
  const meant = nearest(name.text, candidates) ?? OTHER_WORDS.get(name.text);
  report.add("FBP2132", name.span, { name: name.text, near: meant });
  return meant === undefined ? null : (table.numberOf(meant) ?? null);
}

/** What other languages call the rest. */
const REST: ReadonlySet<string> = new Set(["_", "default", "others", "rest", "all"]);

/** What other tools call some signals. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["timeout", "transport_timeout"],
  ["throttled", "rate_limited"],
  ["too_many_requests", "rate_limited"],
  ["quota", "quota_exhausted"],
  ["unavailable", "route_unavailable"],
  ["overloaded", "route_unavailable"],
  ["internal_error", "server_error"],
  ["bad_request", "client_invalid"],
  ["content_filter", "content_refused"],
  ["unauthorized", "auth_or_account"],
  ["auth", "auth_or_account"],
  ["breaker_open", "circuit_open"],
]);

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
