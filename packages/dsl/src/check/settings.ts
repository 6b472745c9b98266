import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Declarations } from "./declarations.ts";

interface Kinded {
  readonly kind: string;
  readonly span: Span;
}

type OfKind<T, K> = T extends { readonly kind: infer Kind } ? (K extends Kind ? T : never) : never;

/** The settings of one block, at most one of each kind. */
export interface Settings<T extends Kinded> {
  get<K extends T["kind"]>(kind: K): OfKind<T, K> | undefined;
  has(kind: T["kind"]): boolean;
}

/**
 * Of several settings of one kind the first counts; each further one is reported. `owner` is who has
 * them, in the operator's words: `` the path `primary` ``. `say` gives the word of a kind that is
 * written otherwise than it is called in the tree.
 */
export function settingsOf<T extends Kinded>(
  report: Report,
  owner: string,
  given: readonly T[],
  say: Readonly<Record<string, string>> = {},
): Settings<T> {
  const found = new Map<string, T>();
  for (const setting of given) {
    const first = found.get(setting.kind);
    if (first === undefined) found.set(setting.kind, setting);
    else reportGivenTwice(report, owner, say[setting.kind] ?? setting.kind, setting.span, first.span);
  }
  return {
    get: <K extends T["kind"]>(kind: K) => found.get(kind) as OfKind<T, K> | undefined,
    has: (kind) => found.has(kind),
  };
}

export function reportGivenTwice(report: Report, owner: string, setting: string, again: Span, first: Span): void {
  report.add("FBP2006", again, { setting, owner }, { related: [{ span: first, text: "the first one is here" }] });
}

/** A setting that must be given: its word, and how one is written. */
export type RequiredSetting = readonly [kind: string, example: string];

/**
 * Reports the settings of `required` that are not `given`, in one message at `place`; says nothing of a
 * `block` out of which a syntax error took something.
 */
export function reportMissing(
  report: Report,
  declared: Pick<Declarations, "broken">,
  owner: string,
  place: Span,
  block: Span,
  required: readonly RequiredSetting[],
  given: (kind: string) => boolean,
): boolean {
  const missing = required.filter(([kind]) => !given(kind));
  const [first] = missing;
  if (first === undefined) return false;
  if (!declared.broken(block)) {
    report.add("FBP2007", place, { owner, missing: missing.map(([kind]) => kind), example: first[1] });
  }
  return true;
}

/** Reports a text of which nothing is between the quotes. */
export function nonEmpty(report: Report, setting: string, text: tree.Text): void {
  if (isWritten(text) && text.value.trim() === "") report.add("FBP2028", text.span, { setting });
}

/** False for a text that a syntax error left out. */
export function isWritten(text: tree.Text): boolean {
  return text.span.end > text.span.start;
}
