/**
 * Comparisons, which do not chain, and the tests that stand as words. What follows an operand stands
 * on its line: a line that begins with `in` or `contains` is a line of its own.
 */
import { cover } from "../../source.ts";
import { retype } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Comparison, Expression } from "../tree.ts";
import { OperandParser, RELATING } from "./operands.ts";

const OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

export abstract class RelationParser extends OperandParser {
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
      const place = cover(this.placeOf(this.LA(0)), this.placeOf(next));
      this.report.add("FBP1026", place, { written: `is ${next.image}`, meant: `== ${next.image}` });
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

  // -------------------------------------------------------------- what people write

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
    } else if (TESTED.has(next.tokenType) && this.here()) {
      this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant: `is ${next.image}` });
      this.giveUp(null);
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

const VALUES: ReadonlySet<unknown> = new Set([T.Text, T.Amount, T.W.true, T.W.false]);

const NEGATED: ReadonlySet<unknown> = new Set([T.W.in, T.W.contains, T.W.has]);

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

/** What a place is said to be, behind `is`. */
const TESTED: ReadonlySet<unknown> = new Set([T.W.absent, T.W.present, T.W.empty]);
