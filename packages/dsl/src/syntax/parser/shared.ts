/** What stands both at top level and in a policy: budgets, breakers, reasons. */
import * as T from "../tokens.ts";
import type {
  BreakerBlock,
  BreakerSetting,
  BreakerTrigger,
  BudgetBlock,
  BudgetSetting,
  Quantity,
  ReasonItem,
} from "../tree.ts";
import { BlockParser } from "./blocks.ts";
import type { Measure } from "./measures.ts";
import { BREAKER, BUDGET } from "./places.ts";

const BUDGET_MEASURES: Readonly<Record<BudgetSetting["kind"], Measure>> = {
  deadline: "duration",
  attempts: "count",
  retries: "count",
  fallbacks: "count",
  tokens: "tokens",
  cost: "money",
};

export abstract class SharedParser extends BlockParser {
  // -------------------------------------------------------------- budget

  /** `budget { … }`, `budget interactive { … }`; `budget interactive` takes a declared one. */
  protected readonly budget = this.RULE("budget", (): BudgetBlock => {
    const start = this.begin();
    this.CONSUME(T.W.budget);
    const name = this.OPTION({
      GATE: () => this.here(),
      DEF: () => this.SUBRULE(this.name, { ARGS: ["a budget's name"] }),
    });
    const settings = this.OPTION2(() => this.SUBRULE(this.budgetSettings));
    if (name === undefined && settings === undefined)
      this.ACTION(() => this.giveUp("`{` or the name of a declared budget"));
    return {
      kind: "budget",
      span: this.since(start.token),
      doc: start.doc,
      name: name ?? null,
      settings: settings ?? null,
    };
  });

  protected readonly budgetSettings = this.RULE("budgetSettings", () => this.block(BUDGET, this.budgetSetting));

  protected readonly budgetSetting = this.RULE("budgetSetting", (): BudgetSetting => {
    const start = this.begin();
    const kind = this.oneOf<BudgetSetting["kind"]>([
      { ALT: () => this.word("deadline") },
      { ALT: () => this.word("attempts") },
      { ALT: () => this.word("retries") },
      { ALT: () => this.word("fallbacks") },
      { ALT: () => this.word("tokens") },
      { ALT: () => this.word("cost") },
    ]);
    const value = this.SUBRULE(this.quantity, { ARGS: [BUDGET_MEASURES[kind]] });
    return { kind, span: this.since(start.token), doc: start.doc, value };
  });

  // -------------------------------------------------------------- breaker

  /** At top level `breaker NAME { … }`; in a policy `breaker PATH { … }` or `breaker PATH NAME`. */
  protected readonly breaker = this.RULE("breaker", (inPolicy: boolean): BreakerBlock => {
    const start = this.begin();
    this.CONSUME(T.W.breaker);
    const first = this.SUBRULE(this.name, { ARGS: [inPolicy ? "a path's name" : "a breaker's name"] });
    const second = this.OPTION({
      GATE: () => inPolicy && this.here(),
      DEF: () => this.SUBRULE2(this.name, { ARGS: ["a breaker's name"] }),
    });
    const settings = this.OPTION2(() => this.SUBRULE(this.breakerSettings));
    if (settings === undefined && second === undefined)
      this.ACTION(() => this.giveUp(inPolicy ? "`{` or the name of a declared breaker" : "`{`"));
    return {
      kind: "breaker",
      span: this.since(start.token),
      doc: start.doc,
      path: inPolicy ? first : null,
      name: inPolicy ? (second ?? null) : first,
      settings: settings ?? null,
    };
  });

  protected readonly breakerSettings = this.RULE("breakerSettings", () => this.block(BREAKER, this.breakerSetting));

  protected readonly breakerSetting = this.RULE("breakerSetting", (): BreakerSetting => {
    return this.OR([
      { ALT: () => this.SUBRULE(this.breakerWindow) },
      { ALT: () => this.SUBRULE(this.breakerOpens) },
      { ALT: () => this.SUBRULE(this.breakerOpen) },
      { ALT: () => this.SUBRULE(this.breakerHalfOpen) },
    ]);
  });

