/**
 * Holds the calls of recorded requests against what is known of their cost: the usage that was reported, what was
 * reserved, and the provider's bill if there is one. Money is nano-units of a currency, times are milliseconds since 1970.
 */
import type { Outcome, Policy } from "@fbp/runtime/core";
import type { Billing, BillingEntry } from "./billing.ts";
import { callsOf, inOrder, type RecordedCall } from "./calls.ts";
import { type CostFinding, findingsOf } from "./findings.ts";
import { type Match, type MatchedBy, type Matching, match } from "./match.ts";

export interface CostReview {
  /** Each call in order of time, then each line of the bill that is no call on record. */
  readonly rows: readonly CostRow[];
  /** The gravest first. */
  readonly findings: readonly CostFinding[];
  readonly totals: CostTotals;
}

export type CostRow =
  | { readonly call: RecordedCall; readonly billed: BilledCall | null }
  | { readonly call: null; readonly billed: BilledCall };

export interface BilledCall {
  readonly entry: BillingEntry;
  /** null: the line is no call on record. */
  readonly by: MatchedBy | null;
}

/** So many calls, and what they are taken to have cost. */
export interface Sum {
  readonly calls: number;
  readonly tokens: number;
  readonly costNanos: number;
}

export interface CostTotals {
  readonly requests: number;
  readonly all: Sum;
  /** By what it is known from: the reported usage, what was reserved (it may have been charged), not charged at all. */
  readonly charges: Readonly<Record<RecordedCall["charge"], Sum>>;
  /** Retries and fallbacks. */
  readonly repeats: Sum;
  /** Tokens as providers reported them. */
  readonly usage: { readonly input: number; readonly output: number };
  /** Of the declared prices; null where no price is known, or there are several. */
  readonly currency: string | null;
  readonly billed: BilledTotals | null;
}

export interface BilledTotals {
  readonly lines: number;
  readonly matched: number;
  /** Calls that may have been charged and are not on the bill. */
  readonly notBilled: number;
  readonly input: number;
  readonly output: number;
  /** By currency, in the order of their names; null is one that the bill does not name. */
  readonly costs: readonly { readonly currency: string | null; readonly nanos: number }[];
}

/**
 * @param policies those that decided the requests, for models and prices; another version of them does, and is told
 */
export function reviewCosts(
  outcomes: Iterable<Outcome>,
  billing: Billing | undefined,
  policies: readonly Policy[] = [],
): CostReview {
  const calls: RecordedCall[] = [];
  const unsound: Outcome[] = [];
  let requests = 0;
  for (const outcome of outcomes) {
    const of = callsOf(outcome, policies);
    calls.push(...of);
    if (!addsUp(outcome, of)) unsound.push(outcome);
    requests++;
  }
  calls.sort(inOrder);
  const matching = billing === undefined ? null : match(calls, billing.entries);
  return {
    rows: rowsOf(calls, matching),
    findings: findingsOf({ calls, unsound, matching, billing: billing ?? null }),
    totals: totalsOf(requests, calls, billing ?? null, matching),
  };
}

function addsUp({ tokens, costNanos }: Outcome, calls: readonly RecordedCall[]): boolean {
  const sum = sumOf(calls);
  return sum.tokens === tokens && sum.costNanos === costNanos;
}

function rowsOf(calls: readonly RecordedCall[], matching: Matching | null): readonly CostRow[] {
  const matches = new Map<RecordedCall, Match>(matching?.matches.map((each) => [each.call, each]));
  return [
    ...calls.map((call) => {
      const found = matches.get(call);
      return { call, billed: found === undefined ? null : { entry: found.entry, by: found.by } };
    }),
    ...(matching?.entriesLeft ?? []).map((entry) => ({ call: null, billed: { entry, by: null } })),
  ];
}

function totalsOf(
  requests: number,
  calls: readonly RecordedCall[],
  billing: Billing | null,
  matching: Matching | null,
): CostTotals {
  const of = (charge: RecordedCall["charge"]): Sum => sumOf(calls.filter((call) => call.charge === charge));
  const currencies = new Set(calls.flatMap(({ declared }) => declared?.price?.currency ?? []));
  const [currency] = currencies;
  return {
    requests,
    all: sumOf(calls),
    charges: { reported: of("reported"), reserved: of("reserved"), none: of("none") },
    repeats: sumOf(calls.filter(({ role }) => role !== "first")),
    usage: {
      input: calls.reduce((sum, { usage }) => sum + (usage?.input ?? 0), 0),
      output: calls.reduce((sum, { usage }) => sum + (usage?.output ?? 0), 0),
    },
    currency: currencies.size === 1 ? (currency ?? null) : null,
    billed: billing === null || matching === null ? null : billedOf(billing.entries, matching),
  };
}

function billedOf(entries: readonly BillingEntry[], { matches, callsLeft }: Matching): BilledTotals {
  const costs = new Map<string | null, number>();
  for (const { currency, costNanos } of entries) {
    if (costNanos !== null) costs.set(currency, (costs.get(currency) ?? 0) + costNanos);
  }
  return {
    lines: entries.length,
    matched: matches.length,
    notBilled: callsLeft.filter(({ charge }) => charge !== "none").length,
    input: entries.reduce((sum, { input }) => sum + (input ?? 0), 0),
    output: entries.reduce((sum, { output }) => sum + (output ?? 0), 0),
    costs: [...costs]
      .map(([currency, nanos]) => ({ currency, nanos }))
      .sort((a, b) => ((a.currency ?? "") < (b.currency ?? "") ? -1 : 1)),
  };
}

export function sumOf(calls: readonly RecordedCall[]): Sum {
  return {
    calls: calls.length,
    tokens: calls.reduce((sum, { tokens }) => sum + tokens, 0),
    costNanos: calls.reduce((sum, { costNanos }) => sum + costNanos, 0),
  };
}
