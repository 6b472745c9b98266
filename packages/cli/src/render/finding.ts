import type { Related, Severity, Span, Story } from "@fbp/dsl";

/** What the printers print: a diagnostic of the compiler, or something of that form that a command found itself. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly span: Span;
  readonly text: string;
  readonly hint: string | undefined;
  readonly related: readonly Related[];
  /** A request that shows it. */
  readonly story?: Story;
  /** Files that a command in the hint names. */
  readonly names?: readonly string[];
}

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export function countOf(findings: readonly Finding[]): Counts {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}

/** `2 errors, 1 warning in 1 file`, `no problems in 3 files` */
export function summaryOf(findings: readonly Finding[], files: number): string {
  const { errors, warnings, notes } = countOf(findings);
  const parts = [
    [errors, "error"],
    [warnings, "warning"],
    [notes, "note"],
  ] as const;
  const found = parts.filter(([number]) => number > 0).map(([number, word]) => plural(number, word));
  return `${found.length === 0 ? "no problems" : found.join(", ")} in ${plural(files, "file")}`;
}

/** `1 file`, `2 files` */
export function plural(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}
