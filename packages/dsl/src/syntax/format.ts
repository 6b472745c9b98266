/** Text to text in the canonical layout, with a proof that nothing else changed. */
import { type Diagnostic, Report } from "../diagnostics/index.ts";
import { type Source, span } from "../source.ts";
import { same, sameComments } from "./compare.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";

export type Formatting =
  | { readonly kind: "formatted"; readonly text: string }
  | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };

/**
 * Formats a policy file. Fails where it has syntax errors: what was not understood is not to be
 * moved. The output is parsed again; unless its tree and its comments are those of the input, and
 * printing it again changes nothing, it is refused.
 */
export function format(source: Source): Formatting {
  const report = new Report();
  const file = parse(source, report);
  if (report.failed) return { kind: "failed", diagnostics: report.diagnostics };
  const text = print(file);
  const again = new Report();
  const reread = parse({ name: source.name, text }, again);
  if (again.failed || !same(file, reread) || !sameComments(file, reread) || print(reread) !== text) {
    const refusal = new Report();
    refusal.add("FBP9002", span(source, 0, 0), {});
    return { kind: "failed", diagnostics: refusal.diagnostics };
  }
  return { kind: "formatted", text };
}
