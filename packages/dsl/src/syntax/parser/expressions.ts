/**
 * Conditions. `or` binds weakest, then `and`, `not`, then the comparisons, which do not chain. A
 * condition goes on in the next line only before or behind `and` and `or` or inside brackets: a
 * line that begins with another word is a line of its own.
 */
import { cover, type Span } from "../../source.ts";
import { LIMITS } from "../limits.ts";
import { retype } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Comparison, Expression, Segment } from "../tree.ts";
import { ValuesParser } from "./values.ts";

const OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

export abstract class ExpressionParser extends ValuesParser {
  /** Parts of the condition being read. */
  private terms = 0;

  /** A whole condition; it begins on the line of the word that takes it. */
  protected readonly condition = this.RULE("condition", (): Expression => {
    this.ACTION(() => {
      this.terms = 0;
      this.dropSigns();
      if (!this.here() || NO_CONDITION.has(this.LA(1).tokenType)) this.giveUp("a condition");
    });
    return this.SUBRULE(this.expression);
  });

  protected readonly expression = this.RULE("expression", (): Expression => {
    let left = this.SUBRULE(this.conjunction);
    this.MANY(() => {
      this.CONSUME(T.W.or);
      const right = this.SUBRULE2(this.conjunction);
      left = this.ACTION(() => this.joined("or", left, right));
    });
    return left;
  });

  protected readonly conjunction = this.RULE("conjunction", (): Expression => {
    let left = this.SUBRULE(this.negation);
    this.MANY(() => {
      this.CONSUME(T.W.and);
      const right = this.SUBRULE2(this.negation);
      left = this.ACTION(() => this.joined("and", left, right));
    });
    return left;
  });

  private joined(kind: "or" | "and", left: Expression, right: Expression): Expression {
    return { kind, span: cover(left.span, right.span), left, right };
  }

  protected readonly negation = this.RULE("negation", (): Expression => {
    const nots: Token[] = [];
    this.ACTION(() => this.meant(NOT, "not"));
    this.MANY(() => {
      nots.push(this.CONSUME(T.W.not));
      this.ACTION(() => this.countTerm());
    });
    let operand = this.SUBRULE(this.comparison);
    this.ACTION(() => {
      for (const token of nots.reverse())
        operand = { kind: "not", span: cover(this.placeOf(token), operand.span), operand };
      this.meant(AND, "and");
      this.meant(OR, "or");
    });
    return operand;
  });

