/** `on PATH { … }`: what follows from each signal. */
import { retype } from "../scan.ts";
import * as T from "../tokens.ts";
import type { Action, Hook, OnBlock, Rule, Selector } from "../tree.ts";
import { DeclarationParser } from "./declarations.ts";
import { ON } from "./places.ts";

const ACTIONS = '`retry`, `fallback PATH`, `proceed`, `respond "…"`, `defer to "…"` or `fail`';

export abstract class RuleParser extends DeclarationParser {
  protected readonly on = this.RULE("on", (): OnBlock => {
    const start = this.begin();
    this.CONSUME(T.W.on);
    const path = this.SUBRULE(this.name, { ARGS: ["a path's name"] });
    const rules = this.block(ON, this.rule);
    return { kind: "on", span: this.since(start.token), doc: start.doc, path, rules };
  });

  /** `SELECTOR [before first_token] [when GUARD] -> REASON -> ACTION { else ACTION } [, page "…"]` */
  protected readonly rule = this.RULE("rule", (): Rule => {
    const { token, doc } = this.begin();
    const selector = this.SUBRULE(this.selector);
    const beforeFirstToken = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        const first = this.CONSUME(T.W.before);
        this.CONSUME(T.W.first_token);
        return this.since(first);
      },
    });
    this.ACTION(() => this.meant(["if", "where"], "when"));
    const when = this.OPTION2(() => {
      this.CONSUME(T.W.when);
      return this.SUBRULE(this.condition);
    });
    this.CONSUME(T.Arrow, { ERR_MSG: "`->` and the reason" });
    const reason = this.SUBRULE(this.name, { ARGS: ["a reason's name"] });
    this.CONSUME2(T.Arrow, { ERR_MSG: "`->` and what to do" });
    const actions: Action[] = [];
    this.ACTION(() => this.actionHabits());
    this.AT_LEAST_ONE_SEP({
      SEP: T.W.else,
      DEF: () => {
        actions.push(this.SUBRULE(this.action));
        this.ACTION(() => this.otherwiseHabits());
      },
      ERR_MSG: ACTIONS,
    });
    const hooks: Hook[] = [];
    this.MANY({
      GATE: () => this.here() || this.LA(1).tokenType === T.Comma,
      DEF: () => {
        this.additionComma();
        hooks.push(this.SUBRULE(this.hook));
      },
    });
    return {
      kind: "rule",
      span: this.since(token),
      doc,
      selector,
      beforeFirstToken: beforeFirstToken ?? null,
      when: when ?? null,
      reason,
      actions,
      hooks,
    };
  });

  protected readonly selector = this.RULE("selector", (): Selector => {
    const token = this.LA(1);
    return this.oneOf<Selector>({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType !== T.Arrow,
          ALT: () => {
            this.CONSUME(T.W.any);
            const signalClass = this.SUBRULE(this.name, { ARGS: ["a signal's class like `transient`"] });
            return { kind: "any", span: this.since(token), class: signalClass };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.otherwise);
            return { kind: "otherwise", span: this.since(token) };
          },
        },
        {
          ALT: () => {
            const name = this.nameOf(this.CONSUME(T.Word));
            return { kind: "signal", span: this.since(token), name };
          },
        },
      ],
      ERR_MSG: "a signal's name, `any` with a class, or `otherwise`",
    });
  });

  protected readonly action = this.RULE("action", (): Action => {
    const token = this.LA(1);
    this.ACTION(() => this.actionHabits());
    return this.oneOf<Action>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(T.W.retry);
            const wait = this.OPTION({
              GATE: () => this.here(),
              DEF: () => {
                this.CONSUME(T.W.after);
                const from = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
                this.ACTION(() => this.rangeHabits());
                const to = this.OPTION2(() => {
                  this.CONSUME(T.DotDot);
                  return this.SUBRULE2(this.quantity, { ARGS: ["duration"] });
                });
                return { from, to: to ?? from };
              },
            });
            return { kind: "retry", span: this.since(token), from: wait?.from ?? null, to: wait?.to ?? null };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.fallback);
            const path = this.SUBRULE3(this.name, { ARGS: ["a path's name", "else"] });
            return { kind: "fallback", span: this.since(token), path };
          },
        },
        { ALT: () => ({ kind: this.word("proceed"), span: this.since(token) }) },
        {
          ALT: () => {
            this.CONSUME(T.W.respond);
            const text = this.SUBRULE4(this.text, { ARGS: ["the answer to give"] });
            return { kind: "respond", span: this.since(token), text };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.defer);
            this.CONSUME(T.W.to);
            const to = this.SUBRULE5(this.text, { ARGS: ["a queue's name"] });
            return { kind: "defer", span: this.since(token), to };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.fail);
            const partial = this.OPTION3({
              GATE: () => this.here(),
              DEF: () => {
                this.CONSUME(T.W.with);
                this.CONSUME(T.W.partial);
                return true;
              },
            });
            return { kind: "fail", span: this.since(token), partial: partial === true };
          },
        },
      ],
      ERR_MSG: ACTIONS,
    });
  });

  /** `page "llm-oncall"`, `notify "caller"` */
  protected readonly hook = this.RULE("hook", (): Hook => {
    const token = this.LA(1);
    const kind = this.oneOf<Hook["kind"]>({
      DEF: [{ ALT: () => this.word("page") }, { ALT: () => this.word("notify") }],
      ERR_MSG: '`page "…"` or `notify "…"`',
    });
    const target = this.SUBRULE(this.text, { ARGS: ["who to call"] });
    return { kind, span: this.since(token), target };
  });

  private actionHabits(): void {
    const { image } = this.LA(1);
    if (image === "if" || image === "when") this.notACondition(`else ${image}`);
    this.spelled("the actions of a rule", ACTION_WORDS);
  }

  /** `elseif`, and what other languages write for `else`: `then`, `or`, `,` and a second arrow. */
  private otherwiseHabits(): void {
    const next = this.LA(1);
    if (/^els?e?_?if$/i.test(next.image) && this.here()) this.notACondition(next.image);
    const after = this.LA(2);
    if (next.tokenType === T.Comma && after.tokenType === T.W.else) {
      this.report.add("FBP1037", this.placeOf(next), {});
      this.SKIP_TOKEN();
    } else if (JOINERS.has(next.image) && ACTION_WORDS.some((each) => each === after.image)) {
      this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant: "else" });
      retype(next, T.W.else);
    }
  }

  private notACondition(written: string): never {
    this.report.add("FBP1024", this.placeOf(this.LA(1)), { written });
    return this.giveUp(null);
  }
}

const ACTION_WORDS = ["retry", "fallback", "proceed", "respond", "defer", "fail"] as const;

const JOINERS: ReadonlySet<string> = new Set([",", "->", "|", "||", "or", "then", "and"]);
