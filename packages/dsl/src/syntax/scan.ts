/** Text to tokens: lexing, known words told from names, and what people write out of habit put right. */
import type { Lexer, TokenType } from "chevrotain";
import type { Report } from "../diagnostics/index.ts";
import { type Source, type Span, span } from "../source.ts";
import { type Docs, docsOf } from "./docs.ts";
import { joinForeign, plainName } from "./foreign.ts";
import { LIMITS } from "./limits.ts";
import { SIGNS } from "./quantity.ts";
import { readText } from "./text.ts";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";
import type { Comment } from "./tree.ts";

export interface Scan {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly docs: Docs;
  /** Places where a further error would have a cause that was reported. */
  readonly muted: readonly Span[];
}

let lexer: Lexer | undefined;

/** The lexer is built at the first call. */
export function scan(source: Source, report: Report): Scan {
  lexer ??= T.createLexer({ validate: false });
  // There is a token for everything that can stand in a text: the lexer itself reports nothing.
  const result = lexer.tokenize(source.text);
  if (result.tokens.length > LIMITS.tokens) return { tokens: result.tokens, comments: [], docs: new Map(), muted: [] };
  const comments = (result.groups.comments ?? []).map((token) => comment(source, token));
  const muted: Span[] = [];
  for (const token of joinForeign(source, result.tokens, result.groups.odd ?? [], report)) {
    if (isOfBareText(source, token)) continue;
    if (token.tokenType === T.Unknown) muted.push(unknownCharacter(source, token, report));
    else if (token.tokenType === T.Semicolon && HOOK.test(source.text.slice(T.endOf(token)))) {
      report.add("FBP1026", placeOf(source, token), { written: ";", meant: "," });
      muted.push(untilNext(source, token));
    } else oddTrivia(source, token, report);
  }
  for (const [index, token] of result.tokens.entries()) {
    if (token.tokenType === T.UnclosedText) muted.push(lineOf(source, token));
    settle(source, token, result.tokens[index + 1], report);
  }
  return { tokens: result.tokens, comments, docs: docsOf(source, comments), muted };
}

function comment(source: Source, token: Token): Comment {
  const doc = token.image.startsWith("///") && !token.image.startsWith("////");
  const text = token.image.slice(doc ? 3 : 2).trimEnd();
  return { span: span(source, token.startOffset, T.endOf(token)), doc, text };
}

/** `fail; page "llm-oncall"` */
const HOOK = /^[ \t]*(?:page|notify)\b/;

/** A slash inside of `./shared.fbp` or `meta/llama-70b` without quotes: the parser tells that these are missing. */
function isOfBareText({ text }: Source, { image, startOffset }: Token): boolean {
  return (
    image.startsWith("/") && /[A-Za-z_.]/.test(text.charAt(startOffset - 1)) && /^\/\w/.test(text.slice(startOffset))
  );
}

/** Nearly every name. */
const ASCII = /^[ -~]*$/;

/** Gives a token its type for the parser; reports one that the language does not have. */
function settle(source: Source, token: Token, next: Token | undefined, report: Report): void {
  switch (token.tokenType) {
    case T.Identifier:
      retype(token, T.wordType(ASCII.test(token.image) ? token.image : (plainName(token.image) ?? token.image)));
      return;
    case T.Text: {
      const { wrong } = readText(token.image);
      if (wrong === null) return;
      const start = token.startOffset + wrong.at;
      const place = span(source, start, start + wrong.length);
      report.add("FBP1008", place, { written: source.text.slice(place.start, place.end) });
      return;
    }
    case T.UnclosedText:
      report.add("FBP1006", placeOf(source, token), {});
      retype(token, T.Text);
      return;
    case T.OddText:
      report.add("FBP1007", placeOf(source, token), { quoted: JSON.stringify(token.image.slice(1, -1)) });
      retype(token, T.Text);
      return;
    case T.Pattern:
      if (!isOfBareText(source, token)) report.add("FBP1019", placeOf(source, token), {});
      retype(token, T.Text);
      return;
    case T.OddOperator:
      oddOperator(source, token, next, report);
      return;
    case T.SignedMoney: {
      const number = token.image.slice(1);
      const meant = `${number} ${SIGNS[token.image.charAt(0)]}`;
      report.add("FBP1026", placeOf(source, token), { written: token.image, meant });
      retype(token, T.Amount);
      return;
    }
    case T.OddArrow:
      report.add("FBP1020", placeOf(source, token), { written: token.image });
      retype(token, T.Arrow);
      return;
    case T.Ellipsis:
      report.add("FBP1010", placeOf(source, token), { written: token.image, meant: ".." });
      retype(token, T.DotDot);
      return;
  }
}

