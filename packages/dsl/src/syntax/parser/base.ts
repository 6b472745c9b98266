/** What every part of the grammar stands on: places, names, texts, and going on after an error. */
import {
  EmbeddedActionsParser,
  EOF,
  type IOrAlt,
  type IRecognitionException,
  isRecognitionException,
  type OrMethodOpts,
} from "chevrotain";
import { Report } from "../../diagnostics/index.ts";
import { type Source, type Span, span } from "../../source.ts";
import type { Docs } from "../docs.ts";
import type { Scan } from "../scan.ts";
import { retype } from "../scan.ts";
import { readText } from "../text.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Name, Text } from "../tree.ts";
import type { KnownWord } from "../words.ts";
import { CLOSERS, depthOf } from "./depth.ts";
import { expectation } from "./expectation.ts";

/** The first token of a node and what is documented there. */
export interface Start {
  readonly token: Token;
  readonly doc: string | null;
}

/** Leaves the line; what is wrong with it was reported. */
class GivenUp extends Error {}

type Alternatives<R> = IOrAlt<R>[] | OrMethodOpts<R>;

const NOWHERE: Source = { name: "", text: "" };

/** Words that carry a line on when they begin the next one. */
const CONTINUES = new Set([T.Arrow, T.Comma, T.W.else, T.W.or, T.W.and, T.W.when]);

export abstract class BaseParser extends EmbeddedActionsParser {
  protected source: Source = NOWHERE;
  protected report: Report = new Report();
  private docs: Docs = new Map();
  /** The token at which an error was reported last: a second error there has the same cause. */
  private troubled: Token | null = null;
  private handled: unknown = null;

  constructor(options: { readonly validate: boolean }) {
    super([...T.VOCABULARY], {
      maxLookahead: 1,
      // Recovery is by line and bracket (see `line`): with words that are keywords only in their
      // place, nearly any token may follow, and recovery by follow sets would resume in mid-line.
      recoveryEnabled: false,
      skipValidations: !options.validate,
      errorMessageProvider: expectation,
    });
  }

  /** Hands the parser one file's tokens. */
  protected load(source: Source, scan: Scan, report: Report): void {
    this.source = source;
    this.report = report;
    this.docs = scan.docs;
    this.troubled = null;
    this.handled = null;
    this.input = scan.tokens;
  }

