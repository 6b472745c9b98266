/**
 * Which way the parser takes at a token, from a table made beforehand.
 *
 * Chevrotain computes this table from the grammar whenever a parser is built: it runs every rule in a
 * recording mode and walks the result, which costs a cold process more than reading a policy does.
 * The table is the same each time, so it is kept in `lookahead.generated.ts`; `lookahead.test.ts`
 * computes it anew from the grammar and compares, and writes it when asked to.
 */
import type { IOrAlt } from "chevrotain";
import { VOCABULARY } from "../tokens.ts";

/**
 * By rule, then by kind and number of the place in it: the names of the tokens that lead into an
 * optional part, or into each alternative. A category stands for its members.
 */
export type LookaheadTable = Readonly<Record<string, Readonly<Record<number, string | readonly string[]>>>>;

/** Places of a rule are numbered by kind, as chevrotain numbers them: this plus the number of the place. */
export const PLACES = {
  Alternation: 1 << 8,
  Option: 2 << 8,
  Repetition: 3 << 8,
  RepetitionMandatory: 4 << 8,
  RepetitionWithSeparator: 5 << 8,
  RepetitionMandatoryWithSeparator: 6 << 8,
} as const;

/** What chevrotain calls, on the parser: gives whether to enter, or which alternative to take. */
export type Lookahead = (
  this: { LA(howMuch: number): { readonly tokenTypeIdx: number } },
  alternatives: readonly IOrAlt<unknown>[],
) => boolean | number | undefined;

/** Entries are decoded at their first use: most policies use half of the grammar. */
export function lookahead(entry: string | readonly string[]): Lookahead {
  return typeof entry === "string" ? entering(entry) : choosing(entry);
}

function entering(tokens: string): Lookahead {
  let leads: Uint8Array | undefined;
  return function () {
    leads ??= marked(tokens);
    return leads[this.LA(1).tokenTypeIdx] === 1;
  };
}

/** The first alternative that the token leads into and whose gate is open. */
function choosing(entry: readonly string[]): Lookahead {
  let leads: readonly Uint8Array[] | undefined;
  /** By token, the alternatives that it leads into. */
  const ways = new Map<number, readonly number[]>();
  const waysOf = (token: number): readonly number[] => {
    leads ??= entry.map(marked);
    const found = leads.flatMap((marks, index) => (marks[token] === 1 ? [index] : []));
    ways.set(token, found);
    return found;
  };
  return function (alternatives) {
    const { tokenTypeIdx } = this.LA(1);
    for (const index of ways.get(tokenTypeIdx) ?? waysOf(tokenTypeIdx)) {
      const gate = alternatives[index]?.GATE;
      if (gate === undefined || gate.call(this)) return index;
    }
    return undefined;
  };
}

interface Members {
  readonly of: ReadonlyMap<string, readonly number[]>;
  readonly size: number;
}

let members: Members | undefined;

function marked(tokens: string): Uint8Array {
  members ??= readMembers();
  const marks = new Uint8Array(members.size);
  for (const name of tokens.split(" ")) for (const index of members.of.get(name) ?? []) marks[index] = 1;
  return marks;
}

function readMembers(): Members {
  const of = new Map<string, readonly number[]>();
  let size = 0;
  for (const { name, tokenTypeIdx = 0, categoryMatches = [] } of VOCABULARY) {
    of.set(name, [tokenTypeIdx, ...categoryMatches]);
    size = Math.max(size, tokenTypeIdx + 1);
  }
  return { of, size };
}
