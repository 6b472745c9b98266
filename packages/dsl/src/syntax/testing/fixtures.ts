/** Cases that are files: a text, a mark, and what is expected of it as comments below the mark. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { inReadingOrder } from "../../diagnostics/index.ts";
import { positionOf, type Span } from "../../source.ts";

const MARK = "// --- messages";

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expected: string;
  /** Writes what was found in place of what was expected. */
  readonly update: (found: string) => void;
}

/** All `.fbp` files of a folder; `folder` is a URL that ends with a slash. */
export function fixturesIn(folder: URL): readonly Fixture[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".fbp"))
    .sort()
    .map((name) => {
      const file = new URL(name, folder);
      const whole = readFileSync(file, "utf8");
      const at = whole.lastIndexOf(MARK);
      const text = at < 0 ? whole : whole.slice(0, at);
      const expected = at < 0 ? "" : whole.slice(at + MARK.length + 1);
      return { name, text, expected, update: (found) => writeFileSync(file, `${text}${MARK}\n${found}`) };
    });
}

/** Messages as the comments of a fixture: `// 3:5-9 FBP1002 …`, hints and related places below. */
export function asComments(diagnostics: readonly Diagnostic[]): string {
  let text = "";
  for (const { span, code, text: message, hint, related } of inReadingOrder(diagnostics)) {
    text += `// ${place(span)} ${code} ${message}\n`;
    if (hint !== undefined) text += `//     ${hint}\n`;
    for (const each of related) text += `//     ${place(each.span)} ${each.text}\n`;
  }
  return text;
}

function place({ source, start, end }: Span): string {
  const { line, column } = positionOf(source, start);
  return end === start ? `${line}:${column}` : `${line}:${column}-${positionOf(source, end).column}`;
}
