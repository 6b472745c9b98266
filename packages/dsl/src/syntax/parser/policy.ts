/** `policy NAME { … }` and what stands only in it. */
import * as T from "../tokens.ts";
import type {
  Alert,
  AlertsBlock,
  AssertItem,
  DeclaredUse,
  Fact,
  Name,
  PolicyBlock,
  PolicyItem,
  RecordBlock,
  RecordSetting,
  RepeatItem,
  RetryBudgetItem,
  SloBlock,
  SloObjective,
  StartItem,
  StreamItem,
} from "../tree.ts";
import { ALERTS, POLICY, RECORD, SLO } from "./places.ts";
import { RuleParser } from "./rules.ts";

export abstract class PolicyParser extends RuleParser {
  protected readonly policy = this.RULE("policy", (): PolicyBlock => {
    const start = this.begin();
    this.CONSUME(T.W.policy);
    const name = this.SUBRULE(this.name, { ARGS: ["a policy's name"] });
    const items = this.block(POLICY, this.policyItem);
    return { kind: "policy", span: this.since(start.token), doc: start.doc, name, items };
  });

  protected readonly policyItem = this.RULE("policyItem", (): PolicyItem => {
    return this.oneOf<PolicyItem>([
      { ALT: () => this.SUBRULE(this.start) },
      { ALT: () => this.SUBRULE(this.budget) },
      { ALT: () => this.SUBRULE(this.breaker, { ARGS: [true] }) },
      { ALT: () => this.SUBRULE(this.slo) },
      { ALT: () => this.SUBRULE(this.retryBudget) },
      { ALT: () => this.SUBRULE(this.repeat) },
      { ALT: () => this.SUBRULE(this.stream) },
      { ALT: () => this.SUBRULE(this.declaredUse) },
      { ALT: () => this.SUBRULE(this.on) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.alerts) },
      { ALT: () => this.SUBRULE(this.assert) },
      { ALT: () => this.SUBRULE(this.reason) },
    ]);
  });

  /** `start primary` */
  protected readonly start = this.RULE("start", (): StartItem => {
    const start = this.begin();
    this.CONSUME(T.W.start);
    const path = this.SUBRULE(this.name, { ARGS: ["a path's name"] });
    return { kind: "start", span: this.since(start.token), doc: start.doc, path };
  });

  // -------------------------------------------------------------- slo

  protected readonly slo = this.RULE("slo", (): SloBlock => {
    const start = this.begin();
    this.CONSUME(T.W.slo);
    const path = this.SUBRULE(this.name, { ARGS: ["a path's name"] });
    const objectives = this.block(SLO, this.objective);
    return { kind: "slo", span: this.since(start.token), doc: start.doc, path, objectives };
  });

  /** `p95 below 6s over 5m, at least 50 calls` */
  protected readonly objective = this.RULE("objective", (): SloObjective => {
    const { token, doc } = this.begin();
    this.ACTION(() => {
      if (token.tokenType === T.W.below) this.giveUp("a percentile like `p95`");
      if (token.tokenType !== T.W.over && token.tokenType !== T.W.at) return;
      this.missingHere(
        "a percentile like `p95`",
        "an objective is one line: `p95 below 6s over 5m, at least 50 calls`",
      );
      this.giveUp(null);
    });
    this.CONSUME(T.Word, { ERR_MSG: "a percentile like `p95`" });
    this.OPTION(() => {
      this.CONSUME(T.Dot);
      this.CONSUME(T.Amount);
    });
    const percentileSpan = this.since(token);
    const percentile = this.ACTION(() => this.percentileOf(percentileSpan.start, percentileSpan.end));
    this.CONSUME(T.W.below);
    const below = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
    this.CONSUME(T.W.over);
    const window = this.SUBRULE2(this.quantity, { ARGS: ["durationOrCalls"] });
    const minimum = this.OPTION2({
      GATE: () => this.here(),
      DEF: () => this.SUBRULE(this.atLeast, { ARGS: ["calls"] }),
    });
    return {
      kind: "objective",
      span: this.since(token),
      doc,
      percentile,
      percentileSpan,
      below,
      window,
      minimum: minimum ?? null,
    };
  });

  private percentileOf(start: number, end: number): number {
    const written = this.source.text.slice(start, end);
    const digits = /^p([0-9]{1,2}(?:\.[0-9]{1,3})?)$/.exec(written)?.[1];
    if (digits !== undefined && Number(digits) > 0) return Number(digits);
    this.report.add(
      "FBP1001",
      { source: this.source, start, end },
      { expected: "a percentile like `p95`, above p0 and below p100", after: null },
    );
    return 0;
  }

  // -------------------------------------------------------------- retry budget, repetition, streams

  /** `retry_budget [PATH] 20% of requests, at least 10 per second` */
  protected readonly retryBudget = this.RULE("retryBudget", (): RetryBudgetItem => {
    const start = this.begin();
    this.CONSUME(T.W.retry_budget);
    const path = this.OPTION((): Name => this.nameOf(this.CONSUME(T.Word)));
    const share = this.SUBRULE(this.quantity, { ARGS: ["percent"] });
    this.CONSUME(T.W.of);
    this.CONSUME(T.W.requests);
    const perSecond = this.OPTION2({
      GATE: () => this.here(),
      DEF: () => {
        const least = this.SUBRULE(this.atLeast, { ARGS: ["count"] });
        this.CONSUME(T.W.per);
        this.CONSUME(T.W.second);
        return least;
      },
    });
    return {
      kind: "retry_budget",
      span: this.since(start.token),
      doc: start.doc,
      path: path ?? null,
      share,
      perSecond: perSecond ?? null,
    };
  });

  /** `repeat always`, `repeat never`, `repeat only when …` */
  protected readonly repeat = this.RULE("repeat", (): RepeatItem => {
    const start = this.begin();
    this.CONSUME(T.W.repeat);
    this.ACTION(() => this.spelled("`repeat`", ["always", "never", "only"]));
    return this.oneOf<RepeatItem>({
      DEF: [
        { ALT: () => ({ kind: "repeat", mode: this.word("always"), ...this.unconditional(start) }) },
        { ALT: () => ({ kind: "repeat", mode: this.word("never"), ...this.unconditional(start) }) },
        {
          ALT: () => {
            this.CONSUME(T.W.only);
            this.CONSUME(T.W.when);
            const when = this.SUBRULE(this.condition);
            return { kind: "repeat", span: this.since(start.token), doc: start.doc, mode: "when", when };
          },
        },
      ],
      ERR_MSG: "`always`, `never` or `only when` with a condition",
    });
  });

  private unconditional(start: ReturnType<PolicyParser["begin"]>) {
    return { span: this.since(start.token), doc: start.doc, when: null };
  }

  /** `stream visible`, `stream held`, `stream held for 40 tokens`, each with `, skip bad chunks` */
  protected readonly stream = this.RULE("stream", (): StreamItem => {
    const start = this.begin();
    this.CONSUME(T.W.stream);
    this.ACTION(() => this.spelled("`stream`", ["visible", "held"]));
    const mode = this.oneOf<StreamItem["mode"]>({
      DEF: [{ ALT: () => this.word("visible") }, { ALT: () => this.word("held") }],
      ERR_MSG: "`visible`, `held` or `held for 40 tokens`",
    });
    const time = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        this.CONSUME(T.W.for);
        return this.SUBRULE(this.quantity, { ARGS: ["durationOrTokens"] });
      },
    });
    const skip = this.OPTION2({
      GATE: () => this.here(),
      DEF: () => {
        this.additionComma();
        this.CONSUME(T.W.skip);
        this.CONSUME(T.W.bad);
        this.CONSUME(T.W.chunks);
        return true;
      },
    });
    return {
      kind: "stream",
      span: this.since(start.token),
      doc: start.doc,
      mode,
      for: time ?? null,
      skipBadChunks: skip === true,
    };
  });

  // -------------------------------------------------------------- what the service itself uses

  /** `sends request.tools, request.response_format`, `reads response.usage.total_tokens` */
  protected readonly declaredUse = this.RULE("declaredUse", (): DeclaredUse => {
    const start = this.begin();
    const kind = this.oneOf<DeclaredUse["kind"]>([
      { ALT: () => this.word("sends") },
      { ALT: () => this.word("reads") },
    ]);
    const place = `a place like \`${kind === "sends" ? "request.tools" : "response.usage"}\``;
    const facts: Fact[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.ACTION(() => {
          if (!this.placeAhead()) this.giveUp(place);
        });
        facts.push(this.SUBRULE(this.fact));
      },
      ERR_MSG: place,
    });
    return { kind, span: this.since(start.token), doc: start.doc, facts };
  });

  /** A word that begins the next line without naming a field begins a setting: the comma before it was one too many. */
  private placeAhead(): boolean {
    const first = this.LA(1);
    const next = this.LA(2);
    return (
      this.here() || (next.startOffset === T.endOf(first) && (next.tokenType === T.Dot || next.tokenType === T.LSquare))
    );
  }

  // -------------------------------------------------------------- record

  protected readonly record = this.RULE("record", (): RecordBlock => {
    const start = this.begin();
    this.CONSUME(T.W.record);
    const settings = this.block(RECORD, this.recordSetting);
    return { kind: "record", span: this.since(start.token), doc: start.doc, settings };
  });

  protected readonly recordSetting = this.RULE("recordSetting", (): RecordSetting => {
    const { token, doc } = this.begin();
    return this.oneOf<RecordSetting>([
      {
        ALT: () => {
          this.CONSUME(T.W.error_body);
          this.CONSUME(T.W.allow);
          this.CONSUME(T.LSquare);
          const fields: Name[] = [];
          this.MANY_SEP({
            SEP: T.Comma,
            DEF: () => {
              if (!this.RECORDING_PHASE && this.trailingComma(T.RSquare)) return;
              fields.push(this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "a field's name" })));
            },
          });
          this.CONSUME(T.RSquare, { ERR_MSG: "`,` or `]`" });
          const upTo = this.OPTION({
            GATE: () => this.here(),
            DEF: () => {
              this.CONSUME(T.W.up);
              this.CONSUME(T.W.to);
              return this.SUBRULE(this.quantity, { ARGS: ["bytes"] });
            },
          });
          return { kind: "error_body", span: this.since(token), doc, fields, upTo: upTo ?? null };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.invalid_output);
          this.ACTION(() => this.spelled("`invalid_output`", ["keep", "drop"]));
          const kept = this.oneOf2<"keep" | "drop">({
            DEF: [{ ALT: () => this.word("keep") }, { ALT: () => this.word("drop") }],
            ERR_MSG: "`keep` or `drop`",
          });
          return { kind: "invalid_output", span: this.since(token), doc, keep: kept === "keep" };
        },
      },
    ]);
  });

  // -------------------------------------------------------------- alerts

  protected readonly alerts = this.RULE("alerts", (): AlertsBlock => {
    const start = this.begin();
    this.CONSUME(T.W.alerts);
    const alerts = this.block(ALERTS, this.alert);
    return { kind: "alerts", span: this.since(start.token), doc: start.doc, alerts };
  });

  /** `fallback_volume when fallback_rate > 3x baseline(1d) for 10m notify "llm-oncall"` */
  protected readonly alert = this.RULE("alert", (): Alert => {
    const { token, doc } = this.begin();
    const name = this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "an alert's name" }));
    this.ACTION(() => this.meant(["if", "where"], "when"));
    this.CONSUME(T.W.when, { ERR_MSG: "`when` and a condition" });
    const when = this.SUBRULE(this.condition);
    const time = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        this.CONSUME(T.W.for);
        return this.SUBRULE(this.quantity, { ARGS: ["duration"] });
      },
    });
    const hook = this.SUBRULE(this.hook);
    return { kind: "alert", span: this.since(token), doc, name, when, for: time ?? null, hook };
  });

  // -------------------------------------------------------------- assert

  /** `assert always outcome.attempts <= 2 when context.tier == "free"` */
  protected readonly assert = this.RULE("assert", (): AssertItem => {
    const start = this.begin();
    this.CONSUME(T.W.assert);
    this.ACTION(() => this.spelled("`assert`", ["always", "never", "possible"]));
    const mode = this.oneOf<AssertItem["mode"]>({
      DEF: [
        { ALT: () => this.word("always") },
        { ALT: () => this.word("never") },
        { ALT: () => this.word("possible") },
      ],
      ERR_MSG: "`always`, `never` or `possible`",
    });
    const claim = this.SUBRULE(this.condition);
    this.ACTION(() => this.meant(["if", "where", "while"], "when"));
    const when = this.OPTION(() => {
      this.CONSUME(T.W.when);
      return this.SUBRULE2(this.condition);
    });
    return { kind: "assert", span: this.since(start.token), doc: start.doc, mode, claim, when: when ?? null };
  });
}
