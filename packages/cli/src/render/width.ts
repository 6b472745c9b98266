/**
 * How many columns text takes on a terminal, and text made safe to print there. Only what a policy
 * file can hold matters: no escape sequence is ever measured, because none is ever passed on.
 */

/**
 * Texts whose every unit is a letter of its own, one column wide: ASCII, Latin, and the dashes, quotes and arrows
 * that fbp itself writes. For anything else `Intl.Segmenter` is asked, which takes as long to load as a check.
 */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193]*$/;
const ZERO = /^[\p{Mark}\p{Cf}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F/u;

/** Ranges of code points that East Asian Width (UAX 11) calls wide or fullwidth, both ends included. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

let segmenter: Intl.Segmenter | undefined;

/** The text's grapheme clusters, each with the columns that its printable form takes. */
export function* clusters(text: string): Generator<{ readonly text: string; readonly width: number }> {
  if (PLAIN.test(text)) {
    for (const letter of text) yield { text: letter, width: 1 };
    return;
  }
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield { text: segment, width: clusterWidth(printable(segment)) };
}

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += cluster.width;
  return width;
}

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO.test(cluster)) return 0;
  if (EMOJI.test(cluster)) return 2;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/**
 * Replaces what could steer a terminal or reorder a line: control characters by their pictures, C1
 * controls, line separators and bidirectional overrides by U+FFFD. The length in UTF-16 units stays.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (unit) => {
    const code = unit.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** As `printable`, but keeps line ends: for text of several lines that fbp itself wrote. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
