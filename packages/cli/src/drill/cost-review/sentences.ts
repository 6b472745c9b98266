/** Each finding of a cost review in the operator's words: one sentence, and what to do. All lists hold one element at least. */
import { listOf, money } from "@fbp/dsl";
import type { Outcome, PricePlan, Usage } from "@fbp/runtime/core";
import { amount } from "../../render/amounts.ts";
import { plural } from "../../render/finding.ts";
import type { BillingEntry } from "./billing.ts";
import type { RecordedCall } from "./calls.ts";
import type { Match } from "./match.ts";
import { compared } from "./price.ts";

export interface Said {
  readonly text: string;
  readonly hint: string;
}

const MOST_LINES = 3;

export function doesNotAddUp(outcomes: readonly Outcome[]): Said {
  const [first] = outcomes;
  return {
    text:
      outcomes.length === 1
        ? `the totals of request ${first?.id} are not the sums of its calls`
        : `the totals of ${outcomes.length} requests are not the sums of their calls, first of ${first?.id}`,
    hint: "the record was changed after it was written: take it from where it was written first",
  };
}

export function repeatsCharged(calls: readonly RecordedCall[]): Said {
  const retries = calls.filter(({ role }) => role === "retry").length;
  const kinds = [
    ...(retries === 0 ? [] : [plural(retries, "retry", "retries")]),
    ...(retries === calls.length ? [] : [plural(calls.length - retries, "fallback")]),
  ];
  return {
    text: `${listOf(kinds, "and")} over ${pathOf(calls)} took ${spentOn(calls)} beyond first calls`,
    hint: "`retries`, `fallbacks`, `tokens` and `cost` of the budget say how much of that one request may take",
  };
}

export function mayBeCharged(calls: readonly RecordedCall[]): Said {
  return {
    text: `${who(calls)} failed and may have been charged: ${spentOn(calls)} ${areReserved(calls)}`,
    hint: "the provider's billing export tells what was charged; if it never charges such calls, `limits.charges` of the contract may say so",
  };
}

export function noUsage(calls: readonly RecordedCall[]): Said {
  return {
    text: `${who(calls)} answered without saying what was used: ${spentOn(calls)} ${areReserved(calls)}`,
    hint: "see that `response.usage` of the contract names the places where the provider reports usage",
  };
}

export function billedTwice(entries: readonly BillingEntry[], file: string): Said {
  const ids = [...new Set(entries.map(({ requestId }) => requestId))];
  return {
    text: `${linesOf(entries, file)} ${entries.length === 1 ? "charges" : "charge"} again what is charged already: ${costOf(entries)} for request id ${ids[0]}${ids.length > 1 ? ` and ${ids.length - 1} more` : ""}`,
    hint: "show both lines to the provider: an answer is charged once",
  };
}

export function notOnRecord(entries: readonly BillingEntry[], file: string): Said {
  return {
    text: `${linesOf(entries, file)} ${entries.length === 1 ? "is a call" : "are calls"} that nobody has on record: ${costOf(entries)}`,
    hint: "look for a client that retries by itself (`maxRetries: 0`), another user of the key, and records that were lost",
  };
}

export function idsDiffer(): Said {
  return {
    text: "no request id of the bill is on record, so that calls were told by model, tokens and time",
    hint: "`response.requestIdHeader` of the contract may name a header with the id that the bill has",
  };
}

export function notBilled(calls: readonly RecordedCall[]): Said {
  return {
    text: `${who(calls)} reported usage and ${calls.length === 1 ? "is" : "are"} not on the bill: ${spentOn(calls)}`,
    hint: "see that the export covers the time and the account, and counts tokens as the answers do",
  };
}

export function reservedNotCharged(calls: readonly RecordedCall[]): Said {
  return {
    text: `${who(calls)} may have been charged, and ${calls.length === 1 ? "is" : "are"} not on the bill: ${spentOn(calls)} ${areReserved(calls)}`,
    hint: "if the provider never charges such calls, `limits.charges` of the contract may say so, and budgets last longer",
  };
}

export function reservedCharged(matches: readonly Match[]): Said {
  const calls = callsOf(matches);
  return {
    text: `${who(calls)} reported no usage and ${calls.length === 1 ? "is" : "are"} on the bill with ${billOf(matches)}, where ${spentOn(calls)} ${areReserved(calls)}`,
    hint: "the budget was right to count on it",
  };
}

export function chargedAfterAll(matches: readonly Match[]): Said {
  const calls = callsOf(matches);
  return {
    text: `${who(calls)} ${calls.length === 1 ? "is" : "are"} on record as not charged, and on the bill with ${billOf(matches)}`,
    hint: "correct `limits.charges` of the contract, or `charged` of the error condition: no budget counts such calls now",
  };
}

export function usageDiffers(matches: readonly Match[]): Said {
  const reported = sumOf(matches.map(({ call }) => call.usage ?? { input: 0, output: 0 }));
  const billed = sumOf(
    matches.map(({ call: { usage }, entry: { input, output } }) => ({
      input: input ?? usage?.input ?? 0,
      output: output ?? usage?.output ?? 0,
    })),
  );
  return {
    text: `${who(callsOf(matches))} reported ${tokensOf(reported)}, and the bill has ${tokensOf(billed)}`,
    hint: "see that `response.usage` of the contract names what the provider charges: cached and reasoning tokens may stand elsewhere",
  };
}

