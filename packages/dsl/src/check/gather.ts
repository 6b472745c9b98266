import type { Code, Diagnostic, Related, Report } from "../diagnostics/index.ts";
import type { Source } from "../source.ts";

/** A message names at most this many other places. */
const MOST_RELATED = 5;

/** A name that is unknown is unknown wherever it stands: that is one mistake. */
const OF_NAMES: ReadonlySet<Code> = new Set<Code>(["FBP2001", "FBP2004", "FBP2122", "FBP2132"]);

/**
 * Moves what was found to the end of the caller's report. What serves several policies was checked with
 * each of them: the same sentence at the same place is told once. An unknown name is told where it
 * stands first, with the other places beside it. `sources` says which file is read first; of the kinds that are
 * `incomplete` a syntax error has taken a name away, so that one which is unknown is no mistake by itself.
 */
export function moveFound(
  all: readonly Diagnostic[],
  sources: readonly Source[],
  incomplete: ReadonlySet<string>,
  into: Report,
): void {
  const found = all.filter((diagnostic) => !incomplete.has(kindOf(diagnostic)));
  const order = new Map(sources.map((source, index) => [source, index]));
  const positionOf = ({ span }: Diagnostic): number => order.get(span.source) ?? sources.length;
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of found) {
    const key = OF_NAMES.has(diagnostic.code) ? diagnostic.text : placeKey(diagnostic);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnostic]);
    else group.push(diagnostic);
  }
  for (const group of groups.values()) {
    const [first, ...others] = group.sort((a, b) => positionOf(a) - positionOf(b) || a.span.start - b.span.start);
    if (first === undefined) continue;
    const elsewhere = others
      .filter((other) => !isAt(other, first))
      .slice(0, MOST_RELATED)
      .map((other): Related => ({ span: other.span, text: "and here" }));
    into.diagnostics.push(elsewhere.length === 0 ? first : { ...first, related: [...first.related, ...elsewhere] });
  }
}

/** The kind of the name that is unknown; "" where it is another mistake. */
function kindOf({ code, text }: Diagnostic): string {
  if (code === "FBP2132") return "signal";
  if (code === "FBP2101") return text.endsWith(" in `context`") ? "context field" : "";
  return code === "FBP2122" ? (/^there is no (\w+) /u.exec(text)?.[1] ?? "") : "";
}

function placeKey({ code, span, text }: Diagnostic): string {
  return JSON.stringify([code, span.source.name, span.start, span.end, text]);
}

function isAt(a: Diagnostic, b: Diagnostic): boolean {
  return a.span.source === b.span.source && a.span.start === b.span.start;
}
