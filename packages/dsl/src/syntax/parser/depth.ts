/** How many brackets are open around each token; a bracket itself stands outside. */
import { LIMITS } from "../limits.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

export const OPENERS: ReadonlySet<unknown> = new Set([T.LCurly, T.LParen, T.LSquare]);
export const CLOSERS: ReadonlySet<unknown> = new Set([T.RCurly, T.RParen, T.RSquare]);

/** 0 for the end of the file and for tokens that were never measured. */
export function depthOf(token: Token): number {
  const depth: unknown = token.payload;
  return typeof depth === "number" ? depth : 0;
}

/** Notes each token's depth on it. Gives the first bracket that nests too deep, null where there is none. */
export function measureDepth(tokens: readonly Token[]): Token | null {
  let depth = 0;
  for (const token of tokens) {
    if (CLOSERS.has(token.tokenType) && depth > 0) depth -= 1;
    token.payload = depth;
    if (OPENERS.has(token.tokenType)) {
      if (depth === LIMITS.nesting) return token;
      depth += 1;
    }
  }
  return null;
}
