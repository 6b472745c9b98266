/**
 * Conditions. `or` binds weakest, then `and`, then `not`, then the comparisons. A condition goes on in
 * the next line only before or behind `and` and `or`, or inside brackets.
 */
import type { ParserMethod } from "chevrotain";
import { cover } from "../../source.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Expression } from "../tree.ts";
import { RelationParser } from "./relations.ts";

export abstract class ExpressionParser extends RelationParser {
  /** A whole condition; it begins on the line of the word that takes it. */
  protected readonly condition = this.RULE("condition", (): Expression => {
    this.ACTION(() => {
      this.terms = 0;
      this.dropSigns();
      if (!this.here() || NO_CONDITION.has(this.LA(1).tokenType)) this.giveUp("a condition");
    });
    return this.SUBRULE(this.expression);
  });

  protected override readonly expression: ParserMethod<[], Expression> = this.RULE("expression", (): Expression => {
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
}

const AND = ["AND"];
const OR = ["OR"];
const NOT = ["NOT"];

/** What follows a condition and never begins one. */
const NO_CONDITION: ReadonlySet<unknown> = new Set([T.Arrow, T.Comma, T.LCurly, T.RCurly, T.RParen, T.Comparator]);
