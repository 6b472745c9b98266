/** Findings name files relative to their project; who reads them wants names relative to elsewhere. */
import { type Source, type Span, shellWord } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";
import { STDIN, STDIN_NAME } from "./expand.ts";

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
    hint: renamedHint(finding, rename),
    span: renamedSpan(finding.span, rename),
    related: finding.related.map((related) => ({ ...related, span: renamedSpan(related.span, rename) })),
  };
}

/** A hint may hold a command, to be pasted where the user is. */
function renamedHint({ hint, names = [] }: Finding, rename: Rename): string | undefined {
  const wordFor = (name: string): string => {
    const shown = rename({ name, text: "" }).name;
    return shown === STDIN_NAME ? STDIN : shellWord(shown);
  };
  return names.reduce<string | undefined>((text, name) => text?.replaceAll(shellWord(name), () => wordFor(name)), hint);
}