const OPERATORS: ReadonlyMap<string, readonly [meant: string, type: TokenType]> = new Map([
  ["&&", ["and", T.W.and]],
  ["&", ["and", T.W.and]],
  ["\u2227", ["and", T.W.and]],
  ["||", ["or", T.W.or]],
  ["\u2228", ["or", T.W.or]],
  ["!", ["not", T.W.not]],
  ["\u00AC", ["not", T.W.not]],
  ["===", ["==", T.Comparator]],
  ["=~", ["==", T.Comparator]],
  ["!==", ["!=", T.Comparator]],
  ["!~", ["!=", T.Comparator]],
  ["<>", ["!=", T.Comparator]],
  ["\u2260", ["!=", T.Comparator]],
  ["=<", ["<=", T.Comparator]],
  ["\u2264", ["<=", T.Comparator]],
  ["\u2265", [">=", T.Comparator]],
]);

function oddOperator(source: Source, token: Token, next: Token | undefined, report: Report): void {
  const [meant, type] = OPERATORS.get(token.image) ?? [token.image, T.Comparator];
  retype(token, type);
  // `=~ /…/` is one mistake: the message about the pattern says it.
  if (next?.tokenType !== T.Pattern) report.add("FBP1010", placeOf(source, token), { written: token.image, meant });
}

function oddTrivia(source: Source, token: Token, report: Report): void {
  if (token.tokenType === T.Semicolon) report.add("FBP1013", placeOf(source, token), { sign: ";" });
  else {
    const mark = token.tokenType === T.HashComment ? "#" : "/*";
    report.add("FBP1012", span(source, token.startOffset, token.startOffset + mark.length), { mark });
  }
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ["'", 'texts stand in double quotes: `"…"`'],
  ["`", 'texts stand in double quotes: `"…"`'],
  ["\u201C", 'texts stand in straight double quotes: `"…"`'],
  ["\u201D", 'texts stand in straight double quotes: `"…"`'],
  ["-", "names are letters, digits and `_`; the arrow of a rule is `->`; there is no arithmetic"],
  ["+", "there is no arithmetic"],
  ["*", "there is no arithmetic; `otherwise` stands for every other signal, and `[0]` for the first of a list"],
  ["/", "comments begin with `//`; a rate is written `10 per second`"],
  ["\u2013", "the arrow of a rule is `->`"],
  ["\u2014", "the arrow of a rule is `->`"],
  ["$", "the money of a budget is written `0.05 USD`; names are letters, digits and `_`"],
  ["\u20AC", "money is written with the currency's letters: `0.05 EUR`"],
  ["\u00A0", "this is a space that does not break; write a plain space"],
]);

/** The line of a text that is not closed: a quote that is one too many upsets all of it. */
function lineOf(source: Source, token: Token): Span {
  const column = token.startColumn ?? 1;
  return span(source, token.startOffset - column + 1, T.endOf(token));
}

/** One message for a run of characters that no token begins with. Gives the place where what follows is their consequence. */
function unknownCharacter(source: Source, token: Token, report: Report): Span {
  const first = String.fromCodePoint(source.text.codePointAt(token.startOffset) ?? 0);
  const letter = /\p{L}/u.test(first)
    ? "names are letters from a to z, digits and `_`; other letters stand in texts"
    : undefined;
  // Digits and signs of twice the width, as some keyboards write them.
  const plain = first.normalize("NFKD");
  const narrow = /^[!-~]$/.test(plain) ? `write \`${plain}\`` : undefined;
  const hint = HINTS.get(first) ?? narrow ?? letter;
  report.add("FBP1009", placeOf(source, token), { character: shown(first), hint });
  return untilNext(source, token);
}

/** To where the next word on the line begins. */
function untilNext(source: Source, token: Token): Span {
  let next = T.endOf(token);
  while (source.text[next] === " " || source.text[next] === "\t") next++;
  return span(source, token.startOffset, next);
}

/** A character as a message can show it; one that does not print is shown by its number. */
function shown(character: string): string {
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return `\`${character}\``;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export function retype(token: Token, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? token.tokenTypeIdx;
}

function placeOf(source: Source, token: Token) {
  return span(source, token.startOffset, T.endOf(token));
}