export function costDiffers(matches: readonly Match[]): Said {
  const both = matches.flatMap((match) => compared(match) ?? []);
  const [first] = both;
  if (first === undefined) throw new Error("nothing was compared");
  const { price, tokens } = first;
  const sum = (of: (one: (typeof both)[number]) => number): string =>
    money(
      both.reduce((all, one) => all + of(one), 0),
      price.currency,
    );
  const arithmetic = `${amount(tokens.input)} × ${perMillion(price, "input")} + ${amount(tokens.output)} × ${perMillion(price, "output")} ${price.currency} per 1M tokens`;
  const declared = sum(({ declaredNanos }) => declaredNanos);
  const billed = sum(({ billedNanos }) => billedNanos);
  return {
    text:
      matches.length === 1
        ? `${who(callsOf(matches))} is on the bill with ${billed}, and by the path's price it is ${arithmetic} = ${declared}`
        : `${who(callsOf(matches))} are on the bill with ${billed}, and by the path's price it is ${declared}: the first is ${arithmetic} = ${money(first.declaredNanos, price.currency)}, billed ${money(first.billedNanos, price.currency)}`,
    hint: "compare `price` of the path, or `limits.prices` of the contract, with the provider's price list",
  };
}

export function currencyDiffers(matches: readonly Match[]): Said {
  const currencies = [...new Set(matches.flatMap(({ entry }) => entry.currency ?? []))];
  return {
    text: `the bill of ${pathOf(callsOf(matches))} is in ${listOf(currencies, "and")}, and its price in ${matches[0]?.call.declared?.price?.currency}`,
    hint: "give the price in the currency of the bill: amounts in two currencies were not compared",
  };
}

export function noPrice(matches: readonly Match[]): Said {
  const isDeclared = matches.some(({ call }) => call.declared !== null);
  return {
    text: `no price of ${pathOf(callsOf(matches))} is known to hold ${billOf(matches)} of the bill against`,
    hint: isDeclared
      ? "give the path a `price`, or the contract its `limits.prices`"
      : "give the policy that decided, with its prices",
  };
}

export function otherVersion(matches: readonly Match[]): Said {
  return {
    text: `another version of the policy decided ${who(callsOf(matches))}: ${matches.length === 1 ? "its price is" : "their prices are"} taken from the one that was given`,
    hint: "where prices have changed since, give the version of that time",
  };
}

/** `call 2 of request r1 over backup`, `3 calls over backup` */
function who(calls: readonly RecordedCall[]): string {
  const [first] = calls;
  if (calls.length !== 1 || first === undefined) return `${plural(calls.length, "call")} over ${pathOf(calls)}`;
  return `call ${first.call} of request ${first.request} over ${pathOf(calls)}`;
}

function pathOf([first]: readonly RecordedCall[]): string {
  return `\`${first?.path}\``;
}

function callsOf(matches: readonly Match[]): readonly RecordedCall[] {
  return matches.map(({ call }) => call);
}

/** `1,200 tokens, 0.0045 USD` */
function spentOn(calls: readonly RecordedCall[]): string {
  const tokens = calls.reduce((sum, call) => sum + call.tokens, 0);
  const nanos = calls.reduce((sum, call) => sum + call.costNanos, 0);
  const currency = calls.find(({ declared }) => declared?.price != null)?.declared?.price?.currency ?? null;
  return nanos === 0 ? `${amount(tokens)} tokens` : `${amount(tokens)} tokens, ${money(nanos, currency)}`;
}

function areReserved(calls: readonly RecordedCall[]): string {
  return `${calls.length === 1 ? "stay" : "in all stay"} reserved`;
}

function billOf(matches: readonly Match[]): string {
  return costOf(matches.map(({ entry }) => entry));
}

/** By currency; the tokens where the bill has no costs. */
function costOf(entries: readonly BillingEntry[]): string {
  const costs = new Map<string | null, number>();
  for (const { currency, costNanos } of entries) {
    if (costNanos !== null) costs.set(currency, (costs.get(currency) ?? 0) + costNanos);
  }
  if (costs.size > 0)
    return listOf(
      [...costs].map(([currency, nanos]) => money(nanos, currency)),
      "and",
    );
  return tokensOf(sumOf(entries.map(({ input, output }) => ({ input: input ?? 0, output: output ?? 0 }))));
}

/** `line 7 of bill.csv`, `lines 7, 9, 11 and 4 more of bill.csv` */
function linesOf(entries: readonly BillingEntry[], file: string): string {
  const lines = entries.map(({ line }) => line).sort((a, b) => a - b);
  if (lines.length === 1) return `line ${lines[0]} of ${file}`;
  const more = lines.length - MOST_LINES;
  return `lines ${listOf([...lines.slice(0, MOST_LINES).map(String), ...(more > 0 ? [`${more} more`] : [])], "and")} of ${file}`;
}

function tokensOf({ input, output }: Usage): string {
  return `${amount(input)} tokens in and ${amount(output)} out`;
}

function sumOf(usages: readonly Usage[]): Usage {
  return {
    input: usages.reduce((sum, { input }) => sum + input, 0),
    output: usages.reduce((sum, { output }) => sum + output, 0),
  };
}

/** Nano-units for a token are thousandths of a unit for a million. */
function perMillion(price: PricePlan, of: "input" | "output"): string {
  return String((of === "input" ? price.inputNanosPerToken : price.outputNanosPerToken) / 1000);
}
