/** What a file declares: contracts, paths, signals, what an answer must be. */
import { retype } from "../scan.ts";
import * as T from "../tokens.ts";
import type {
  AcceptBlock,
  AcceptCheck,
  ContextBlock,
  ContextField,
  ContextType,
  ContractItem,
  Literal,
  Name,
  PathBlock,
  PathSetting,
  SignalItem,
  SignalsBlock,
  SignalsLine,
  Text,
  UseItem,
} from "../tree.ts";
import { ACCEPT, CONTEXT, PATH, SIGNALS } from "./places.ts";
import { SharedParser } from "./shared.ts";

export abstract class DeclarationParser extends SharedParser {
  /** `contract comet from "./cometapi.contract.json"` */
  protected readonly contract = this.RULE("contract", (): ContractItem => {
    const start = this.begin();
    this.CONSUME(T.W.contract);
    const name = this.SUBRULE(this.name, { ARGS: ["a contract's name", "from"] });
    this.CONSUME(T.W.from);
    const from = this.SUBRULE(this.text, { ARGS: ["the contract's file"] });
    return { kind: "contract", span: this.since(start.token), doc: start.doc, name, from };
  });

  /** `use "./shared.fbp"` */
  protected readonly use = this.RULE("use", (): UseItem => {
    const start = this.begin();
    this.CONSUME(T.W.use);
    const file = this.SUBRULE(this.text, { ARGS: ["a policy file"] });
    return { kind: "use", span: this.since(start.token), doc: start.doc, file };
  });

  // -------------------------------------------------------------- context

  protected readonly context = this.RULE("context", (): ContextBlock => {
    const start = this.begin();
    this.CONSUME(T.W.context);
    const fields = this.block(CONTEXT, this.contextField);
    return { kind: "context", span: this.since(start.token), doc: start.doc, fields };
  });