  /** Lets go of the file, so that the parser keeps nothing alive between two files. */
  protected unload(): void {
    this.input = [];
    this.source = NOWHERE;
    this.report = new Report();
    this.docs = new Map();
    this.troubled = null;
    this.handled = null;
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

  /** The next token stands on the line of the one before it. */
  protected here(): boolean {
    return this.LA(1).startLine === this.LA(0).startLine;
  }

  /** The next token is the first of its line. */
  protected startsLine(): boolean {
    const before = this.LA(0);
    return before.tokenType === EOF || before.startLine !== this.LA(1).startLine;
  }

  // -------------------------------------------------------------- words, names, texts

  /** One of several alternatives, all of one type; the numbered forms are for a rule that chooses more than once. */
  protected oneOf<R>(alternatives: Alternatives<R>): R {
    return this.or(0, alternatives as OrMethodOpts<R>);
  }

  protected oneOf2<R>(alternatives: Alternatives<R>): R {
    return this.or(2, alternatives as OrMethodOpts<R>);
  }

  protected oneOf3<R>(alternatives: Alternatives<R>): R {
    return this.or(3, alternatives as OrMethodOpts<R>);
  }

  protected oneOf4<R>(alternatives: Alternatives<R>): R {
    return this.or(4, alternatives as OrMethodOpts<R>);
  }

  /** A known word, where its place gives it its meaning. */
  protected word<Known extends KnownWord>(word: Known): Known {
    this.CONSUME(T.W[word]);
    return word;
  }

  /** A name on the line of the word that takes it; `what` says what it names: "a path's name". */
  protected readonly name = this.RULE("name", (what: string): Name => {
    if (!this.RECORDING_PHASE && !this.nameAhead(what)) return this.missingName();
    const token = this.CONSUME(T.Word, { ERR_MSG: what });
    return this.nameOf(token);
  });

  protected nameOf(token: Token): Name {
    const text = token.image.startsWith('"') ? readText(token.image).value : token.image;
    return { span: this.placeOf(token), text };
  }

  private nameAhead(what: string): boolean {
    this.dropSigns();
    const next = this.LA(1);
    if (this.here()) {
      if (next.tokenType.CATEGORIES?.includes(T.Word)) return true;
      if (next.tokenType === T.HyphenedWord) {
        this.hyphened(next);
        return true;
      }
      if (next.tokenType === T.Text) {
        this.report.add("FBP1023", this.placeOf(next), { name: readText(next.image).value, what });
        retype(next, T.Identifier);
        return true;
      }
    }
    this.missing(what);
    return false;
  }

  private hyphened(token: Token): void {
    const meant = token.image.replaceAll(/[^A-Za-z0-9_]/g, "_");
    this.report.add("FBP1021", this.placeOf(token), { written: token.image, meant });
    retype(token, T.Identifier);
  }

  protected missingName(): Name {
    const at = this.LA(0).tokenType === EOF ? 0 : T.endOf(this.LA(0));
    return { span: span(this.source, at, at), text: "" };
  }

  /** A text in quotes, on the line of the word that takes it. */
  protected readonly text = this.RULE("text", (what: string): Text => {
    if (!this.RECORDING_PHASE && !this.textAhead(what)) return { span: this.missingName().span, value: "" };
    const token = this.CONSUME(T.Text, { ERR_MSG: what });
    return this.textOf(token);
  });

  protected textOf(token: Token): Text {
    const quoted = /^["'`/\u201C-\u201E]/.test(token.image);
    return { span: this.placeOf(token), value: quoted ? readText(token.image).value : token.image };
  }

  private textAhead(what: string): boolean {
    this.dropSigns();
    const next = this.LA(1);
    if (this.here()) {
      if (next.tokenType === T.Text) return true;
      if (next.tokenType === T.HyphenedWord || next.tokenType === T.Identifier) {
        this.report.add("FBP1022", this.placeOf(next), { written: next.image, what });
        retype(next, T.Text);
        return true;
      }
    }
    this.missing(what);
    return false;
  }

  /** `deadline = 20s`, `deadline: 20s`: reports the sign and leaves it out. */
  protected dropSigns(): void {
    const next = this.LA(1);
    if ((next.tokenType !== T.Assign && next.tokenType !== T.Colon) || !this.here()) return;
    this.report.add("FBP1011", this.placeOf(next), { sign: next.image, word: this.LA(0).image });
    this.SKIP_TOKEN();
  }

  // -------------------------------------------------------------- errors

  /** Reports that `what` is missing before the next token. */
  protected missing(what: string, hint?: string): void {
    const next = this.LA(1);
    if (this.troubled === next) return;
    this.troubled = next;
    const before = this.LA(0);
    const first = before.tokenType === EOF;
    const place = next.tokenType === EOF || (!first && !this.here()) ? this.missingName().span : this.placeOf(next);
    this.report.add("FBP1001", place, { expected: what, after: first ? null : quoted(before), hint });
  }

  /** Reports that `what` is missing (null: something was reported already) and leaves the line. */
  protected giveUp(what: string | null): never {
    if (what !== null) this.missing(what);
    throw new GivenUp();
  }

  /** Reports what the parser threw, once. */
  protected complain(error: IRecognitionException): void {
    if (this.handled === error) return;
    this.handled = error;
    this.missing(error.message);
  }

  /**
   * Parses one line of a block. An error in it is reported, the rest of the line is left out (with
   * the blocks that it opens), and the next line is read as if nothing had happened.
   */
  protected line<R>(parse: () => R): R | null {
    if (this.RECORDING_PHASE) return parse();
    const depth = depthOf(this.LA(1));
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof GivenUp)) this.complain(recognition(error));
      this.skipLine(depth);
      return null;
    }
  }

  /** Goes to the next line, or to the bracket that closes this block, whichever comes first. */
  protected skipLine(depth: number): void {
    for (;;) {
      const next = this.LA(1);
      if (next.tokenType === EOF) return;
      const at = depthOf(next);
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
