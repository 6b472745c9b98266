/** The whole grammar. Its parts are layers of one class, each built on the one below. */
import { EOF } from "chevrotain";
import type { Report } from "../../diagnostics/index.ts";
import { type Source, span } from "../../source.ts";
import type { Scan } from "../scan.ts";
import type { File, Item } from "../tree.ts";
import { Exhausted } from "./base.ts";
import { FILE } from "./places.ts";
import { ScenarioParser } from "./scenario.ts";

export class FbpParser extends ScenarioParser {
  /** `validate`: check the grammar's own definition; slow, for tests. */
  constructor(options: { readonly validate: boolean }) {
    super(options);
    this.performSelfAnalysis();
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
