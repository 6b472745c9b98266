/** How many brackets are open around each token; a bracket itself stands outside. */
import type { TokenType } from "chevrotain";
import { LIMITS } from "../limits.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

export const OPENERS: ReadonlySet<unknown> = new Set([T.LCurly, T.LParen, T.LSquare]);
export const CLOSERS: ReadonlySet<unknown> = new Set([T.RCurly, T.RParen, T.RSquare]);

/** 0 for the end of the file. */
export function depthOf(token: Token): number {
  const depth: unknown = token.payload;
  return typeof depth === "number" ? depth : 0;
}

export interface Depth {
  /** The first bracket that nests too deep. */
  readonly tooDeep: Token | null;
  /** Every bracket has its partner. */
  readonly balanced: boolean;
}

/** Looks at the brackets of a whole file. */
export function measureDepth(tokens: readonly Token[]): Depth {
  const open: (TokenType | undefined)[] = [];
  let balanced = true;
  for (const token of tokens) {
    const closer = closerOf(token.tokenType);
    if (closer !== undefined) {
      if (open.length === LIMITS.nesting) return { tooDeep: token, balanced };
      open.push(closer);
    } else if (isCloser(token.tokenType) && open.pop() !== token.tokenType) balanced = false;
  }
  return { tooDeep: null, balanced: balanced && open.length === 0 };
}

/** Notes each token's depth on it, for `depthOf`. Only a file with errors needs it. */
export function noteDepth(tokens: readonly Token[]): void {
  let depth = 0;
  for (const token of tokens) {
    if (isCloser(token.tokenType) && depth > 0) depth -= 1;
    token.payload = depth;
    if (closerOf(token.tokenType) !== undefined) depth += 1;
  }
}

/** What closes this bracket; undefined for a token that opens nothing. */
export function closerOf(type: TokenType): TokenType | undefined {
  return type === T.LCurly ? T.RCurly : type === T.LParen ? T.RParen : type === T.LSquare ? T.RSquare : undefined;
}

function isCloser(type: TokenType): boolean {
  return type === T.RCurly || type === T.RParen || type === T.RSquare;
}
