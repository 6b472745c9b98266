/** `on PATH { … }`: what follows from each signal. */
import { cover } from "../../source.ts";
import { retype } from "../scan.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Action, Hook, OnBlock, Rule, Selector } from "../tree.ts";
import { DeclarationParser } from "./declarations.ts";
import { ON } from "./places.ts";

const SELECTOR = "a signal's name, `any` with a class, or `otherwise`";
const SIGNAL_FIRST =
  "a rule begins with a signal, and its condition follows: `SIGNAL when CONDITION -> REASON -> ACTION`";
const ONE_SIGNAL = "each signal has a line of its own; `any CLASS` and `otherwise` stand for several";
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
    this.ACTION(() => this.conditionFirst());
    const selector = this.SUBRULE(this.selector);
    const beforeFirstToken = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        const first = this.CONSUME(T.W.before);
        this.ACTION(() => this.firstTokenHabit(first));
        this.CONSUME(T.W.first_token);
        return this.since(first);
      },
    });
    this.ACTION(() => this.meant(["if", "where"], "when"));
    const when = this.OPTION2(() => {
      this.CONSUME(T.W.when);
      return this.SUBRULE(this.condition);
    });
    this.ACTION(() => this.selectorHabits());
    this.CONSUME(T.Arrow, { ERR_MSG: "`->` and the reason" });
    this.ACTION(() => this.reasonLeftOut());
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
      ERR_MSG: SELECTOR,
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
            this.ACTION(() => this.retryHabits());
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
            const first = this.CONSUME(T.W.fallback);
            this.ACTION(() => this.fallbackTo(first));
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

  /** `when status == 429 -> …`: what a rule is for stands first. */
  private conditionFirst(): void {
    const next = this.LA(1);
    const after = this.LA(2);
    if ((next.image !== "when" && next.image !== "if") || !T.isWord(next)) return;
    if (after.tokenType === T.Arrow || after.image === "when" || after.image === "before") return;
    this.missingHere(SELECTOR, SIGNAL_FIRST);
    this.giveUp(null);
  }

  /** `before first token` */
  private firstTokenHabit(before: Token): void {
    const [first, token] = [this.LA(1), this.LA(2)];
    if (first.image !== "first" || token.image !== "token") return;
    const place = cover(this.placeOf(before), this.placeOf(token));
    this.report.add("FBP1026", place, { written: "before first token", meant: "before first_token" });
    this.SKIP_TOKEN();
    retype(token, T.W.first_token);
  }

  /** Several signals in one line, a condition in the place of the signal, `before_first_token`. */
  private selectorHabits(): void {
    const next = this.LA(1);
    if (!this.here()) return;
    if (next.image === "before_first_token") {
      this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant: "before first_token" });
      this.giveUp(null);
    }
    if (LISTING.has(next.image)) this.missing("`->` and the reason", ONE_SIGNAL);
    else if (next.tokenType === T.Comparator || CONDITION.has(next.image)) {
      this.missing("`->` and the reason", SIGNAL_FIRST);
    } else return;
    this.giveUp(null);
  }

  /** `SIGNAL -> fail`: the action was read as the reason. A reason may have such a name, and then an arrow follows. */
  private reasonLeftOut(): void {
    const next = this.LA(1);
    if (!ACTION_WORDS.some((each) => each === next.image) || this.LA(2).tokenType === T.Arrow || !this.here()) return;
    this.missing("a reason's name", `say why before what: \`-> REASON -> ${next.image}\``);
    this.giveUp(null);
  }

  /** `retry 3 times`, `retry(3)`, `retry with backoff 1s` */
  private retryHabits(): void {
    const next = this.LA(1);
    if (!this.here()) return;
    if (next.tokenType === T.Amount || next.tokenType === T.LParen) {
      this.missing("`else`", "how often is said for the whole request, by `retries` in the budget; `after` says when");
    } else if (next.image === "with" || /^back_?off$/iu.test(next.image)) {
      this.missing("`after` and a back-off like `250ms..2s`");
    } else return;
    this.giveUp(null);
  }

  /** `fallback to PATH` */
  private fallbackTo(fallback: Token): void {
    const next = this.LA(1);
    if (next.image !== "to" || !this.here() || !T.isWord(this.LA(2)) || this.LA(2).image === "else") return;
    const place = cover(this.placeOf(fallback), this.placeOf(next));
    this.report.add("FBP1026", place, { written: "fallback to", meant: "fallback" });
    this.SKIP_TOKEN();
  }

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

/** What stands between two signals, and what goes on with a condition. */
const LISTING: ReadonlySet<string> = new Set([",", "|", "||", "or", "and", "&&"]);
const CONDITION: ReadonlySet<string> = new Set([".", "in", "is", "has", "contains", "starts"]);

const JOINERS: ReadonlySet<string> = new Set([",", "->", "|", "||", "or", "then", "and"]);
