/** Text to tree. */
import { type Diagnostic, Report } from "../diagnostics/index.ts";
import { type Source, span } from "../source.ts";
import { LIMITS } from "./limits.ts";
import { balance } from "./parser/balance.ts";
import { measureDepth } from "./parser/depth.ts";
import { FbpParser } from "./parser/parser.ts";
import { type Scan, scan } from "./scan.ts";
import type { File } from "./tree.ts";

let parser: FbpParser | undefined;

/**
 * Parses a policy file. Always gives a tree: what could not be read is left out of it and reported.
 * Never throws, whatever the text: size, number of tokens, nesting and number of messages are
 * bounded (see `LIMITS`). The parser is built at the first call.
 */
export function parse(source: Source, report: Report): File {
  const found = new Report();
  const file = readable(source, found) ? read(source, found) : emptyFile(source);
  const shown = oncePerPlace(found.diagnostics);
  report.diagnostics.push(...shown.slice(0, LIMITS.errors));
  const next = shown[LIMITS.errors];
  if (next !== undefined) report.add("FBP1034", next.span, { limit: LIMITS.errors });
  return file;
}

/** What the lexer said of a place, the grammar need not say again. Several blocks may end unclosed at one place. */
function oncePerPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Set<string>();
  return diagnostics.filter(({ code, span: place, related }) => {
    const key = code === "FBP1004" ? `unclosed ${related[0]?.span.start}` : `${place.start}`;
    return !places.has(key) && places.add(key);
  });
}

function emptyFile(source: Source): File {
  return { kind: "file", span: span(source, 0, source.text.length), items: [], comments: [] };
}

/** False for what is no policy file at all: nothing is to be gained from reading on. */
function readable(source: Source, report: Report): boolean {
  const { text } = source;
  if (exceedsBytes(text, LIMITS.bytes)) {
    report.add("FBP1030", span(source, 0, 0), { limit: "1 MiB" });
    return false;
  }
  const zero = text.indexOf("\0");
  if (zero >= 0) report.add("FBP1033", span(source, zero, zero + 1), {});
  return zero < 0;
}

/** Counts the bytes of UTF-8 only where the number of UTF-16 units does not already tell. */
function exceedsBytes(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes > limit;
}

function read(source: Source, report: Report): File {
  const scanned = scan(source, report);
  const excess = scanned.tokens[LIMITS.tokens];
  if (excess !== undefined) {
    report.add("FBP1032", span(source, excess.startOffset, excess.startOffset + excess.image.length), {
      limit: LIMITS.tokens,
    });
    return emptyFile(source);
  }
  const { tooDeep, balanced } = measureDepth(scanned.tokens);
  if (tooDeep !== null) {
    report.add("FBP1031", span(source, tooDeep.startOffset, tooDeep.startOffset + 1), { limit: LIMITS.nesting });
    return emptyFile(source);
  }
  const repaired = balanced ? scanned : withBrackets(source, scanned, report);
  const errors = report.diagnostics.length;
  parser ??= new FbpParser({ validate: false });
  const file = parser.read(source, repaired, report);
  if (errors === 0 && !report.failed) for (const doc of scanned.docs.values()) report.add("FBP9001", doc.span, {});
  return file;
}

function withBrackets(source: Source, scanned: Scan, report: Report): Scan {
  const { tokens, muted } = balance(source, scanned.tokens, report);
  return { ...scanned, tokens, muted: [...scanned.muted, ...muted] };
}
