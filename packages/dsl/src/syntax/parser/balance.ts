/**
 * Puts missing and stray brackets right before the grammar sees the tokens: one bracket that was
 * forgotten is one message at its place, and the rest of the file is still read as it was meant.
 * Which bracket is missing is told by the layout: what is inside a block stands further in.
 */
import { createTokenInstance, type TokenType } from "chevrotain";
import type { Report } from "../../diagnostics/index.ts";
import { type Source, type Span, span } from "../../source.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import { CLOSERS, closerOf, OPENERS } from "./depth.ts";

/** Words that begin the head of a block. */
const HEADS: ReadonlySet<unknown> = new Set([
  T.W.accept,
  T.W.alerts,
  T.W.breaker,
  T.W.budget,
  T.W.context,
  T.W.on,
  T.W.path,
  T.W.policy,
  T.W.record,
  T.W.scenario,
  T.W.signals,
  T.W.slo,
]);

/** What never stands inside the brackets of a condition. */
const ENDS_INLINE: ReadonlySet<unknown> = new Set([T.Arrow, T.LCurly, T.W.when, T.W.for, T.W.page, T.W.notify]);

interface Opener {
  readonly token: Token;
  readonly index: number;
  /** Index of the first token on its line. */
  readonly lineStart: number;
  /** Column of that token. */
  readonly column: number;
  /** Brackets of a condition or a list: they close on their line, or further in. */
  readonly inline: boolean;
  /** Something follows it on its line: a body of JSON, a block on one line. */
  readonly hanging: boolean;
  /** The bracket of a call, like `failure_rate(`. */
  readonly called: boolean;
  /** Column of the first line inside it. */
  inner: number | null;
}

export interface Balanced {
  readonly tokens: readonly Token[];
  /** Inside a bracket of a condition that is not closed: what is wrong there has this one cause. */
  readonly muted: readonly Span[];
}

/** To be called where some bracket has no partner. */
export function balance(source: Source, tokens: readonly Token[], report: Report): Balanced {
  return new Balancer(source, tokens, report).repaired();
}

class Balancer {
  private readonly source: Source;
  private readonly tokens: readonly Token[];
  private readonly report: Report;
  private readonly open: Opener[] = [];
  /** Index of the first token of each line read so far. */
  private readonly lines: number[] = [];
  /** Closers to be added, before the token of that index. */
  private readonly added = new Map<number, Token[]>();
  private readonly stray = new Set<Token>();
  private readonly muted: Span[] = [];

  constructor(source: Source, tokens: readonly Token[], report: Report) {
    this.source = source;
    this.tokens = tokens;
    this.report = report;
  }

  repaired(): Balanced {
    let lineStart = 0;
    for (const [index, token] of this.tokens.entries()) {
      const first = index === 0 || this.tokens[index - 1]?.startLine !== token.startLine;
      if (first) {
        lineStart = index;
        this.lines.push(index);
        this.lineBegins(index, token);
      }
      if (OPENERS.has(token.tokenType)) this.opens(index, token, lineStart);
      else if (CLOSERS.has(token.tokenType)) this.closes(index, token, first);
    }
    for (let top = this.open.pop(); top !== undefined; top = this.open.pop()) this.unclosed(top, this.tokens.length);
    return { tokens: this.merged(), muted: this.muted };
  }

  private opens(index: number, token: Token, lineStart: number): void {
    const before = this.tokens[index - 1];
    const inline = token.tokenType !== T.LCurly || before?.tokenType === T.W.in;
    const called = token.tokenType === T.LParen && before !== undefined && T.endOf(before) === token.startOffset;
    const hanging = this.tokens[index + 1]?.startLine === token.startLine;
    const column = this.tokens[lineStart]?.startColumn ?? 1;
    this.open.push({ token, index, lineStart, column, inline, hanging, called, inner: null });
  }

  /** A line that stands no further in than the block it should be inside says that the block has ended. */
  private lineBegins(index: number, token: Token): void {
    const column = token.startColumn ?? 1;
    for (let top = this.open.at(-1); top !== undefined; top = this.open.at(-1)) {
      const closer = CLOSERS.has(token.tokenType);
      if (top.inner === null && closer && !top.inline) return;
      top.inner ??= column;
      const outside = closer ? column < top.column : column <= top.column;
      if (!outside || !(top.inline || top.hanging || top.inner > top.column)) return;
      // A closing bracket further out than its block: only if it closes a block that begins there.
      if (closer && !this.open.some((each) => each.column === column)) return;
      this.open.pop();
      this.unclosed(top, index);
    }
  }

  private closes(index: number, token: Token, first: boolean): void {
    for (let top = this.open.at(-1); top !== undefined; top = this.open.at(-1)) {
      const matches = closerOf(top.token.tokenType) === token.tokenType;
      const goesOn = first ? this.furtherIn(top, token.startColumn ?? 1) : this.goesOnBelow(top, index);
      if (matches && !goesOn) {
        this.open.pop();
        return;
      }
      const partner = this.open.some((each) => closerOf(each.token.tokenType) === token.tokenType);
      if (matches || !partner || !top.inline) break;
      this.open.pop();
      this.unclosed(top, index);
    }
    if (!(first && token.tokenType === T.RCurly && this.opensAbove(token))) this.straying(token);
  }

