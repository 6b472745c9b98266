/** Findings name files relative to their project; who reads them wants names relative to elsewhere. */
import type { Source, Span } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";

/** Gives the same source under another name. */
export type Rename = (source: Source) => Source;

/** The same source comes back renamed as the same object, so that what is kept by source is kept once. */
export function renamer(nameOf: (name: string) => string): Rename {
  const known = new Map<Source, Source>();
  return (source) => {
    const renamed = known.get(source) ?? { ...source, name: nameOf(source.name) };
    known.set(source, renamed);
    return renamed;
  };
}

export function renamedSpan(span: Span, rename: Rename): Span {
  return { ...span, source: rename(span.source) };
}

export function renamedFinding(finding: Finding, rename: Rename): Finding {
  return {
    ...finding,
    span: renamedSpan(finding.span, rename),
    related: finding.related.map((related) => ({ ...related, span: renamedSpan(related.span, rename) })),
  };
}
