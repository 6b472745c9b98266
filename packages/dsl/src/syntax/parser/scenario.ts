/** `scenario "…" for POLICY { … }`: what the world does, and what must come of it. */
import * as T from "../tokens.ts";
import type {
  Expectation,
  ExpectStep,
  HeaderValue,
  ScenarioBlock,
  ScenarioStep,
  WorldEvent,
  WorldStep,
} from "../tree.ts";
import type { Measure } from "./measures.ts";
import { SCENARIO } from "./places.ts";
import { PolicyParser } from "./policy.ts";

export abstract class ScenarioParser extends PolicyParser {
  protected readonly scenario = this.RULE("scenario", (): ScenarioBlock => {
    const start = this.begin();
    this.CONSUME(T.W.scenario);
    const title = this.SUBRULE(this.text, { ARGS: ["what the scenario shows"] });
    this.CONSUME(T.W.for);
    const policy = this.SUBRULE(this.name, { ARGS: ["a policy's name"] });
    const steps = this.block(SCENARIO, this.step);
    return { kind: "scenario", span: this.since(start.token), doc: start.doc, title, policy, steps };
  });

  /** A step that begins with a word, unless what follows says that the word is a path's name. */
  protected readonly step = this.RULE("step", (): ScenarioStep => {
    const { token, doc } = this.begin();
    return this.oneOf<ScenarioStep>({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.request);
            const json = this.SUBRULE(this.jsonObject);
            return { kind: "given_request", span: this.since(token), doc, json };
          },
        },
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.context);
            const json = this.SUBRULE2(this.jsonObject);
            return { kind: "given_context", span: this.since(token), doc, json };
          },
        },
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.breaker);
            const path = this.SUBRULE(this.name, { ARGS: ["a path's name"] });
            this.CONSUME(T.W.is);
            const state = this.oneOf2<"open" | "half_open">({
              DEF: [{ ALT: () => this.word("open") }, { ALT: () => this.word("half_open") }],
              ERR_MSG: "`open` or `half_open`",
            });
            return { kind: "given_breaker", span: this.since(token), doc, path, state };
          },
        },
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.slo);
            const path = this.SUBRULE2(this.name, { ARGS: ["a path's name"] });
            this.CONSUME2(T.W.is);
            this.CONSUME(T.W.breached);
            return { kind: "given_slo", span: this.since(token), doc, path };
          },
        },
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.caller);
            this.CONSUME(T.W.aborts);
            this.CONSUME(T.W.after);
            const after = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
            return { kind: "abort", span: this.since(token), doc, after };
          },
        },
        {
          GATE: () => !this.worldAhead(),
          ALT: () => {
            this.CONSUME(T.W.expect);
            return this.SUBRULE(this.expectations, { ARGS: [{ token, doc }] });
          },
        },
        { ALT: () => this.SUBRULE(this.world, { ARGS: [{ token, doc }] }) },
      ],
      ERR_MSG: "a path's name, `request`, `context`, `breaker`, `slo`, `caller` or `expect`",
    });
  });

  /** `primary times out`: the second word says that the first is a path's name. */
  private worldAhead(): boolean {
    if (!EVENTS.has(this.LA(2).tokenType)) return false;
    return this.LA(3).tokenType !== T.W.is;
  }

  protected readonly world = this.RULE("world", (start: ReturnType<ScenarioParser["begin"]>): WorldStep => {
    const path = this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "a path's name" }));
    const event = this.SUBRULE(this.event);
    const after = this.OPTION({
      GATE: () => this.here(),
      DEF: () => {
        this.CONSUME(T.W.after);
        return this.SUBRULE(this.quantity, { ARGS: ["duration"] });
      },
    });
    return this.ACTION(() => ({
      kind: "world",
      span: this.since(start.token),
      doc: start.doc,
      path,
      event,
      after: after ?? null,
    }));
  });

  protected readonly event = this.RULE("event", (): WorldEvent => {
    const token = this.LA(1);
    this.ACTION(() => {
      const next = this.LA(1);
      if (/^time(?:out|d|sout)s?$/.test(next.image) && this.here()) {
        this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant: "times out" });
        this.giveUp(null);
      }
      this.spelled("a scenario", ["times", "fails", "answers", "returns", "breaks"]);
    });
    return this.oneOf<WorldEvent>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(T.W.times);
            this.CONSUME(T.W.out);
            return { kind: "times_out", span: this.since(token) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.fails);
            const fault = this.SUBRULE(this.name, { ARGS: ["a fault like `connect` or `reset`"] });
            return { kind: "fails", span: this.since(token), fault };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.answers);
            const body = this.OPTION({
              GATE: () => this.here(),
              DEF: () => {
                this.CONSUME(T.W.with);
                return this.SUBRULE(this.json);
              },
            });
            return { kind: "answers", span: this.since(token), body: body ?? null };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.returns);
            const status = this.SUBRULE(this.quantity, { ARGS: ["status"] });
            const body = this.OPTION2(() => this.SUBRULE2(this.json));
            const headers = this.OPTION3({ GATE: () => this.here(), DEF: () => this.SUBRULE(this.headers) });
            return { kind: "returns", span: this.since(token), status, body: body ?? null, headers: headers ?? [] };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.breaks);
            const tokens = this.OR2({
              DEF: [
                {
                  ALT: () => {
                    this.CONSUME(T.W.before);
                    this.CONSUME(T.W.first_token);
                    return null;
                  },
                },
                {
                  ALT: () => {
                    this.CONSUME(T.W.after);
                    return this.SUBRULE2(this.quantity, { ARGS: ["brokenAfter"] });
                  },
                },
              ],
              ERR_MSG: "`before first_token` or `after 12 tokens`",
            });
            return { kind: "breaks", span: this.since(token), tokens };
          },
        },
      ],
      ERR_MSG: "`times out`, `fails FAULT`, `answers`, `returns STATUS` or `breaks`",
    });
  });

  /** `with header "retry-after" "2", header "x-request-id" "r1"` */
  protected readonly headers = this.RULE("headers", (): readonly HeaderValue[] => {
    const headers: HeaderValue[] = [];
    this.CONSUME(T.W.with);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => headers.push(this.SUBRULE(this.header)),
      ERR_MSG: '`header "NAME" "VALUE"`',
    });
    return headers;
  });

  protected readonly header = this.RULE("header", (): HeaderValue => {
    const token = this.CONSUME(T.W.header);
    const name = this.SUBRULE(this.text, { ARGS: ["a header's name"] });
    const value = this.SUBRULE2(this.text, { ARGS: ["the header's value"] });
    return { span: this.since(token), name, value };
  });

  // -------------------------------------------------------------- expectations

  protected readonly expectations = this.RULE(
    "expectations",
    (start: ReturnType<ScenarioParser["begin"]>): ExpectStep => {
      const expectations: Expectation[] = [];
      this.ACTION(() => this.spelled("`expect`", EXPECTED_WORDS));
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          expectations.push(this.SUBRULE(this.expectation));
          this.ACTION(() => this.nextExpectation());
        },
        ERR_MSG: EXPECTATIONS,
      });
      return this.ACTION(() => ({ kind: "expect", span: this.since(start.token), doc: start.doc, expectations }));
    },
  );

  private nextExpectation(): void {
    if (this.here() && T.isWord(this.LA(1))) this.giveUp("`,`");
  }

  protected readonly expectation = this.RULE("expectation", (): Expectation => {
    const token = this.LA(1);
    this.ACTION(() => this.spelled("`expect`", EXPECTED_WORDS));
    return this.oneOf<Expectation>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(T.W.answer);
            const from = this.OPTION({
              GATE: () => this.here(),
              DEF: () => {
                this.CONSUME(T.W.from);
                return this.SUBRULE(this.name, { ARGS: ["a path's name"] });
              },
            });
            return { kind: "answer", span: this.since(token), from: from ?? null };
          },
        },
        { ALT: () => ({ kind: this.word("failure"), span: this.since(token) }) },
        { ALT: () => ({ kind: this.word("aborted"), span: this.since(token) }) },
        { ALT: () => ({ kind: this.word("partial"), span: this.since(token) }) },
        {
          ALT: () => {
            this.CONSUME(T.W.degraded);
            const text = this.OPTION2({
              GATE: () => this.here(),
              DEF: () => this.SUBRULE2(this.text, { ARGS: ["the answer given"] }),
            });
            return { kind: "degraded", span: this.since(token), text: text ?? null };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.deferred);
            const to = this.OPTION3({
              GATE: () => this.here(),
              DEF: () => {
                this.CONSUME(T.W.to);
                return this.SUBRULE3(this.text, { ARGS: ["a queue's name"] });
              },
            });
            return { kind: "deferred", span: this.since(token), to: to ?? null };
          },
        },
        {
          ALT: () => {
            const kind = this.oneOf2<"reason" | "signal">([
              { ALT: () => this.word("reason") },
              { ALT: () => this.word("signal") },
            ]);
            const name = this.SUBRULE4(this.name, { ARGS: [EXPECTED_NAMES[kind]] });
            return { kind, span: this.since(token), name };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.W.no);
            this.CONSUME2(T.W.reason);
            return { kind: "no_reason", span: this.since(token) };
          },
        },
        {
          ALT: () => {
            const kind = this.oneOf3<keyof typeof EXPECTED_NUMBERS>([
              { ALT: () => this.word("attempts") },
              { ALT: () => this.word("retries") },
              { ALT: () => this.word("fallbacks") },
              { ALT: () => this.word("within") },
              { ALT: () => this.word("tokens") },
              { ALT: () => this.word("cost") },
            ]);
            const value = this.SUBRULE5(this.quantity, { ARGS: [EXPECTED_NUMBERS[kind]] });
            return { kind, span: this.since(token), value };
          },
        },
        {
          ALT: () => {
            const { kind, target } = this.SUBRULE6(this.hook);
            return { kind, span: this.since(token), target };
          },
        },
      ],
      ERR_MSG: EXPECTATIONS,
    });
  });
}

const EVENTS: ReadonlySet<unknown> = new Set([T.W.times, T.W.fails, T.W.answers, T.W.returns, T.W.breaks]);

const EXPECTATIONS = "what must come of it: `answer from PATH`, `failure`, `reason NAME`, `attempts 2`, `within 20s` …";

const EXPECTED_WORDS = [
  "answer",
  "failure",
  "aborted",
  "partial",
  "degraded",
  "deferred",
  "reason",
  "signal",
  "no",
  "attempts",
  "retries",
  "fallbacks",
  "within",
  "tokens",
  "cost",
  "page",
  "notify",
] as const;

const EXPECTED_NAMES = { reason: "a reason's name", signal: "a signal's name" } as const;

const EXPECTED_NUMBERS = {
  attempts: "count",
  retries: "count",
  fallbacks: "count",
  within: "duration",
  tokens: "tokens",
  cost: "money",
} as const satisfies Readonly<Record<string, Measure>>;
