/**
 * What a check has found in an input, kept for the checks of later processes: one of the same texts finds the same.
 * Whole texts are compared, of every file that the check asked for, also of those that were not there. Only for
 * development, and only where nothing was an error: what refuses a policy, or lets one into production, is
 * always worked out.
 */
import type { Compilation, FileDigest, FileText, Host, Source, Span } from "@fbp/dsl";
import type { Kept } from "../io.ts";
import type { Finding } from "../render/finding.ts";
import type { Place } from "./place.ts";

export interface Asked {
  readonly profile: string;
  /** ISO day. */
  readonly asOf: string;
}

type SpanText = readonly [file: string, start: number, end: number];

interface FindingText extends Omit<Finding, "span" | "related" | "story"> {
  readonly span: SpanText;
  readonly related: readonly { readonly span: SpanText; readonly text: string }[];
}

interface Memory {
  readonly of: string;
  readonly reads: readonly (readonly [name: string, file: FileText])[];
  readonly digests: readonly (readonly [name: string, digest: FileDigest])[];
  readonly findings: readonly FindingText[];
}

/** Null where nothing is known of the input as it is. */
export function recalled(kept: Kept, { root, entry }: Place, asked: Asked, host: Host): readonly Finding[] | null {
  if (asked.profile !== "development") return null;
  const text = kept.read(nameOf(root, entry));
  if (text === null) return null;
  try {
    const memory = JSON.parse(text) as Memory;
    if (memory.of !== keyOf(root, entry, asked)) return null;
    const isSame =
      memory.reads.every(([name, file]) => isSameFile(file, host.read(name))) &&
      memory.digests.every(([name, digest]) => isSameData(digest, host.digest(name)));
    return isSame ? findingsOf(memory) : null;
  } catch {
    return null;
  }
}

export function remember(kept: Kept, { root, entry }: Place, asked: Asked, compilation: Compilation): void {
  if (asked.profile !== "development") return;
  const { diagnostics, answers } = compilation;
  const isKnown = ({ source }: Span): boolean => answers.reads.get(source.name) === source;
  const isPlain = ({ severity, story, span, related }: Finding): boolean =>
    severity !== "error" && story === undefined && isKnown(span) && related.every((one) => isKnown(one.span));
  if (!diagnostics.every(isPlain)) return;
  const memory: Memory = {
    of: keyOf(root, entry, asked),
    reads: [...answers.reads].map(([name, read]) => [name, "kind" in read ? read : { kind: "text", text: read.text }]),
    digests: [...answers.digests],
    findings: diagnostics.map(textOf),
  };
  kept.write(nameOf(root, entry), JSON.stringify(memory));
}

/** One text for each input: that of another day takes the place of yesterday's. */
function nameOf(root: string, entry: string): string {
  return JSON.stringify(["check", root, entry]);
}

function keyOf(root: string, entry: string, { profile, asOf }: Asked): string {
  return JSON.stringify([root, entry, profile, asOf]);
}

function isSameFile(a: FileText, b: FileText): boolean {
  return a.kind === "text" ? b.kind === "text" && a.text === b.text : isSameData(a, b);
}

function isSameData(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function textOf({ span, related, story: _, ...rest }: Finding): FindingText {
  return { ...rest, span: placeText(span), related: related.map((one) => ({ ...one, span: placeText(one.span) })) };
}

function placeText({ source, start, end }: Span): SpanText {
  return [source.name, start, end];
}

/** @throws where a finding stands in a file that was not read */
function findingsOf({ reads, findings }: Memory): readonly Finding[] {
  const sources = new Map<string, Source>();
  for (const [name, file] of reads) if (file.kind === "text") sources.set(name, { name, text: file.text });
  const spanOf = ([name, start, end]: SpanText): Span => {
    const source = sources.get(name);
    if (source === undefined) throw new Error(`${name} was not read`);
    return { source, start, end };
  };
  return findings.map(({ span, related, hint, ...rest }) => ({
    ...rest,
    // JSON leaves out what is undefined.
    hint,
    span: spanOf(span),
    related: related.map((one) => ({ ...one, span: spanOf(one.span) })),
  }));
}
