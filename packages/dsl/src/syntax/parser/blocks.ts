/** How the lines of a block are read, and what happens at a line that the block does not know. */
import { EOF, type ParserMethod } from "chevrotain";
import { nearest } from "../../did-you-mean.ts";
import { retype } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import { ExpressionParser } from "./expressions.ts";
import { aliasOf, belongs, type Place } from "./places.ts";

export abstract class BlockParser extends ExpressionParser {
  /** `{`, lines, `}`. To be used once in a rule: it is one repetition of the grammar. */
  protected block<Entry>(place: Place, entry: ParserMethod<[], Entry>): readonly Entry[] {
    this.ACTION(() => this.findBlock());
    this.CONSUME(T.LCurly);
    const entries = this.entries(place, entry);
    this.CONSUME(T.RCurly);
    return entries;
  }

  /** Where the head of a block is wrong, but its `{` stands on the line, the lines in it are read all the same. */
  private findBlock(): void {
    const next = this.LA(1);
    if (next.tokenType === T.LCurly) return;
    if (next.tokenType === T.Colon && this.LA(2).tokenType === T.LCurly && this.LA(2).image === "") {
      // `on primary:`, and a bracket that was put behind it, which was told.
      this.SKIP_TOKEN();
      return;
    }
    if (!this.here() || !this.braceAhead()) this.giveUp("`{`");
    this.missing("`{`");
    while (this.LA(1).tokenType !== T.LCurly) this.SKIP_TOKEN();
  }

  private braceAhead(): boolean {
    const next = this.LA(1);
    for (let ahead = 1; ; ahead++) {
      const token = this.LA(ahead);
      if (token.startLine !== next.startLine || this.depth(token) !== this.depth(next)) return false;
      if (token.tokenType === T.LCurly) return true;
    }
  }

  protected entries<Entry>(place: Place, entry: ParserMethod<[], Entry>): readonly Entry[] {
    const entries: Entry[] = [];
    do {
      this.MANY({
        GATE: () => this.entryAhead(place),
        DEF: () => {
          const read = this.line(() => this.SUBRULE(entry));
          if (read !== null) entries.push(read);
        },
      });
    } while (this.stuck(place));
    return entries;
  }

  /** A line that begins with a name must begin a line: else what is left over of a line would be taken for a name. */
  private entryAhead(place: Place): boolean {
    if (place.entry === null || this.startsLine() || this.LA(0).tokenType === T.LCurly) return true;
    const word = this.LA(1).image;
    return place.words.some((each) => each === word);
  }

  /** Reports and leaves out what begins no line of the block; false where the block ends. */
  private stuck(place: Place): boolean {
    if (this.RECORDING_PHASE) return false;
    const next = this.LA(1);
    if (next.tokenType === EOF || next.tokenType === T.RCurly) return false;
    if (!this.startsLine() && this.LA(0).tokenType !== T.LCurly && !this.readable(next, place)) {
      this.leftOver(next);
      return true;
    }
    if (next.tokenType === T.HyphenedWord && place.entry !== null) {
      this.hyphened(next);
      return true;
    }
    const meant = this.readable(next, place);
    if (meant !== undefined) {
      this.report.add("FBP1002", this.placeOf(next), {
        word: next.image,
        where: place.name,
        nearest: meant,
        allowed: place.words,
      });
      retype(next, T.W[meant]);
      return true;
    }
    this.unknownLine(next, place);
    return true;
  }

  /** The word of this block that was probably meant. */
  private readable(token: Token, place: Place) {
    if (!/^[A-Za-z_]/.test(token.image) || place.entry !== null) return undefined;
    const alias = aliasOf(token.image, place);
    return alias ?? (belongs(token.image, place) === null ? nearest(token.image, place.words) : undefined);
  }

  private unknownLine(next: Token, place: Place): void {
    const word = next.image;
    const elsewhere = belongs(word, place);
    if (/^[A-Za-z_]/.test(word) && place.entry === null) {
      const where = this.placeOf(next);
      if (elsewhere !== null) this.report.add("FBP1003", where, { word, where: place.name, belongs: elsewhere });
      else this.report.add("FBP1002", where, { word, where: place.name, nearest: undefined, allowed: place.words });
    } else if (this.startsLine()) this.missingHere(place.entry ?? "a setting or a block", place.hint);
    else this.missing(place.entry ?? "a setting or a block", place.hint);
    this.leaveLine();
  }

  /** Something stands behind a complete line. */
  private leftOver(next: Token): void {
    if (next.tokenType === T.Comma) {
      this.report.add("FBP1013", this.placeOf(next), { sign: "," });
      this.SKIP_TOKEN();
      return;
    }
    const place = this.placeOf(next);
    if (!this.isMuted(place)) this.report.add("FBP1036", place, { word: next.image, after: this.LA(0).image });
    this.leaveLine();
  }

  private leaveLine(): void {
    const depth = this.depth(this.LA(1));
    this.SKIP_TOKEN();
    this.skipLine(depth);
  }
}
