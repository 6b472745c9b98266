/** The table of `lookahead.generated.ts` is what chevrotain computes from the grammar; FBP_UPDATE=1 writes it. */
import { writeFileSync } from "node:fs";
import { getLookaheadPaths, type ILookaheadStrategy, type LookaheadProductionType, type Rule } from "chevrotain";
import { expect, test } from "vitest";
import { LOOKAHEAD } from "./parser/lookahead.generated.ts";
import { PLACES } from "./parser/lookahead.ts";
import { FbpParser } from "./parser/parser.ts";

/** Takes down what the parser asks for while it is built. */
class Recorder implements ILookaheadStrategy {
  readonly table: Record<string, Record<number, string | readonly string[]>> = {};

  validate(): never[] {
    return [];
  }

  buildLookaheadForAlternation({ rule, prodOccurrence }: { rule: Rule; prodOccurrence: number }) {
    this.note(rule, prodOccurrence, "Alternation");
    return () => 0;
  }

  buildLookaheadForOptional(options: { rule: Rule; prodOccurrence: number; prodType: LookaheadProductionType }) {
    this.note(options.rule, options.prodOccurrence, options.prodType);
    return () => false;
  }

  private note(rule: Rule, occurrence: number, prodType: LookaheadProductionType): void {
    const paths = getLookaheadPaths({ occurrence, rule, prodType, maxLookahead: 1 });
    const first = paths.map((each) => each.map(([token]) => token?.name).join(" "));
    const place = PLACES[prodType] + occurrence;
    const entry = prodType === "Alternation" ? first : (first[0] ?? "");
    this.table[rule.name] = { ...this.table[rule.name], [place]: entry };
  }
}

test("the table is what the grammar says", () => {
  const strategy = new Recorder();
  new FbpParser({ validate: true, strategy });
  if (process.env.FBP_UPDATE === "1") write(strategy.table);
  else expect(LOOKAHEAD).toEqual(strategy.table);
});

function write(table: Recorder["table"]): void {
  const rules = Object.entries(table).map(([rule, places]) => {
    const entries = Object.entries(places).map(([place, entry]) => `    ${place}: ${JSON.stringify(entry)},\n`);
    return `  ${rule}: {\n${entries.join("")}  },\n`;
  });
  const text = `/** Made by lookahead.test.ts from the grammar: run it with FBP_UPDATE=1 after every change of a rule. */
import type { LookaheadTable } from "./lookahead.ts";

// biome-ignore format: one place a line, however long
export const LOOKAHEAD: LookaheadTable = {
${rules.join("")}};
`;
  writeFileSync(new URL("./parser/lookahead.generated.ts", import.meta.url), text);
}
