/** The whole grammar. Its parts are layers of one class, each built on the one below. */
import { EOF, NoViableAltException } from "chevrotain";
import type { Report } from "../../diagnostics/index.ts";
import { type Source, span } from "../../source.ts";
import type { Scan } from "../scan.ts";
import type { File, Item } from "../tree.ts";
import { Exhausted, type ParserOptions } from "./base.ts";
import { LOOKAHEAD } from "./lookahead.generated.ts";
import { type Lookahead, lookahead } from "./lookahead.ts";
import { FILE } from "./places.ts";
import { ScenarioParser } from "./scenario.ts";

/** What chevrotain's analysis leaves behind in a parser, and this file puts there in its place. */
interface Analysed {
  selfAnalysisDone: boolean;
  readonly fullRuleNameToShort: Readonly<Record<string, number>>;
  readonly lookAheadFuncsCache: Lookahead[][];
}

export class FbpParser extends ScenarioParser {
  constructor(options: ParserOptions) {
    super(options);
    if (options.validate) this.performSelfAnalysis();
    else this.prepare();
  }

  /** Instead of the analysis of the grammar: its result, which is known (see `lookahead.ts`). */
  private prepare(): void {
    const analysed = this as unknown as Analysed;
    for (const [rule, places] of Object.entries(LOOKAHEAD)) {
      const functions: Lookahead[] = [];
      for (const [place, entry] of Object.entries(places)) functions[Number(place)] = lookahead(entry);
      analysed.lookAheadFuncsCache[analysed.fullRuleNameToShort[rule] ?? 0] = functions;
    }
    analysed.selfAnalysisDone = true;
    asPrototype(this);
  }

  /** Without the analysis there is no list of what else could have stood here; nor does any message show one. */
  protected raiseNoAltException(_occurrence: number, expected: string | undefined): never {
    throw new NoViableAltException(expected ?? "something else", this.LA(1), this.LA(0));
  }

  protected raiseEarlyExitException(_occurrence: number, _kind: number, expected: string | undefined): never {
    throw new NoViableAltException(expected ?? "something else", this.LA(1), this.LA(0));
  }

  /** Reads one file's tokens; what is wrong with them goes to `report`. */
  read(source: Source, scan: Scan, report: Report): File {
    this.load(source, scan, report);
    try {
      const items = this.items();
      return { kind: "file", span: span(source, 0, source.text.length), items, comments: scan.comments };
    } finally {
      this.unload();
    }
  }

  /** Empty where reading was given up: the messages say why. */
  private items(): readonly Item[] {
    try {
      return this.file();
    } catch (error) {
      if (error instanceof Exhausted) return [];
      throw error;
    }
  }

  readonly file = this.RULE("file", (): readonly Item[] => {
    const items = this.entries(FILE, this.item);
    this.CONSUME(EOF);
    return items;
  });

  protected readonly item = this.RULE("item", (): Item => {
    return this.oneOf<Item>([
      { ALT: () => this.SUBRULE(this.contract) },
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.context) },
      { ALT: () => this.SUBRULE(this.path) },
      { ALT: () => this.SUBRULE(this.signal) },
      { ALT: () => this.SUBRULE(this.signals) },
      { ALT: () => this.SUBRULE(this.accept) },
      { ALT: () => this.SUBRULE(this.reason) },
      { ALT: () => this.SUBRULE(this.budget) },
      { ALT: () => this.SUBRULE(this.breaker, { ARGS: [false] }) },
      { ALT: () => this.SUBRULE(this.policy) },
      { ALT: () => this.SUBRULE(this.scenario) },
    ]);
  });
}

/**
 * A parser has some two hundred properties, which V8 keeps in a dictionary; an object that has been a
 * prototype gets its fast form back. Chevrotain's own analysis does this too: rules run three times as fast.
 */
function asPrototype(parser: object): void {
  const child: unknown = Object.create(parser);
  if (typeof child === "object" && child !== null) Reflect.get(child, "input");
}
