/** What conditions are made of: facts, values, calls, and whole conditions in brackets. */
import type { ParserMethod } from "chevrotain";
import { cover, type Span } from "../../source.ts";
import { plainName } from "../foreign.ts";
import { LIMITS } from "../limits.ts";
import { retype } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Expression, Fact, Segment } from "../tree.ts";
import { ValuesParser } from "./values.ts";

export abstract class OperandParser extends ValuesParser {
  /** Parts of the condition being read. */
  protected terms = 0;

  /** A condition, as it stands in brackets. */
  protected abstract readonly expression: ParserMethod<[], Expression>;

  protected readonly operand = this.RULE("operand", (): Expression => {
    return this.oneOf<Expression>(this.operands);
  });

  /** Built once: conditions are what a policy has most of. */
  private readonly operands = {
    DEF: [
      {
        // What is quoted from the text has both of its brackets or none.
        ALT: () => {
          const open = this.CONSUME(T.LParen);
          const inner = this.SUBRULE(this.expression);
          this.CONSUME(T.RParen);
          return this.ACTION(() => ({ ...inner, span: this.since(open) }));
        },
      },
      {
        ALT: (): Expression => {
          const { span: place, value } = this.textOf(this.CONSUME(T.Text));
          return { kind: "string", span: place, value };
        },
      },
      { ALT: () => this.SUBRULE(this.amount) },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: (): Expression => ({ kind: "bool", span: this.placeOf(this.CONSUME(T.W.true)), value: true }),
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: (): Expression => ({ kind: "bool", span: this.placeOf(this.CONSUME(T.W.false)), value: false }),
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: (): Expression => ({ kind: "null", span: this.placeOf(this.CONSUME(T.W.null)) }),
      },
      { ALT: () => this.SUBRULE(this.named) },
    ],
    ERR_MSG: "a value",
  };

  /** What begins with a word: a fact mostly, or a call, `transport failed`, `before first_token`. */
  protected readonly named = this.RULE("named", (): Expression => {
    if (!this.RECORDING_PHASE && this.LA(1).tokenType === T.Identifier && this.LA(2).tokenType !== T.LParen)
      return this.SUBRULE(this.fact);
    return this.oneOf<Expression>({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === T.W.first_token,
          ALT: () => {
            const first = this.CONSUME(T.W.before);
            this.CONSUME(T.W.first_token);
            return { kind: "before_first_token", span: this.since(first) };
          },
        },
        {
          GATE: () => this.LA(2).tokenType === T.W.failed,
          ALT: () => {
            const first = this.CONSUME(T.W.transport);
            this.CONSUME(T.W.failed);
            return { kind: "transport_failed", span: this.since(first) };
          },
        },
        { GATE: () => this.LA(2).tokenType === T.LParen, ALT: () => this.SUBRULE(this.call) },
        { GATE: () => !FOLLOW.has(this.LA(1).tokenType), ALT: () => this.SUBRULE2(this.fact) },
      ],
      ERR_MSG: "a value",
    });
  });

  /** A number, or `3x` with what it multiplies. */
  protected readonly amount = this.RULE("amount", (): Expression => {
    const token = this.CONSUME(T.Amount);
    const factor = this.ACTION(() => this.quantityOf(token));
    return (
      this.OPTION({
        GATE: () => factor.unit.kind === "factor" && this.here() && this.multiplied(),
        DEF: (): Expression => {
          const operand = this.OR([
            { GATE: () => this.LA(2).tokenType === T.LParen, ALT: () => this.SUBRULE(this.call) },
            { ALT: () => this.SUBRULE(this.fact) },
          ]);
          return this.ACTION(() => ({ kind: "times", span: cover(factor.span, operand.span), factor, operand }));
        },
      }) ?? factor
    );
  });

  /** A name or a call follows: `in`, `is` and the like go on with the condition. */
  private multiplied(): boolean {
    const next = this.LA(1);
    if (next.tokenType === T.Identifier) return true;
    const bracket = this.LA(2);
    const called = bracket.tokenType === T.LParen && bracket.startOffset === T.endOf(next);
    return called && !RELATING.has(next.tokenType);
  }

  protected readonly call = this.RULE("call", (): Expression => {
    const token = this.CONSUME(T.Word);
    const name = this.nameOf(token);
    this.CONSUME(T.LParen);
    const args: Expression[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.ACTION(() => this.countTerm());
        args.push(this.SUBRULE(this.operand));
      },
    });
    this.CONSUME(T.RParen, { ERR_MSG: "`,` or `)`" });
    return { kind: "call", span: this.since(token), name, args };
  });

  protected readonly fact = this.RULE("fact", (): Fact => {
    const token = this.CONSUME(T.Word);
    const root = this.nameOf(token);
    const segments: Segment[] = [];
    this.MANY({ GATE: () => this.touches(), DEF: () => segments.push(this.SUBRULE(this.segment)) });
    return { kind: "fact", span: this.since(token), root, segments };
  });

  /** A segment follows without a space. */
  private touches(): boolean {
    return this.LA(1).startOffset === T.endOf(this.LA(0));
  }

  protected readonly segment = this.RULE("segment", (): Segment => {
    return this.OR({
      DEF: [
        {
          ALT: (): Segment => {
            const first = this.CONSUME(T.Dot);
            this.ACTION(() => this.hyphenedField());
            const { image } = this.CONSUME2(T.Word, { ERR_MSG: "a field's name" });
            return { kind: "field", span: this.since(first), name: plainName(image) ?? image };
          },
        },
        {
          ALT: (): Segment => {
            const first = this.CONSUME(T.LSquare);
            const inside = this.OR2({
              DEF: [{ ALT: () => this.CONSUME(T.Amount) }, { ALT: () => this.CONSUME(T.Text) }],
              ERR_MSG: "an index like `0` or a name in quotes",
            });
            this.CONSUME(T.RSquare);
            return this.ACTION(() => this.indexed(this.since(first), inside));
          },
        },
      ],
    });
  });

  private indexed(place: Span, inside: Token): Segment {
    if (inside.tokenType === T.Text) return { kind: "key", span: place, name: this.textOf(inside).value };
    const { value, unit } = this.quantityOf(inside);
    if (unit.kind === "none" && Number.isSafeInteger(value) && value >= 0)
      return { kind: "index", span: place, index: value };
    this.report.add("FBP1001", this.placeOf(inside), {
      expected: "an index that is a whole number from 0",
      after: null,
    });
    return { kind: "index", span: place, index: 0 };
  }

  /** `error.error-code`, read as `error["error-code"]`. */
  private hyphenedField(): void {
    const next = this.LA(1);
    if (next.tokenType !== T.HyphenedWord) return;
    const place = cover(this.placeOf(this.LA(0)), this.placeOf(next));
    this.report.add("FBP1026", place, { written: `.${next.image}`, meant: `["${next.image}"]` });
    retype(next, T.Identifier);
  }

  /** Bounds how much one condition may join; what is beyond is not read. */
  protected countTerm(): void {
    this.terms += 1;
    if (this.terms <= LIMITS.terms) return;
    this.report.add("FBP1035", this.placeOf(this.LA(1)), { limit: LIMITS.terms });
    this.giveUp(null);
  }
}

/** Words that go on with a condition behind an operand. */
export const RELATING: ReadonlySet<unknown> = new Set([
  T.W.and,
  T.W.contains,
  T.W.has,
  T.W.in,
  T.W.is,
  T.W.not,
  T.W.or,
  T.W.starts,
]);

/** Words that are never an operand. */
const FOLLOW: ReadonlySet<unknown> = new Set([T.W.and, T.W.or, T.W.not]);