  /**
   * The `{` of the block that this `}` closes was forgotten: above it stands the head of a block, in
   * the same column, with lines further in between the two.
   */
  private opensAbove(closer: Token): boolean {
    const column = closer.startColumn ?? 1;
    for (let line = this.lines.length - 2; line >= 0; line--) {
      const index = this.lines[line] ?? 0;
      const head = this.tokens[index];
      if (head === undefined || (head.startColumn ?? 1) < column) return false;
      if ((head.startColumn ?? 1) > column) continue;
      const next = this.lines[line + 1] ?? 0;
      const last = this.tokens[next - 1];
      if (line === this.lines.length - 2 || last === undefined || !HEADS.has(head.tokenType)) return false;
      if (OPENERS.has(last.tokenType) || CLOSERS.has(last.tokenType)) return false;
      const offset = T.endOf(last);
      this.add(next, T.LCurly, last);
      if (last.tokenType === T.Colon)
        this.report.add("FBP1026", span(this.source, last.startOffset, offset), { written: ":", meant: "{" });
      else if (!swallows(last))
        this.report.add("FBP1001", span(this.source, offset, offset), { expected: "`{`", after: `\`${last.image}\`` });
      return true;
    }
    return false;
  }

  /** A `}` that begins a line further in than the block that it would close. */
  private furtherIn(top: Opener, column: number): boolean {
    return !top.inline && column > top.column && top.inner !== null && top.inner > top.column && column <= top.inner;
  }

  /** A `}` in mid-line, of which the block that it would close has lines above, and goes on below. */
  private goesOnBelow(top: Opener, index: number): boolean {
    const [closer, next] = [this.tokens[index], this.tokens[index + 1]];
    if (top.inline || closer === undefined || next === undefined) return false;
    if (closer.startLine === top.token.startLine || next.startLine === closer.startLine) return false;
    return !CLOSERS.has(next.tokenType) && (next.startColumn ?? 1) > top.column;
  }

  private straying(token: Token): void {
    this.stray.add(token);
    const place = span(this.source, token.startOffset, T.endOf(token));
    this.report.add("FBP1005", place, { closer: token.image });
  }

  /** `limit`: the index of the first token that is surely outside. */
  private unclosed(opener: Opener, limit: number): void {
    const index = opener.inline ? this.endOfInline(opener, limit) : limit;
    const type = closerOf(opener.token.tokenType) ?? T.RCurly;
    const before = this.tokens[index - 1] ?? opener.token;
    const offset = T.endOf(before);
    this.add(index, type, before);
    if (opener.inline) this.muted.push(span(this.source, opener.token.startOffset, offset));
    // A text without its closing quote has swallowed the bracket, and was reported.
    if (before.startLine === opener.token.startLine && swallows(before)) return;
    const sign = type === T.RCurly ? "}" : type === T.RParen ? ")" : "]";
    this.report.add(
      "FBP1004",
      span(this.source, offset, offset),
      { closer: sign, opener: this.describe(opener) },
      {
        related: [
          { span: span(this.source, opener.token.startOffset, T.endOf(opener.token)), text: "it was opened here" },
        ],
      },
    );
  }

  /** Adds a bracket that was not written, behind `before`. */
  private add(index: number, type: TokenType, before: Token): void {
    const offset = T.endOf(before);
    const line = before.startLine ?? 1;
    const column = (before.startColumn ?? 1) + before.image.length;
    const bracket = createTokenInstance(type, "", offset, offset, line, line, column, column);
    const list = this.added.get(index);
    if (list === undefined) this.added.set(index, [bracket]);
    else list.push(bracket);
  }

  /** The bracket of a condition ends at the latest with its line, or where the rule goes on. */
  private endOfInline(opener: Opener, limit: number): number {
    for (let index = opener.index + 1; index < limit; index++) {
      const token = this.tokens[index];
      if (token === undefined || token.startLine !== opener.token.startLine) return index;
      if (ENDS_INLINE.has(token.tokenType)) return index;
      if (token.tokenType === T.Comparator && opener.called) return index;
    }
    return limit;
  }

  private describe(opener: Opener): string {
    if (opener.inline) return `this \`${opener.token.image}\``;
    const start = this.tokens[opener.lineStart]?.startOffset ?? opener.token.startOffset;
    const words = this.source.text.slice(start, opener.token.startOffset).trim();
    return words === "" || words.length > 60 ? "the block" : `the block of \`${words}\``;
  }

  private merged(): readonly Token[] {
    const merged: Token[] = [];
    for (let index = 0; index <= this.tokens.length; index++) {
      merged.push(...(this.added.get(index) ?? []));
      const token = this.tokens[index];
      if (token !== undefined && !this.stray.has(token)) merged.push(token);
    }
    return merged;
  }
}

/** A text without its closing quote: it goes to the end of its line, whatever stands there. */
function swallows(token: Token): boolean {
  return token.image.startsWith('"') && !/^".*"$/.test(token.image);
}
