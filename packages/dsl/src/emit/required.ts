/** Ajv fails where a required field is absent, and then asks for each field whether it is there: once is enough. */
import { type Block, mapBlocks, type Statement } from "./statements.ts";

/** The statements of a function, without the questions that were answered before in the same block. */
export function askOnce(body: Block): Block {
  return mapBlocks(body, (block) => {
    const there = new Set<string>();
    return block.flatMap((statement): Block => {
      for (const place of failsWithout(statement)) there.add(place);
      const asked = statement.kind === "if" ? /^(.+) !== undefined$/.exec(statement.test)?.[1] : undefined;
      return statement.kind === "if" && asked !== undefined && there.has(asked) ? statement.yes : [statement];
    });
  });
}

/** `if ((data.choices === undefined) || (data.id === undefined)) return false;` */
function failsWithout(statement: Statement): readonly string[] {
  if (statement.kind !== "if" || statement.no.length > 0) return [];
  const [only] = statement.yes;
  if (only?.kind !== "line" || only.text !== "return false;") return [];
  const places = statement.test.split(" || ").map((part) => /^\(?([\w.\u00b6]+) === undefined\)?$/.exec(part)?.[1]);
  return places.every((place) => place !== undefined) ? places : [];
}
