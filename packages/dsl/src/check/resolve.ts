import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import type { Declarations } from "./declarations.ts";

/**
 * What the name stands for, or null after it was reported. Says nothing of a name that a syntax error
 * left out, nor of a kind of which a syntax error took a declaration's name.
 */
export function resolve<T>(
  report: Report,
  declared: Pick<Declarations, "incomplete">,
  what: string,
  name: tree.Name,
  among: ReadonlyMap<string, T>,
): T | null {
  const found = among.get(name.text);
  if (found !== undefined) return found;
  if (name.text === "" || declared.incomplete.has(what)) return null;
  const candidates = [...among.keys()];
  report.add("FBP2001", name.span, { what, name: name.text, nearest: nearest(name.text, candidates), candidates });
  return null;
}

/** A block in a policy has settings of its own, and a name that nothing could take it by. */
export function reportNameless(report: Report, what: string, name: tree.Name): void {
  if (name.text !== "") report.add("FBP2029", name.span, { what, name: name.text });
}
