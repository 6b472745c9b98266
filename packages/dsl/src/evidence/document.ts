/**
 * Evidence: what shows that one path may stand in for another (section "Eligibility" of
 * docs/language.md). This is the shape after it was read; `schema.ts` holds the zod schema that reads it.
 */
export type Criterion =
  | "prompt"
  | "response_format"
  | "token_budget"
  | "latency_under_load"
  | "data_handling_and_safety"
  | "output_parser";

export const CRITERIA: readonly [Criterion, ...Criterion[]] = [
  "prompt",
  "response_format",
  "token_budget",
  "latency_under_load",
  "data_handling_and_safety",
  "output_parser",
];

/** What no program can judge: somebody stands for it by name. */
export const NEEDS_SIGNATURE: ReadonlySet<Criterion> = new Set<Criterion>(["data_handling_and_safety"]);

/** What was tried, as digests (`subject.ts`): when one of them changes, the trial says nothing any more. */
export interface Against {
  /** Of the two paths and the checks of the target's answers. */
  readonly policy: string;
  /** Of what the contracts of both paths say. */
  readonly contracts: string;
}

export interface Signature {
  readonly by: string;
  /** ISO day, `2026-11-22`. */
  readonly day: string;
  /** What the person stands for, in words. */
  readonly statement: string;
}

export interface CriterionRecord {
  readonly status: "passed" | "failed" | "pending";
  /** ISO day of the trial. */
  readonly day?: string;
  /** For how many days the trial stands. */
  readonly validDays?: number;
  /** What was done: a command, or the name of a person and what they tried. */
  readonly check?: string;
  readonly against?: Against;
  readonly signed?: Signature;
  readonly notes?: string;
}

export interface Evidence {
  /** The schema of this form, for editors. */
  readonly $schema?: string;
  /** Version of the document's form. */
  readonly fbp: 1;
  /** The path that is to stand in. */
  readonly path: string;
  /** The path that it stands in for. */
  readonly for: string;
  readonly criteria: { readonly [C in Criterion]?: CriterionRecord };
  readonly notes?: string;
}