  /** `tier: "free" | "paid" = "free"` */
  protected readonly contextField = this.RULE("contextField", (): ContextField => {
    const start = this.begin();
    const name = this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "a field's name" }));
    this.CONSUME(T.Colon);
    const type = this.SUBRULE(this.contextType);
    const value = this.OPTION(() => {
      this.CONSUME(T.Assign);
      return this.SUBRULE(this.literal);
    });
    return { kind: "context_field", span: this.since(start.token), doc: start.doc, name, type, value: value ?? null };
  });

  protected readonly contextType = this.RULE("contextType", (): ContextType => {
    this.ACTION(() => this.typeHabits());
    return this.OR({
      DEF: [
        { ALT: (): ContextType => ({ kind: "bool", span: this.placeOf(this.CONSUME(T.W.bool)) }) },
        { ALT: (): ContextType => ({ kind: "number", span: this.placeOf(this.CONSUME(T.W.number)) }) },
        { ALT: (): ContextType => ({ kind: "string", span: this.placeOf(this.CONSUME(T.W.string)) }) },
        {
          ALT: (): ContextType => {
            const first = this.LA(1);
            const values: Text[] = [];
            this.AT_LEAST_ONE_SEP({ SEP: T.Pipe, DEF: () => values.push(this.textOf(this.CONSUME(T.Text))) });
            return { kind: "enum", span: this.since(first), values };
          },
        },
      ],
      ERR_MSG: '`bool`, `number`, `string` or a choice like `"free" | "paid"`',
    });
  });

  /** Names of types in other languages, read as what was meant. */
  private typeHabits(): void {
    const next = this.LA(1);
    const meant = TYPE_HABITS.get(next.image.toLowerCase());
    if (meant === undefined || next.tokenType !== T.Identifier) return;
    this.report.add("FBP1026", this.placeOf(next), { written: next.image, meant });
    retype(next, T.W[meant]);
  }

  protected readonly literal = this.RULE("literal", (): Literal => {
    return this.OR({
      DEF: [
        {
          ALT: (): Literal => {
            const { span: place, value } = this.textOf(this.CONSUME(T.Text));
            return { kind: "string", span: place, value };
          },
        },
        {
          ALT: (): Literal => {
            const token = this.CONSUME(T.Amount);
            return this.ACTION(() => this.quantityOf(token));
          },
        },
        { ALT: (): Literal => ({ kind: "bool", span: this.placeOf(this.CONSUME(T.W.true)), value: true }) },
        { ALT: (): Literal => ({ kind: "bool", span: this.placeOf(this.CONSUME(T.W.false)), value: false }) },
        { ALT: (): Literal => ({ kind: "null", span: this.placeOf(this.CONSUME(T.W.null)) }) },
      ],
      ERR_MSG: 'a value like `true`, `3` or `"free"`',
    });
  });

  // -------------------------------------------------------------- path

  protected readonly path = this.RULE("path", (): PathBlock => {
    const start = this.begin();
    this.CONSUME(T.W.path);
    const name = this.SUBRULE(this.name, { ARGS: ["a path's name"] });
    const settings = this.block(PATH, this.pathSetting);
    return { kind: "path", span: this.since(start.token), doc: start.doc, name, settings };
  });

  protected readonly pathSetting = this.RULE("pathSetting", (): PathSetting => {
    const { token, doc } = this.begin();
    return this.oneOf<PathSetting>([
      {
        ALT: () => {
          this.CONSUME(T.W.contract);
          const name = this.SUBRULE(this.name, { ARGS: ["a contract's name"] });
          return { kind: "path_contract", span: this.since(token), doc, name };
        },
      },
      {
        ALT: () => {
          const kind = this.oneOf2<"model" | "account" | "adapter">([
            { ALT: () => this.word("model") },
            { ALT: () => this.word("account") },
            { ALT: () => this.word("adapter") },
          ]);
          const value = this.SUBRULE(this.text, { ARGS: [PATH_TEXTS[kind]] });
          return { kind, span: this.since(token), doc, value };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.timeout);
          const first = this.SUBRULE(this.quantity, { ARGS: ["duration"] });
          this.ACTION(() => this.rangeHabits());
          const second = this.OPTION(() => {
            this.CONSUME(T.DotDot);
            return this.SUBRULE2(this.quantity, { ARGS: ["duration"] });
          });
          const least = second === undefined ? null : first;
          return { kind: "timeout", span: this.since(token), doc, least, most: second ?? first };
        },
      },
      {
        ALT: () => {
          const kind = this.oneOf3<"connect" | "headers" | "first_token" | "stall">([
            { ALT: () => this.word("connect") },
            { ALT: () => this.word("headers") },
            { ALT: () => this.word("first_token") },
            { ALT: () => this.word("stall") },
          ]);
          const value = this.SUBRULE3(this.quantity, { ARGS: ["duration"] });
          return { kind, span: this.since(token), doc, value };
        },
      },
      {
        ALT: () => {
          const kind = this.oneOf4<"context_window" | "max_output">([
            { ALT: () => this.word("context_window") },
            { ALT: () => this.word("max_output") },
          ]);
          const value = this.SUBRULE4(this.quantity, { ARGS: ["tokens"] });
          return { kind, span: this.since(token), doc, value };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.price);
          const input = this.SUBRULE5(this.quantity, { ARGS: ["money"] });
          this.CONSUME(T.W.in);
          this.CONSUME(T.Comma);
          const output = this.SUBRULE6(this.quantity, { ARGS: ["money"] });
          this.CONSUME(T.W.out);
          this.CONSUME(T.W.per);
          const per = this.SUBRULE7(this.quantity, { ARGS: ["priced"] });
          return { kind: "price", span: this.since(token), doc, input, output, per };
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.W.validated);
          this.CONSUME(T.W.for);
          const path = this.SUBRULE8(this.name, { ARGS: ["a path's name", "by"] });
          this.CONSUME(T.W.by);
          const by = this.SUBRULE9(this.text, { ARGS: ["the evidence file"] });
          return { kind: "validated", span: this.since(token), doc, path, by };
        },
      },
    ]);
  });

  // -------------------------------------------------------------- signals

  /** `signal model_gone is transient` */
  protected readonly signal = this.RULE("signal", (): SignalItem => {
    const start = this.begin();
    this.CONSUME(T.W.signal);
    const name = this.SUBRULE(this.name, { ARGS: ["a signal's name", "is"] });
    this.CONSUME(T.W.is);
    const signalClass = this.SUBRULE2(this.name, { ARGS: ["a signal's class like `transient`"] });
    return { kind: "signal", span: this.since(start.token), doc: start.doc, name, class: signalClass };
  });

  /** `for comet`, after `signals` and `accept` */
  protected readonly forContract = this.RULE("forContract", (): Name => {
    this.CONSUME(T.W.for);
    return this.SUBRULE(this.name, { ARGS: ["a contract's name"] });
  });

  protected readonly signals = this.RULE("signals", (): SignalsBlock => {
    const start = this.begin();
    this.CONSUME(T.W.signals);
    const contract = this.OPTION(() => this.SUBRULE(this.forContract));
    const lines = this.block(SIGNALS, this.signalsLine);
    return { kind: "signals", span: this.since(start.token), doc: start.doc, contract: contract ?? null, lines };
  });

  protected readonly signalsLine = this.RULE("signalsLine", (): SignalsLine => {
    const { token, doc } = this.begin();
    return this.oneOf<SignalsLine>({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType !== T.W.when,
          ALT: () => ({ kind: this.word("documented"), span: this.since(token), doc }),
        },
        {
          GATE: () => this.LA(2).tokenType !== T.W.when,
          ALT: () => ({ kind: this.word("standard"), span: this.since(token), doc }),
        },
        {
          ALT: () => {
            const signal = this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "a signal's name" }));
            this.ACTION(() => this.meant(["if", "where"], "when"));
            this.CONSUME(T.W.when, { ERR_MSG: "`when` and a condition" });
            const when = this.SUBRULE(this.condition);
            return { kind: "signals_line", span: this.since(token), doc, signal, when };
          },
        },
      ],
      ERR_MSG: "a signal's name, `documented` or `standard`",
    });
  });

  // -------------------------------------------------------------- accept

  protected readonly accept = this.RULE("accept", (): AcceptBlock => {
    const start = this.begin();
    this.CONSUME(T.W.accept);
    const contract = this.OPTION(() => this.SUBRULE(this.forContract));
    const checks = this.block(ACCEPT, this.acceptCheck);
    return { kind: "accept", span: this.since(start.token), doc: start.doc, contract: contract ?? null, checks };
  });

  protected readonly acceptCheck = this.RULE("acceptCheck", (): AcceptCheck => {
    const { token, doc } = this.begin();
    return this.oneOf<AcceptCheck>({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => ({ kind: this.word("standard"), span: this.since(token), doc }) },
        {
          GATE: () => this.LA(2).tokenType === T.W.matches,
          ALT: () => {
            const schema = this.SUBRULE(this.contentMatches);
            return { kind: "matches_schema", span: this.since(token), doc, name: null, schema };
          },
        },
        {
          ALT: () => {
            const name = this.nameOf(this.CONSUME(T.Word, { ERR_MSG: "a check's name" }));
            this.ACTION(() => this.checkHabits());
            return this.oneOf2<AcceptCheck>({
              IGNORE_AMBIGUITIES: true,
              DEF: [
                {
                  GATE: () => this.LA(2).tokenType === T.W.matches,
                  ALT: () => {
                    const schema = this.SUBRULE2(this.contentMatches);
                    return { kind: "matches_schema", span: this.since(token), doc, name, schema };
                  },
                },
                {
                  ALT: () => {
                    const predicate = this.SUBRULE(this.condition);
                    return { kind: "check", span: this.since(token), doc, name, predicate };
                  },
                },
              ],
              ERR_MSG: "a condition",
            });
          },
        },
      ],
      ERR_MSG: "`standard` or a check's name",
    });
  });

  /** `content matches schema "./answer.schema.json" as json` */
  protected readonly contentMatches = this.RULE("contentMatches", (): Text => {
    this.CONSUME(T.W.content);
    this.CONSUME(T.W.matches);
    this.CONSUME(T.W.schema);
    const schema = this.SUBRULE(this.text, { ARGS: ["a schema's file"] });
    this.CONSUME(T.W.as);
    this.CONSUME(T.W.json);
    return schema;
  });

  /** `NAME when …` and `NAME: …`: a check holds always. */
  private checkHabits(): void {
    const next = this.LA(1);
    if (next.tokenType === T.W.when && T.isWord(this.LA(2)) && this.here()) {
      this.report.add("FBP1011", this.placeOf(next), { sign: next.image, word: this.LA(0).image });
      this.SKIP_TOKEN();
    } else this.dropSigns();
  }
}

const TYPE_HABITS: ReadonlyMap<string, "bool" | "number" | "string"> = new Map([
  ["boolean", "bool"],
  ["bool", "bool"],
  ["int", "number"],
  ["integer", "number"],
  ["float", "number"],
  ["double", "number"],
  ["number", "number"],
  ["str", "string"],
  ["text", "string"],
  ["string", "string"],
]);

const PATH_TEXTS = {
  model: "the model's name",
  account: "the account's name",
  adapter: "the adapter's name",
} as const;