  protected readonly comparison = this.RULE("comparison", (): Expression => {
    this.ACTION(() => this.countTerm());
    const left = this.SUBRULE(this.operand);
    if (!this.RECORDING_PHASE && !this.relationAhead()) return left;
    return this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          ALT: () => {
            const operator = this.CONSUME(T.Comparator);
            const right = this.SUBRULE2(this.operand);
            this.ACTION(() => this.notChained());
            return this.ACTION(() => this.compared(left, operator, right));
          },
        },
        {
          GATE: () => this.here(),
          ALT: () => {
            this.CONSUME(T.W.in);
            return this.SUBRULE(this.membership, { ARGS: [left] });
          },
        },
        {
          GATE: () => this.here(),
          ALT: () => {
            this.CONSUME(T.W.is);
            return this.SUBRULE(this.test, { ARGS: [left] });
          },
        },
        {
          GATE: () => this.here() && this.LA(2).tokenType === T.W.with,
          ALT: () => {
            this.CONSUME(T.W.starts);
            this.CONSUME(T.W.with);
            const right = this.SUBRULE3(this.operand);
            return this.ACTION(() => this.related("starts_with", left, right));
          },
        },
        {
          GATE: () => this.here(),
          ALT: () => {
            this.CONSUME(T.W.contains);
            const right = this.SUBRULE4(this.operand);
            return this.ACTION(() => this.related("contains", left, right));
          },
        },
        {
          GATE: () => this.here(),
          ALT: () => {
            this.CONSUME(T.W.has);
            const right = this.SUBRULE5(this.operand);
            return this.ACTION(() => this.related("has", left, right));
          },
        },
        {
          GATE: () => this.here() && NEGATED.has(this.LA(2).tokenType),
          ALT: () => {
            const not = this.CONSUME(T.W.not);
            const relation = this.LA(1);
            const operand = this.SUBRULE(this.negatedRelation, { ARGS: [left] });
            return this.ACTION((): Expression => {
              const written = `X not ${relation.image}`;
              this.report.add("FBP1026", this.placeOf(not), { written, meant: `not X ${relation.image}` });
              return { kind: "not", span: operand.span, operand };
            });
          },
        },
        { ALT: () => left },
      ],
    });
  });

  /** Most operands stand alone or before a sign: the look at everything else is only for what is left. */
  private relationAhead(): boolean {
    const { tokenType } = this.LA(1);
    if (tokenType === T.Comparator) return true;
    if (tokenType === T.Arrow || tokenType === T.W.and || tokenType === T.W.or || !this.here()) return false;
    this.habits();
    return RELATING.has(this.LA(1).tokenType) || this.LA(1).tokenType === T.Comparator;
  }

  /** `x not in {…}` and the like, read as `not x in {…}`. */
  protected readonly negatedRelation = this.RULE("negatedRelation", (left: Expression): Expression => {
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(T.W.in);
          return this.SUBRULE(this.membership, { ARGS: [left] });
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.contains);
          const right = this.SUBRULE(this.operand);
          return this.ACTION(() => this.related("contains", left, right));
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.has);
          const right = this.SUBRULE2(this.operand);
          return this.ACTION(() => this.related("has", left, right));
        },
      },
    ]);
  });

  private compared(left: Expression, token: Token, right: Expression): Expression {
    const written = token.image;
    const operator = (OPERATORS.has(written) ? written : (MEANT.get(written) ?? "==")) as Comparison["operator"];
    const operatorSpan = this.placeOf(token);
    return { kind: "compare", span: cover(left.span, right.span), operator, operatorSpan, left, right };
  }

  private related(kind: "starts_with" | "contains" | "has", left: Expression, right: Expression): Expression {
    return { kind, span: cover(left.span, right.span), left, right };
  }

  /** What follows `in`: a set or a range. */
  protected readonly membership = this.RULE("membership", (left: Expression): Expression => {
    this.ACTION(() => this.bracedSet());
    return this.OR({
      DEF: [
        {
          ALT: (): Expression => {
            this.CONSUME(T.LCurly);
            const values: Expression[] = [];
            this.AT_LEAST_ONE_SEP({
              SEP: T.Comma,
              DEF: () => {
                if (!this.RECORDING_PHASE && this.trailingComma(T.RCurly)) return;
                this.ACTION(() => this.countTerm());
                values.push(this.SUBRULE(this.operand));
              },
              ERR_MSG: "a value",
            });
            const last = this.CONSUME(T.RCurly, { ERR_MSG: "`,` or `}`" });
            return this.ACTION(() => ({
              kind: "in_set",
              span: cover(left.span, this.placeOf(last)),
              left,
              values,
            }));
          },
        },
        {
          ALT: (): Expression => {
            const low = this.SUBRULE2(this.operand);
            this.ACTION(() => this.rangeHabits());
            this.CONSUME(T.DotDot, { ERR_MSG: "`..` and the upper end of the range" });
            const high = this.SUBRULE3(this.operand);
            return this.ACTION(() => ({ kind: "in_range", span: cover(left.span, high.span), left, low, high }));
          },
        },
      ],
      ERR_MSG: "a set like `{408, 504}` or a range like `500..599`",
    });
  });

  /** What follows `is`. */
  protected readonly test = this.RULE("test", (left: Expression): Expression => {
    this.ACTION(() => {
      const next = this.LA(1);
      if (!VALUES.has(next.tokenType)) return;
      this.report.add("FBP1026", this.placeOf(this.LA(0)), { written: `is ${next.image}`, meant: `== ${next.image}` });
      this.giveUp(null);
    });
    const test = this.OR({
      DEF: [
        { ALT: () => this.tested("absent", this.CONSUME(T.W.absent)) },
        { ALT: () => this.tested("present", this.CONSUME(T.W.present)) },
        { ALT: () => this.tested("empty", this.CONSUME(T.W.empty)) },
        { ALT: () => this.tested("absent", this.CONSUME(T.W.null)) },
        {
          ALT: () => {
            this.CONSUME(T.W.not);
            return this.OR2({
              DEF: [
                { ALT: () => this.tested("not_empty", this.CONSUME2(T.W.empty)) },
                { ALT: () => this.tested("present", this.CONSUME2(T.W.absent)) },
                { ALT: () => this.tested("absent", this.CONSUME2(T.W.present)) },
                { ALT: () => this.tested("present", this.CONSUME2(T.W.null)) },
              ],
              ERR_MSG: "`empty`",
            });
          },
        },
      ],
      ERR_MSG: "`absent`, `present`, `empty` or `not empty`",
    });
    return this.ACTION(() => ({ kind: "is", span: cover(left.span, this.placeOf(this.LA(0))), left, test }));
  });

  /** Reports the spellings that are understood but not the language's: `is null`, `is not absent`. */
  private tested<Test extends "absent" | "present" | "empty" | "not_empty">(test: Test, token: Token): Test {
    this.ACTION(() => {
      const negated = this.LA(-1).tokenType === T.W.not;
      const written = negated ? `is not ${token.image}` : `is ${token.image}`;
      const meant = `is ${test === "not_empty" ? "not empty" : test}`;
      if (written === meant) return;
      const place = negated ? cover(this.placeOf(this.LA(-1)), this.placeOf(token)) : this.placeOf(token);
      this.report.add("FBP1026", place, { written, meant });
    });
    return test;
  }

  protected readonly operand = this.RULE("operand", (): Expression => {
    return this.oneOf<Expression>(this.operands);
  });

  /** Built once: conditions are what a policy has most of. */
  private readonly operands = {
    DEF: [
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          const inner = this.SUBRULE(this.expression);
          this.CONSUME(T.RParen);
          return inner;
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

  protected readonly fact = this.RULE("fact", (): Expression => {
    const token = this.CONSUME(T.Word);
    const root = this.nameOf(token);
    const segments: Segment[] = [];
    this.MANY({ GATE: () => this.touches(), DEF: () => segments.push(this.SUBRULE(this.segment)) });
    return { kind: "fact", span: this.since(token), root, segments };
  });

  protected readonly segment = this.RULE("segment", (): Segment => {
    return this.OR({
      DEF: [
        {
          ALT: (): Segment => {
            const first = this.CONSUME(T.Dot);
            this.ACTION(() => this.hyphenedField());
            const { image } = this.CONSUME2(T.Word, { ERR_MSG: "a field's name" });
            return { kind: "field", span: this.since(first), name: image };
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

  // -------------------------------------------------------------- what people write

  /** A segment follows without a space. */
  private touches(): boolean {
    return this.LA(1).startOffset === T.endOf(this.LA(0));
  }

  /** Bounds how much one condition may join; what is beyond is not read. */
  private countTerm(): void {
    this.terms += 1;
    if (this.terms <= LIMITS.terms) return;
    this.report.add("FBP1035", this.placeOf(this.LA(1)), { limit: LIMITS.terms });
    this.giveUp(null);
  }

  /** `status = 429` and `x not in {…}`, read as what was meant. */
  private habits(): void {
    const next = this.LA(1);
    const other = RELATIONS.get(next.image.toLowerCase());
    if (next.tokenType === T.Assign) {
      this.report.add("FBP1010", this.placeOf(next), { written: "=", meant: "==" });
      retype(next, T.Comparator);
    } else if (next.tokenType === T.W.starts && this.LA(2).tokenType !== T.W.with) {
      this.SKIP_TOKEN();
      this.giveUp("`with`");
    } else if (T.isWord(next) && other !== undefined) {
      this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant: other });
      this.giveUp(null);
    }
  }

  /** `500-599`, `500 to 599`, read as a range; the first is left there, since the lexer saw a negative number. */
  protected rangeHabits(): void {
    const next = this.LA(1);
    const before = this.LA(0);
    if (next.tokenType === T.W.to && this.here()) {
      this.report.add("FBP1010", this.placeOf(next), { written: "to", meant: ".." });
      retype(next, T.DotDot);
    } else if (next.tokenType === T.Amount && next.image.startsWith("-") && next.startOffset === T.endOf(before)) {
      const written = `${before.image}${next.image}`;
      const place = cover(this.placeOf(before), this.placeOf(next));
      this.report.add("FBP1026", place, { written, meant: `${before.image}..${next.image.slice(1)}` });
      this.giveUp(null);
    }
  }

  /** `error.error-code`, read as `error["error-code"]`. */
  private hyphenedField(): void {
    const next = this.LA(1);
    if (next.tokenType !== T.HyphenedWord) return;
    const place = cover(this.placeOf(this.LA(0)), this.placeOf(next));
    this.report.add("FBP1026", place, { written: `.${next.image}`, meant: `["${next.image}"]` });
    retype(next, T.Identifier);
  }

  /** `in [1, 2]` and `in (1, 2)`, read as a set. */
  private bracedSet(): void {
    const next = this.LA(1);
    const closer = next.tokenType === T.LSquare ? T.RSquare : next.tokenType === T.LParen ? T.RParen : null;
    if (closer === null) return;
    for (let ahead = 2; ; ahead++) {
      const token = this.LA(ahead);
      if (token.tokenType === closer) {
        this.report.add("FBP1026", this.placeOf(next), { written: `in ${next.image}…${token.image}`, meant: "in {…}" });
        retype(next, T.LCurly);
        retype(token, T.RCurly);
        return;
      }
      if (token.startLine !== next.startLine) return;
    }
  }

  private notChained(): void {
    const next = this.LA(1);
    if (next.tokenType !== T.Comparator || !this.here()) return;
    this.report.add("FBP1025", this.placeOf(next), {});
    this.giveUp(null);
  }
}

/** Words that go on with a condition behind an operand. */
const RELATING: ReadonlySet<unknown> = new Set([
  T.W.and,
  T.W.contains,
  T.W.has,
  T.W.in,
  T.W.is,
  T.W.not,
  T.W.or,
  T.W.starts,
]);

const AND = ["AND"];
const OR = ["OR"];
const NOT = ["NOT"];

const VALUES: ReadonlySet<unknown> = new Set([T.Text, T.Amount, T.W.true, T.W.false]);

const NEGATED: ReadonlySet<unknown> = new Set([T.W.in, T.W.contains, T.W.has]);

/** What follows a condition and never begins one. */
const NO_CONDITION: ReadonlySet<unknown> = new Set([T.Arrow, T.Comma, T.LCurly, T.RCurly, T.RParen, T.Comparator]);

/** Words that are never an operand. */
const FOLLOW: ReadonlySet<unknown> = new Set([T.W.and, T.W.or, T.W.not]);

/** Relations of other languages. */
const RELATIONS: ReadonlyMap<string, string> = new Map([
  ["eq", "=="],
  ["equals", "=="],
  ["ne", "!="],
  ["gt", ">"],
  ["gte", ">="],
  ["lt", "<"],
  ["lte", "<="],
  ["startswith", "starts with"],
  ["starts_with", "starts with"],
  ["beginswith", "starts with"],
  ["like", "contains"],
  ["matches", "contains"],
  ["includes", "contains"],
  ["include", "contains"],
  ["between", "in LOW..HIGH"],
  ["exists", "is present"],
  ["isnull", "is absent"],
]);

const MEANT: ReadonlyMap<string, string> = new Map([
  ["===", "=="],
  ["=~", "=="],
  ["=", "=="],
  ["!==", "!="],
  ["!~", "!="],
  ["<>", "!="],
  ["\u2260", "!="],
  ["=<", "<="],
  ["\u2264", "<="],
  ["\u2265", ">="],
]);
