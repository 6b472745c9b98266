/** Words, names and texts, and the ways in which people write them otherwise. */
import { EOF, type IOrAlt, type OrMethodOpts, type TokenType } from "chevrotain";
import { nearest } from "../../did-you-mean.ts";
import { span } from "../../source.ts";
import { plainName } from "../foreign.ts";
import { retype } from "../scan.ts";
import { readText } from "../text.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Name, Text } from "../tree.ts";
import type { KnownWord } from "../words.ts";
import { BaseParser } from "./base.ts";

type Alternatives<R> = IOrAlt<R>[] | OrMethodOpts<R>;

/** Names of models and files, as people write them without quotes. */
const BARE = /^[A-Za-z0-9_./@:-]*[A-Za-z0-9_/]/;

/** An object of JavaScript cannot have a field of this name without care, and a policy becomes many. */
const RESERVED = "__proto__";

export abstract class TermParser extends BaseParser {
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

  /**
   * A name on the line of the word that takes it; `what` says what it names: "a path's name". `next`
   * is the word that follows the name: where it stands alone, the name is what is missing.
   */
  protected readonly name = this.RULE("name", (what: string, next?: KnownWord): Name => {
    if (!this.RECORDING_PHASE && !this.nameAhead(what, next)) return { span: this.behind(), text: "" };
    const token = this.CONSUME(T.Word, { ERR_MSG: what });
    return this.nameOf(token);
  });

  protected nameOf(token: Token): Name {
    const text = token.image.startsWith('"') ? readText(token.image).value : (plainName(token.image) ?? token.image);
    if (text === RESERVED) this.report.add("FBP1021", this.placeOf(token), { written: text, meant: "proto" });
    return { span: this.placeOf(token), text };
  }

  private nameAhead(what: string, follower: KnownWord | undefined): boolean {
    if (this.LA(1).tokenType === T.Colon && this.LA(2).startLine !== this.LA(1).startLine) {
      this.missing(what, "blocks stand in braces: `NAME { … }`");
      return false;
    }
    this.dropSigns();
    const next = this.LA(1);
    if (this.here()) {
      const follows = follower !== undefined && next.image === follower && this.LA(2).image !== follower;
      if (T.isWord(next) && !follows) return true;
      if (next.tokenType === T.HyphenedWord) {
        this.hyphened(next);
        return true;
      }
      if (next.tokenType === T.Text) {
        this.report.add("FBP1023", this.placeOf(next), { name: readText(next.image).value, what });
        retype(next, T.Identifier);
        return true;
      }
      if (next.tokenType === T.Amount && /[A-Za-z_]/.test(next.image)) {
        this.missing(what, "names begin with a letter");
        return false;
      }
    }
    this.missing(what);
    return false;
  }

  protected hyphened(token: Token): void {
    const meant = token.image.replaceAll(/[^A-Za-z0-9_]/g, "_");
    this.report.add("FBP1021", this.placeOf(token), { written: token.image, meant });
    retype(token, T.Identifier);
  }

  /** A text in quotes, on the line of the word that takes it. */
  protected readonly text = this.RULE("text", (what: string): Text => {
    if (!this.RECORDING_PHASE && !this.textAhead()) return this.bareText(what);
    return this.textOf(this.CONSUME(T.Text, { ERR_MSG: what }));
  });

  protected textOf(token: Token): Text {
    const quoted = /^["'`/\u201C-\u201E]/.test(token.image);
    return { span: this.placeOf(token), value: quoted ? readText(token.image).value : token.image };
  }

  private textAhead(): boolean {
    this.dropSigns();
    return this.here() && this.LA(1).tokenType === T.Text;
  }

  /** `gpt-4.1-mini`, `./shared.fbp` without quotes: reported, and read as the text that was meant. */
  private bareText(what: string): Text {
    const next = this.LA(1);
    const start = next.startOffset;
    const written = this.here() ? (BARE.exec(this.source.text.slice(start, start + 200))?.[0] ?? "") : "";
    if (written === "" || (next.tokenType !== T.Identifier && T.isWord(next) && written === next.image)) {
      this.missing(what);
      return { span: this.behind(), value: "" };
    }
    const place = span(this.source, start, start + written.length);
    this.report.add("FBP1022", place, { written, what });
    while (this.LA(1).tokenType !== EOF && this.LA(1).startOffset < place.end) this.SKIP_TOKEN();
    return { span: place, value: written };
  }

  /** A word where one of `words` is meant: reports a typing error and reads the word that was meant. */
  protected spelled(where: string, words: readonly KnownWord[]): void {
    const next = this.LA(1);
    if (words.some((each) => each === next.image) || !T.isWord(next) || !this.here()) return;
    const meant = nearest(next.image, words);
    if (meant === undefined) return;
    this.report.add("FBP1002", this.placeOf(next), { word: next.image, where, nearest: meant, allowed: words });
    retype(next, T.W[meant]);
  }

  /** What another language writes in this place, read as what was meant. */
  protected meant(written: readonly string[], meant: KnownWord): void {
    const next = this.LA(1);
    if (next.tokenType !== T.Identifier || !written.includes(next.image) || !this.here()) return;
    this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant });
    retype(next, T.W[meant]);
  }

  /** The comma before an addition to a setting: `, at least 20 calls`. Reports it where it is missing. */
  protected additionComma(): void {
    const comma = this.OPTION9(() => this.CONSUME9(T.Comma));
    if (comma === undefined) this.ACTION(() => this.missing("`,`"));
  }

  /** Reports a comma that nothing follows; true where there is one. */
  protected trailingComma(closer: TokenType): boolean {
    const comma = this.LA(0);
    if (comma.tokenType !== T.Comma || this.LA(1).tokenType !== closer) return false;
    this.report.add("FBP1037", this.placeOf(comma), {});
    return true;
  }

  /** `deadline = 20s`, `deadline: 20s`: reports the sign and leaves it out. */
  protected dropSigns(): void {
    const next = this.LA(1);
    if ((next.tokenType !== T.Assign && next.tokenType !== T.Colon) || !this.here()) return;
    this.report.add("FBP1011", this.placeOf(next), { sign: next.image, word: this.LA(0).image });
    this.SKIP_TOKEN();
  }
}
