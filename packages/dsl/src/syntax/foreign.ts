/**
 * Names with letters that are none here: accents, letters of another alphabet that look like ours, characters
 * that cannot be seen. Such a name is one mistake: it is reported once, and read as what was meant.
 */
import type { Report } from "../diagnostics/index.ts";
import { type Source, span } from "../source.ts";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";

/** Letters that are drawn as one of ours. The most common; every other one is named by its number all the same. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  [
    ["\u0430\u0435\u043E\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04BB\u0501\u051B\u051D", "aeopcyxijshdqw"],
    ["\u0410\u0412\u0415\u041A\u041C\u041D\u041E\u0420\u0421\u0422\u0425\u0406\u0408\u0405", "ABEKMHOPCTXIJS"],
    ["\u03BF\u03B1\u03B9\u03BA\u03BD\u03C1\u03C5\u03C7\u03B3", "oaikvpuxy"],
    ["\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7", "ABEZHIKMNOPTYX"],
    ["\u0131\u0142\u00F8\u00E6\u0153\u00DF\u0111", "iloaosd"],
  ].flatMap(([others = "", ours = ""]) => [...others].map((other, at): [string, string] => [other, ours.charAt(at)])),
);

/** A run of letters and digits of any alphabet, with what is between them that cannot be seen. */
const RUN = /[A-Za-z0-9_\p{L}\p{M}\p{N}\p{Cf}]+/uy;
const SIGNS = /[\p{L}\p{M}\p{N}\p{Cf}]/u;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The name as it was meant, in the letters that names have; null where that cannot be told. */
export function plainName(written: string): string | null {
  if (PLAIN.test(written)) return written;
  let plain = "";
  for (const character of written.normalize("NFKD")) {
    if (/[A-Za-z0-9_]/.test(character)) plain += character;
    else if (!/[\p{M}\p{Cf}]/u.test(character)) {
      const ours = LOOKALIKES.get(character);
      if (ours === undefined) return null;
      plain += ours;
    }
  }
  return PLAIN.test(plain) ? plain : null;
}

/**
 * Puts together what the lexer took apart at such characters, and reports each name once. The tokens that
 * remain have the image that was written; those in `odd` that belong to a name are left out of the result.
 */
export function joinForeign(source: Source, tokens: Token[], odd: readonly Token[], report: Report): readonly Token[] {
  let end = 0;
  return odd.filter((token) => {
    if (token.tokenType !== T.Unknown) return true;
    if (token.startOffset < end) return false;
    const run = runAround(source.text, token);
    if (run === null) return true;
    const meant = plainName(source.text.slice(run.start, run.end));
    if (meant === null) return true;
    end = run.end;
    const character = String.fromCodePoint(source.text.codePointAt(token.startOffset) ?? 0);
    report.add("FBP1038", span(source, run.start, run.end), {
      written: shown(character),
      looks: LOOKALIKES.get(character) ?? null,
      isSeen: !/\p{Cf}/u.test(character),
      meant,
    });
    put(source, tokens, token, run);
    return false;
  });
}

/** Where the name begins and ends that the character stands in; null where it stands in none. */
function runAround(text: string, token: Token): { readonly start: number; readonly end: number } | null {
  if (!SIGNS.test(String.fromCodePoint(text.codePointAt(token.startOffset) ?? 0))) return null;
  let start = token.startOffset;
  while (start > 0 && /[A-Za-z0-9_]/.test(text.charAt(start - 1))) start--;
  RUN.lastIndex = start;
  const [run = ""] = RUN.exec(text) ?? [];
  return { start, end: start + run.length };
}

/** One token in the place of those that lie in the run. */
function put(source: Source, tokens: Token[], odd: Token, run: { readonly start: number; readonly end: number }): void {
  let first = 0;
  while (first < tokens.length && (tokens[first]?.startOffset ?? 0) < run.start) first++;
  let last = first;
  while (last < tokens.length && (tokens[last]?.startOffset ?? 0) < run.end) last++;
  const [before = odd] = tokens.slice(first, last);
  const start = before.startOffset <= odd.startOffset ? before : odd;
  const image = source.text.slice(run.start, run.end);
  const token = { ...start, image, tokenType: T.Identifier, tokenTypeIdx: T.Identifier.tokenTypeIdx ?? 0 };
  tokens.splice(first, last - first, token);
}

/** A character as a message can show it: with its number, since it may look like another one. */
function shown(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /[\p{L}\p{N}]/u.test(character) ? `\`${character}\` (${number})` : number;
}