  protected readonly breakerWindow = this.RULE("breakerWindow", (): BreakerSetting => {
    const start = this.begin();
    this.CONSUME(T.W.window);
    const size = this.SUBRULE(this.quantity, { ARGS: ["durationOrCalls"] });
    const minimum = this.OPTION({
      GATE: () => this.here(),
      DEF: () => this.SUBRULE(this.atLeast, { ARGS: ["calls"] }),
    });
    return { kind: "window", span: this.since(start.token), doc: start.doc, size, minimum: minimum ?? null };
  });

  /** `, at least 20 calls` */
  protected readonly atLeast = this.RULE("atLeast", (measure: Measure): Quantity => {
    this.additionComma();
    this.CONSUME(T.W.at);
    this.CONSUME(T.W.least);
    return this.SUBRULE(this.quantity, { ARGS: [measure] });
  });

  protected readonly breakerOpens = this.RULE("breakerOpens", (): BreakerSetting => {
    const start = this.begin();
    this.CONSUME(T.W.opens);
    this.CONSUME(T.W.at);
    const at: BreakerTrigger[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.W.or,
      DEF: () => at.push(this.SUBRULE(this.trigger)),
      ERR_MSG: "`50% failed`, `80% slower than 6s` or `5 in a row`",
    });
    return { kind: "opens", span: this.since(start.token), doc: start.doc, at };
  });

  protected readonly trigger = this.RULE("trigger", (): BreakerTrigger => {
    const token = this.CONSUME(T.Amount, { ERR_MSG: "`50% failed`, `80% slower than 6s` or `5 in a row`" });
    return this.OR({
      DEF: [
        {
          ALT: (): BreakerTrigger => {
            const last = this.CONSUME(T.W.failed);
            const share = this.ACTION(() => this.measured(token, "percent", last.image));
            return { kind: "failed", span: this.since(token), share };
          },
        },
        {
          ALT: (): BreakerTrigger => {
            const slower = this.CONSUME(T.W.slower);
            this.CONSUME(T.W.than);
            const than = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
            const share = this.ACTION(() => this.measured(token, "percent", slower.image));
            return { kind: "slower", span: this.since(token), share, than };
          },
        },
        {
          ALT: (): BreakerTrigger => {
            this.CONSUME(T.W.in);
            this.CONSUME(T.W.a);
            this.CONSUME(T.W.row);
            const calls = this.ACTION(() => this.measured(token, "row", "in a row"));
            return { kind: "consecutive", span: this.since(token), calls };
          },
        },
      ],
      ERR_MSG: "`failed`, `slower than` or `in a row`",
    });
  });

  /** `open for 30s, doubling to 5m` */
  protected readonly breakerOpen = this.RULE("breakerOpen", (): BreakerSetting => {
    const start = this.begin();
    this.CONSUME(T.W.open);
    this.CONSUME(T.W.for);
    const time = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
    const most = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        this.additionComma();
        this.CONSUME(T.W.doubling);
        this.CONSUME(T.W.to);
        return this.SUBRULE2(this.quantity, { ARGS: ["duration"] });
      },
    });
    return { kind: "open", span: this.since(start.token), doc: start.doc, for: time, most: most ?? null };
  });

  /** `half_open 2 probes, each within 10s` */
  protected readonly breakerHalfOpen = this.RULE("breakerHalfOpen", (): BreakerSetting => {
    const start = this.begin();
    this.CONSUME(T.W.half_open);
    const probes = this.SUBRULE(this.quantity, { ARGS: ["probes"] });
    const lease = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        this.additionComma();
        this.CONSUME(T.W.each);
        this.CONSUME(T.W.within);
        return this.SUBRULE2(this.quantity, { ARGS: ["duration"] });
      },
    });
    return { kind: "half_open", span: this.since(start.token), doc: start.doc, probes, lease: lease ?? null };
  });

  // -------------------------------------------------------------- reason

  /** `reason primary_timeout "the primary path exceeded its timeout"` */
  protected readonly reason = this.RULE("reason", (): ReasonItem => {
    const start = this.begin();
    this.CONSUME(T.W.reason);
    const name = this.SUBRULE(this.name, { ARGS: ["a reason's name"] });
    const text = this.OPTION({
      GATE: () => this.here(),
      DEF: () => this.SUBRULE(this.text, { ARGS: ["what the reason means"] }),
    });
    return { kind: "reason", span: this.since(start.token), doc: start.doc, name, text: text ?? null };
  });
}
