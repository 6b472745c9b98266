/** What every part of the grammar stands on: places, names, texts, and going on after an error. */
import {
  EmbeddedActionsParser,
  EOF,
  type ILookaheadStrategy,
  type IRecognitionException,
  isRecognitionException,
} from "chevrotain";
import { Report } from "../../diagnostics/index.ts";
import { type Source, type Span, span } from "../../source.ts";
import type { Docs } from "../docs.ts";
import { LIMITS } from "../limits.ts";
import type { Scan } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import { CLOSERS, depthOf, noteDepth } from "./depth.ts";
import { expectation } from "./expectation.ts";

export interface ParserOptions {
  /** Have chevrotain analyse the grammar and check its definition: slow, for tests. */
  readonly validate: boolean;
  /** Who computes the lookahead in that analysis. */
  readonly strategy?: ILookaheadStrategy;
}

/** The first token of a node and what is documented there. */
export interface Start {
  readonly token: Token;
  readonly doc: string | null;
}

/** Leaves the line; what is wrong with it was reported. */
class GivenUp extends Error {}

/** Leaves the file: there are more errors than anybody reads. */
export class Exhausted extends Error {}

const NOWHERE: Source = { name: "", text: "" };

/** Words that carry a line on when they begin the next one. */
const CONTINUES = new Set([T.Arrow, T.Comma, T.W.else, T.W.or, T.W.and, T.W.when]);

export abstract class BaseParser extends EmbeddedActionsParser {
  protected source: Source = NOWHERE;
  protected report: Report = new Report();
  private docs: Docs = new Map();
  private tokens: readonly Token[] = [];
  private depthNoted = false;
  /** Places where an error is the consequence of one that was reported. */
  private muted: readonly Span[] = [];
  /** The token at which an error was reported last: a second error there has the same cause. */
  private troubled: Token | null = null;

  constructor({ validate, strategy }: ParserOptions) {
    super([...T.VOCABULARY], {
      maxLookahead: 1,
      ...(strategy === undefined ? {} : { lookaheadStrategy: strategy }),
      // Recovery is by line and bracket (see `line`): with words that are keywords only in their
      // place, nearly any token may follow, and recovery by follow sets would resume in mid-line.
      recoveryEnabled: false,
      skipValidations: !validate,
      errorMessageProvider: expectation,
    });
  }

  /** Hands the parser one file's tokens. */
  protected load(source: Source, scan: Scan, report: Report): void {
    this.source = source;
    this.report = report;
    this.docs = scan.docs;
    this.muted = scan.muted;
    this.depthNoted = false;
    this.troubled = null;
    this.tokens = scan.tokens;
    this.input = [...scan.tokens];
  }

  /** Lets go of the file, so that the parser keeps nothing alive between two files. */
  protected unload(): void {
    this.tokens = [];
    this.input = [];
    this.source = NOWHERE;
    this.report = new Report();
    this.docs = new Map();
    this.muted = [];
    this.troubled = null;
  }

  // -------------------------------------------------------------- places

  /** To be called before the node's first token is consumed. */
  protected begin(): Start {
    const token = this.LA(1);
    let doc: string | null = null;
    if (this.docs.size > 0 && this.startsLine()) {
      const line = token.startLine ?? 0;
      const found = this.docs.get(line);
      if (found !== undefined) {
        doc = found.text;
        this.docs.delete(line);
      }
    }
    return { token, doc };
  }

  /** From the first token to the one consumed last. */
  protected since(start: Token): Span {
    const last = this.LA(0);
    return span(this.source, start.startOffset, Math.max(T.endOf(start), T.endOf(last)));
  }

  protected placeOf(token: Token): Span {
    if (token.tokenType === EOF) return span(this.source, this.source.text.length, this.source.text.length);
    return span(this.source, token.startOffset, T.endOf(token));
  }

  /** The place directly behind the token consumed last. */
  protected behind(): Span {
    const before = this.LA(0);
    const at = before.tokenType === EOF ? 0 : T.endOf(before);
    return span(this.source, at, at);
  }

  /** The next token stands on the line of the one before it. */
  protected here(): boolean {
    return this.LA(1).startLine === this.LA(0).startLine;
  }

  /** The next token is the first of its line. */
  protected startsLine(): boolean {
    const before = this.LA(0);
    return before.tokenType === EOF || before.startLine !== this.LA(1).startLine;
  }

  // -------------------------------------------------------------- errors

  /** Reports that `what` is missing before the next token. */
  protected missing(what: string, hint?: string): void {
    const next = this.LA(1);
    if (this.troubled === next) return;
    this.troubled = next;
    if (this.report.diagnostics.length > LIMITS.errors) throw new Exhausted();
    const before = this.LA(0);
    const first = before.tokenType === EOF;
    const place = next.tokenType === EOF || (!first && !this.here()) ? this.behind() : this.placeOf(next);
    if (this.isMuted(place)) return;
    this.report.add("FBP1001", place, { expected: what, after: first ? null : quoted(before), hint });
  }

  /** The same of what begins a line: the line before it is complete. */
  protected missingHere(what: string, hint?: string): void {
    const next = this.LA(1);
    if (this.troubled === next) return;
    this.troubled = next;
    if (this.report.diagnostics.length > LIMITS.errors) throw new Exhausted();
    const place = this.placeOf(next);
    if (!this.isMuted(place)) this.report.add("FBP1001", place, { expected: what, after: null, hint });
  }

  /** An error there has a cause that was reported. */
  protected isMuted(place: Span): boolean {
    return this.muted.some((each) => place.start >= each.start && place.start <= each.end);
  }

  /** Reports that `what` is missing (null: something was reported already) and leaves the line. */
  protected giveUp(what: string | null): never {
    if (what !== null) this.missing(what);
    throw new GivenUp();
  }

  /**
   * Parses one line of a block. An error in it is reported, the rest of the line is left out (with
   * the blocks that it opens), and the next line is read as if nothing had happened.
   */
  protected line<R>(parse: () => R): R | null {
    if (this.RECORDING_PHASE) return parse();
    const first = this.LA(1);
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof GivenUp)) this.missing(recognition(error).message);
      this.skipLine(this.depth(first));
      return null;
    }
  }

  /** How many brackets are open around a token of the file. */
  protected depth(token: Token): number {
    if (!this.depthNoted) noteDepth(this.tokens);
    this.depthNoted = true;
    return depthOf(token);
  }

  /** Goes to the next line, or to the bracket that closes this block, whichever comes first. */
  protected skipLine(depth: number): void {
    for (;;) {
      const next = this.LA(1);
      if (next.tokenType === EOF) return;
      const at = this.depth(next);
      if (at < depth) return;
      if (at === depth && this.startsLine() && !CONTINUES.has(next.tokenType) && !CLOSERS.has(next.tokenType)) return;
      this.SKIP_TOKEN();
    }
  }
}

/** The parser's own complaint about its input; anything else is a bug and goes on its way. */
function recognition(error: unknown): IRecognitionException {
  if (error instanceof Error && isRecognitionException(error)) return error as unknown as IRecognitionException;
  throw error;
}

/** A token as a message shows it. */
function quoted(token: Token): string {
  const image = token.image.length > 40 ? `${token.image.slice(0, 37)}…` : token.image;
  return `\`${image}\``;
}
