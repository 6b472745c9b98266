/**
 * Which line of a bill is which call. One line is one call at most, and one call one line; neither the order of the calls
 * nor that of the lines matters.
 *
 * First by the provider's request id. What is left is told by model, tokens and time, as far as one of the two names no
 * id: two that name different ids are two calls. Only where not one id of the bill is on record are ids left aside, for
 * then the bill numbers its lines in another way than the provider its answers.
 */
import type { BillingEntry } from "./billing.ts";
import { compareText, inOrder, type RecordedCall } from "./calls.ts";
import { grouped } from "./grouped.ts";
import { pairByTime } from "./pair-by-time.ts";

export type MatchedBy = "request id" | "model, tokens and time" | "model and time";

export interface Match {
  readonly call: RecordedCall;
  readonly entry: BillingEntry;
  readonly by: MatchedBy;
}

export interface Matching {
  readonly matches: readonly Match[];
  /** In order of time. */
  readonly callsLeft: readonly RecordedCall[];
  readonly entriesLeft: readonly BillingEntry[];
  /** Both sides have ids, and none is on both. */
  readonly idsDiffer: boolean;
}

type OfCall = (call: RecordedCall) => boolean;
type OfEntry = (entry: BillingEntry) => boolean;

export function match(calls: readonly RecordedCall[], entries: readonly BillingEntry[]): Matching {
  const pool = new Pool(calls, entries);
  pool.byRequestId();
  const idsDiffer = pool.matches.length === 0 && calls.some((call) => call.requestId !== null) && entries.some(hasId);
  const ids: readonly (readonly [OfCall, OfEntry])[] = idsDiffer
    ? [[any, any]]
    : [
        [(call) => call.requestId === null, hasId],
        [any, (entry) => !hasId(entry)],
      ];
  for (const [charge, withTokens] of STEPS) {
    for (const [ofCall, ofEntry] of ids) {
      pool.byTime(
        (call) => call.charge === charge && call.sent && ofCall(call),
        (entry) => (charge !== "reported" || hasTokens(entry) === withTokens) && ofEntry(entry),
        withTokens,
      );
    }
  }
  const { matches, callsLeft, entriesLeft } = pool;
  return { matches, callsLeft: [...callsLeft], entriesLeft: [...entriesLeft], idsDiffer };
}

/** Those that are surest come first. Tokens can only tell a call that has reported them. */
const STEPS = [
  ["reported", true],
  ["reported", false],
  ["reserved", false],
  ["none", false],
] as const;

const any = (): boolean => true;
const hasId = (entry: BillingEntry): boolean => entry.requestId !== null;
const hasTokens = ({ input, output }: BillingEntry): boolean => input !== null && output !== null;
const hasModel = (entry: BillingEntry): boolean => entry.model !== null;

class Pool {
  readonly matches: Match[] = [];
  readonly callsLeft: Set<RecordedCall>;
  readonly entriesLeft: Set<BillingEntry>;
  readonly #models: readonly string[];

  constructor(calls: readonly RecordedCall[], entries: readonly BillingEntry[]) {
    this.callsLeft = new Set(calls.toSorted(inOrder));
    this.entriesLeft = new Set(entries.toSorted(entriesInOrder));
    this.#models = [...new Set(calls.flatMap(({ declared }) => declared?.model ?? []))];
  }

  byRequestId(): void {
    const lines = grouped(this.entriesLeft, ({ requestId }) => requestId);
    for (const [id, calls] of grouped(this.callsLeft, ({ requestId }) => requestId)) {
      const of = lines.get(id) ?? [];
      // Of several calls under one id those first whose tokens agree.
      for (const isSame of [sameTokens, any]) {
        for (const call of calls) {
          const entry = of.find((each) => this.entriesLeft.has(each) && isSame(call, each));
          if (entry !== undefined && this.callsLeft.has(call)) this.#take(call, entry, "request id");
        }
      }
    }
  }

  byTime(ofCall: OfCall, ofEntry: OfEntry, withTokens: boolean): void {
    const isKnown: OfCall = ({ declared }) => declared !== null;
    const pair = (isCall: OfCall, isEntry: OfEntry, withModel: boolean): void => {
      const key = (model: string | null, input: number | null, output: number | null): string =>
        JSON.stringify([withModel ? model : null, ...(withTokens ? [input, output] : [])]);
      const calls = [...this.callsLeft].filter((call) => ofCall(call) && isCall(call));
      const entries = [...this.entriesLeft].filter((entry) => ofEntry(entry) && isEntry(entry));
      const lines = grouped(entries, ({ model, input, output }) => key(this.#modelOf(model), input, output));
      const by = withTokens ? "model, tokens and time" : "model and time";
      for (const [group, of] of grouped(calls, ({ declared, usage }) =>
        key(declared?.model ?? null, usage?.input ?? null, usage?.output ?? null),
      )) {
        for (const [call, entry] of pairByTime(of, lines.get(group) ?? [])) this.#take(call, entry, by);
      }
    };
    pair(isKnown, hasModel, true);
    // Where one side names no model, any may be meant.
    pair((call) => !isKnown(call), any, false);
    pair(any, (entry) => !hasModel(entry), false);
  }

  #take(call: RecordedCall, entry: BillingEntry, by: MatchedBy): void {
    this.callsLeft.delete(call);
    this.entriesLeft.delete(entry);
    this.matches.push({ call, entry, by });
  }

  /** Bills name models more exactly than requests: `openai/model-a`, `model-a-2026-08-01`. */
  #modelOf(billed: string | null): string | null {
    if (billed === null) return null;
    const fitting = this.#models.filter(
      (model) =>
        billed === model ||
        billed.endsWith(`/${model}`) ||
        (billed.startsWith(model) && /^[-@:]\d/.test(billed.slice(model.length))),
    );
    return fitting.sort((a, b) => b.length - a.length)[0] ?? billed;
  }
}

function sameTokens({ usage }: RecordedCall, { input, output }: BillingEntry): boolean {
  return usage !== null && usage.input === input && usage.output === output;
}

/** An order that does not hang on the order of the lines; lines that are alike in everything are one as good as the other. */
function entriesInOrder(a: BillingEntry, b: BillingEntry): number {
  return (a.at ?? Infinity) === (b.at ?? Infinity)
    ? compareText(keyOf(a), keyOf(b)) || a.line - b.line
    : (a.at ?? Infinity) - (b.at ?? Infinity);
}

function keyOf({ line: _, ...said }: BillingEntry): string {
  return JSON.stringify(said);
}
