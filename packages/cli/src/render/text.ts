import { positionOf, type Span, type Story } from "@fbp/dsl";
import { type Excerpt, excerptOf } from "./excerpt.ts";
import type { Finding } from "./finding.ts";
import { withoutKeysIn } from "./keys.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { printable, widthOf } from "./width.ts";

/** Columns of a source line that are shown where no terminal sets a limit. */
const PIPE_WIDTH = 160;

export interface TextStyle {
  readonly palette: Palette;
  /** Columns of the terminal, or null. */
  readonly columns: number | null;
}

/**
 * One finding for people: what is wrong, where, the line itself with the place marked, what to do,
 * and the places that have to do with it. Ends with a newline.
 */
export function renderText(found: Finding, style: TextStyle): string {
  const finding = withoutKeysIn(found);
  const { palette } = style;
  const places: Place[] = [{ span: finding.span, text: "", mark: "^" }];
  for (const related of finding.related) places.push({ span: related.span, text: related.text, mark: "-" });
  const gutter = Math.max(...places.map((place) => String(positionOf(place.span.source, place.span.end).line).length));
  const tone = palette[finding.severity];
  const out = [...headOf(finding, tone, style)];
  for (const [index, place] of places.entries()) {
    out.push(...renderPlace(place, gutter, style, index === 0 ? tone : palette.note));
    if (index === 0 && finding.hint !== undefined) {
      const [first = "", ...more] = hintLines(printable(finding.hint), gutter, style);
      out.push(`${" ".repeat(gutter)} ${palette.dim("=")} ${first}`);
      for (const line of more) out.push(`${" ".repeat(gutter)}   ${line}`);
    }
  }
  if (finding.story !== undefined) out.push(...renderStory(finding.story, gutter, palette));
  return `${out.join("\n")}\n`;
}

function headOf(finding: Finding, tone: (text: string) => string, { palette, columns }: TextStyle): readonly string[] {
  const head = `${finding.severity} ${finding.code}: `;
  const [first = "", ...more] = broken(head + printable(finding.text), columns);
  return [
    `${tone(finding.severity)} ${palette.strong(finding.code)}: ${palette.strong(first.slice(head.length))}`,
    ...more.map((line) => palette.strong(line)),
  ];
}

/** What does not fit has a line for each of its parts; a command in it stays in one piece, to be pasted. */
function hintLines(hint: string, gutter: number, { columns }: TextStyle): readonly string[] {
  const text = `hint: ${hint}`;
  const room = columns === null ? Number.POSITIVE_INFINITY : columns - gutter - 3;
  if (widthOf(text) <= room) return [text];
  return text.split(/(?<=;) /).flatMap((part) => (/\bfbp /.test(part) ? [part] : paragraph(part, room)));
}

/** On a terminal, at spaces. */
function broken(text: string, columns: number | null): readonly string[] {
  return columns === null ? [text] : paragraph(text, columns);
}

/** Numbered, then the scenario as it can be pasted. */
function renderStory({ steps, scenario }: Story, gutter: number, palette: Palette): string[] {
  const margin = " ".repeat(gutter);
  const width = String(steps.length).length;
  const told = steps.map((step, index) => {
    const number = String(index + 1).padStart(width);
    return `${margin} ${palette.dim("=")} ${palette.strong(number)} ${printable(step)}`;
  });
  if (scenario === null) return told;
  return [
    ...told,
    `${margin} ${palette.dim("=")} as a scenario:`,
    "",
    ...scenario.trimEnd().split("\n").map(printable),
  ];
}

interface Place {
  readonly span: Span;
  readonly text: string;
  readonly mark: string;
}

function renderPlace(place: Place, gutter: number, style: TextStyle, tone: (text: string) => string): string[] {
  const { palette } = style;
  const room = Math.max(40, (style.columns ?? PIPE_WIDTH) - gutter - 5);
  const excerpt: Excerpt = excerptOf(place.span, room, place.mark);
  const margin = " ".repeat(gutter);
  const label = place.text === "" ? "" : `: ${printable(place.text)}`;
  const out = [`${margin}${palette.dim("-->")} ${locationOf(place.span)}${label}`];
  if (isEmpty(excerpt)) return out;
  out.push(`${margin} ${palette.dim("|")}`);
  for (const line of excerpt) {
    if (line === null) {
      out.push(palette.dim("..."));
      continue;
    }
    out.push(`${palette.dim(`${String(line.number).padStart(gutter)} |`)}${line.text === "" ? "" : ` ${line.text}`}`);
    if (line.marks !== "") out.push(`${margin} ${palette.dim("|")} ${tone(line.marks)}`.trimEnd());
  }
  return out;
}

/** An empty file has nothing to show. */
function isEmpty(excerpt: Excerpt): boolean {
  return excerpt.every((line) => line === null || (line.text === "" && line.number === 1));
}

/** `chat.fbp:12:5`, which editors and terminals can follow. */
export function locationOf(place: Span): string {
  const { line, column } = positionOf(place.source, place.start);
  return `${printable(place.source.name)}:${line}:${column}`;
}
