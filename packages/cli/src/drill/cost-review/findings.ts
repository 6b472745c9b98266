/** What an operator has to know of the costs of recorded calls. */
import type { Severity } from "@fbp/dsl";
import type { Outcome } from "@fbp/runtime/core";
import type { Billing, BillingEntry } from "./billing.ts";
import type { RecordedCall } from "./calls.ts";
import { grouped } from "./grouped.ts";
import type { Match, Matching } from "./match.ts";
import { compared, differsInCost } from "./price.ts";
import * as say from "./sentences.ts";

export interface CostFinding {
  readonly kind: CostFindingKind;
  readonly severity: Severity;
  /** One sentence, lower case, no full stop. */
  readonly text: string;
  readonly hint: string;
  /** What it is about, in order of time: calls on record, lines of the bill. */
  readonly calls: readonly { readonly request: string; readonly call: number }[];
  readonly lines: readonly number[];
}

/** In this order they are told. */
const SEVERITIES = {
  record_does_not_add_up: "error",
  billed_twice: "error",
  billed_not_on_record: "error",
  charged_after_all: "error",
  usage_differs: "error",
  cost_differs: "error",
  currency_differs: "error",
  not_billed: "warning",
  may_be_charged: "warning",
  no_usage: "warning",
  ids_differ: "warning",
  reserved_charged: "note",
  reserved_not_charged: "note",
  repeats_charged: "note",
  other_version: "note",
  no_price: "note",
} as const satisfies Readonly<Record<string, Severity>>;

export type CostFindingKind = keyof typeof SEVERITIES;

const KINDS = Object.keys(SEVERITIES) as readonly CostFindingKind[];

export interface Subject {
  readonly calls: readonly RecordedCall[];
  /** Whose totals are not the sums of their calls. */
  readonly unsound: readonly Outcome[];
  readonly matching: Matching | null;
  readonly billing: Billing | null;
}

export function findingsOf({ calls, unsound, matching, billing }: Subject): readonly CostFinding[] {
  const reserved = calls.filter(({ charge }) => charge === "reserved");
  const found = [
    ...(unsound.length === 0 ? [] : [finding("record_does_not_add_up", {}, say.doesNotAddUp(unsound))]),
    ...ofCalls(
      "repeats_charged",
      calls.filter(({ charge, role }) => charge !== "none" && role !== "first"),
      say.repeatsCharged,
    ),
    ...(matching !== null && billing !== null
      ? ofBill(matching, billing)
      : [
          ...ofCalls(
            "may_be_charged",
            reserved.filter(({ signal }) => signal !== null),
            say.mayBeCharged,
          ),
          ...ofCalls(
            "no_usage",
            reserved.filter(({ signal }) => signal === null),
            say.noUsage,
          ),
        ]),
  ];
  return found.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function ofBill({ matches, callsLeft, entriesLeft, idsDiffer }: Matching, { file }: Billing): readonly CostFinding[] {
  const ids = new Set(matches.map(({ entry }) => entry.requestId));
  const isTwice = ({ requestId }: BillingEntry): boolean => requestId !== null && ids.has(requestId);
  const left = (charge: RecordedCall["charge"]) => callsLeft.filter((call) => call.charge === charge);
  const paid = (charge: RecordedCall["charge"]) => matches.filter(({ call }) => call.charge === charge);
  return [
    ...ofEntries("billed_twice", entriesLeft.filter(isTwice), (entries) => say.billedTwice(entries, file)),
    ...ofEntries(
      "billed_not_on_record",
      entriesLeft.filter((entry) => !isTwice(entry)),
      (entries) => say.notOnRecord(entries, file),
    ),
    ...(idsDiffer ? [finding("ids_differ", {}, say.idsDiffer())] : []),
    ...ofCalls("not_billed", left("reported"), say.notBilled),
    ...ofCalls("reserved_not_charged", left("reserved"), say.reservedNotCharged),
    ...ofMatches("reserved_charged", paid("reserved"), say.reservedCharged),
    ...ofMatches("charged_after_all", paid("none"), say.chargedAfterAll),
    ...ofMatches("usage_differs", matches.filter(differsInUsage), say.usageDiffers),
    ...ofMatches("currency_differs", matches.filter(differsInCurrency), say.currencyDiffers),
    ...ofMatches("cost_differs", matches.filter(differsInCost), say.costDiffers),
    ...ofMatches("no_price", matches.filter(hasNoPrice), say.noPrice),
    ...ofMatches(
      "other_version",
      matches.filter((match) => match.call.declared?.isSameVersion === false && compared(match) !== null),
      say.otherVersion,
    ),
  ];
}

function differsInUsage({ call: { usage }, entry: { input, output } }: Match): boolean {
  if (usage === null) return false;
  return (input !== null && input !== usage.input) || (output !== null && output !== usage.output);
}

function differsInCurrency({ call: { declared }, entry: { currency } }: Match): boolean {
  const price = declared?.price ?? null;
  return price !== null && currency !== null && price.currency !== currency;
}

function hasNoPrice({ call: { declared }, entry: { costNanos } }: Match): boolean {
  return costNanos !== null && (declared === null || declared.price === null);
}

function finding(
  kind: CostFindingKind,
  of: { readonly calls?: readonly RecordedCall[]; readonly entries?: readonly BillingEntry[] },
  said: say.Said,
): CostFinding {
  return {
    kind,
    severity: SEVERITIES[kind],
    ...said,
    calls: (of.calls ?? []).map(({ request, call }) => ({ request, call })),
    lines: (of.entries ?? []).map(({ line }) => line).sort((a, b) => a - b),
  };
}

/** One for each path, in order of its first call; `tell` is given one call at least. */
function ofCalls(
  kind: CostFindingKind,
  calls: readonly RecordedCall[],
  tell: (calls: readonly RecordedCall[]) => say.Said,
): readonly CostFinding[] {
  return [...grouped(calls, pathOf).values()].map((of) => finding(kind, { calls: of }, tell(of)));
}

function ofMatches(
  kind: CostFindingKind,
  matches: readonly Match[],
  tell: (matches: readonly Match[]) => say.Said,
): readonly CostFinding[] {
  return [...grouped(matches, ({ call }) => pathOf(call)).values()].map((of) =>
    finding(kind, { calls: of.map(({ call }) => call), entries: of.map(({ entry }) => entry) }, tell(of)),
  );
}

function ofEntries(
  kind: CostFindingKind,
  entries: readonly BillingEntry[],
  tell: (entries: readonly BillingEntry[]) => say.Said,
): readonly CostFinding[] {
  return entries.length === 0 ? [] : [finding(kind, { entries }, tell(entries))];
}

function pathOf({ policy, path }: RecordedCall): string {
  return JSON.stringify([policy, path]);
}
