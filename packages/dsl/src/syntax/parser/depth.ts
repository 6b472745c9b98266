/** How many brackets are open around each token; a bracket itself stands outside. */

import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

export const OPENERS: ReadonlySet<unknown> = new Set([T.LCurly, T.LParen, T.LSquare]);
export const CLOSERS: ReadonlySet<unknown> = new Set([T.RCurly, T.RParen, T.RSquare]);

/** 0 for the end of the file and for tokens that were never measured. */
export function depthOf(token: Token): number {
  const depth: unknown = token.payload;
  return typeof depth === "number" ? depth : 0;
}

/** Notes each token's depth on it and gives the greatest. */
export function measureDepth(tokens: readonly Token[]): number {
  let depth = 0;
  let deepest = 0;
  for (const token of tokens) {
    if (CLOSERS.has(token.tokenType) && depth > 0) depth -= 1;
    token.payload = depth;
    if (OPENERS.has(token.tokenType)) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    }
  }
  return deepest;
}
