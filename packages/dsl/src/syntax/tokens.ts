/** The kinds of token, and the lexer's definition. */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { type KnownWord, WORDS } from "./words.ts";

export type Token = IToken;

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

/**
 * A pattern with the characters that it may begin with. Given those, that it spans no line, and the
 * flag `y`, chevrotain need not take the pattern apart, which is most of the cost of building a lexer.
 */
function pattern(expression: RegExp, starts: string | readonly number[]) {
  const codes = typeof starts === "string" ? [...starts].map((start) => start.charCodeAt(0)) : [...starts];
  return { pattern: new RegExp(expression.source, "y"), start_chars_hint: codes, line_breaks: false };
}

/** Any word: a known one or a name. */
export const Word = createToken({ name: "Word", pattern: Lexer.NA, label: "a name" });

/**
 * A word that means nothing to the grammar. The lexer also takes in what is no name but is meant as
 * one word, `llm-oncall`, `gpt-4.1-mini`: one look for every word, and the hyphen tells them apart.
 */
export const Identifier = createToken({
  name: "Identifier",
  categories: [Word],
  label: "a name",
  ...pattern(
    /[A-Za-z_][A-Za-z0-9_]*(?:(?:\.[0-9][A-Za-z0-9_]*)*-[A-Za-z0-9_]+(?:\.[0-9][A-Za-z0-9_]*)*(?:-[A-Za-z0-9_]+(?:\.[0-9][A-Za-z0-9_]*)*)*)?/,
    LETTERS,
  ),
});

/** `llm-oncall`, `gpt-4.1-mini` without its quotes. */
export const HyphenedWord = createToken({ name: "HyphenedWord", pattern: Lexer.NA });

export const Text = createToken({
  name: "Text",
  label: "a text in quotes",
  ...pattern(/"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/, '"'),
});

/**
 * A number with all that may belong to it: `8s`, `1h30m`, `50%`, `24k tokens`, `0.05 USD`, and the
 * units that people write but the language does not have, so that a message can name them. A unit
 * that stands apart must be on the line, and not itself be followed by a value: in
 * `attempts 3 tokens 24k` the word begins a setting.
 */
export const Amount = createToken({
  name: "Amount",
  label: "a number",
  ...pattern(
    /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?:[kM]?[ \t]+(?:%|(?:tokens?|calls?|probes?|bytes?|ms|s|secs?|seconds?|milliseconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|percent|[kKmMgG]i?[bB]|usd|eur|dollars?|euros?|cents?|(?!AND\b|NOT\b)[A-Z][A-Z][A-Z])\b)(?![ \t]*(?:[0-9":]|=(?!=)))|%|[A-Za-z_][A-Za-z0-9_]*)?/,
    `-${DIGITS}`,
  ),
});

function sign(name: string, written: string): TokenType {
  return createToken({ name, pattern: written, label: `\`${written}\``, line_breaks: false });
}

export const LCurly = sign("LCurly", "{");
export const RCurly = sign("RCurly", "}");
export const LParen = sign("LParen", "(");
export const RParen = sign("RParen", ")");
export const LSquare = sign("LSquare", "[");
export const RSquare = sign("RSquare", "]");
export const Comma = sign("Comma", ",");
export const Colon = sign("Colon", ":");
export const Pipe = sign("Pipe", "|");
export const DotDot = sign("DotDot", "..");
export const Dot = sign("Dot", ".");
export const Arrow = sign("Arrow", "->");
export const Assign = sign("Assign", "=");

/** `==`, `!=`, `<`, `<=`, `>`, `>=` */
export const Comparator = createToken({
  name: "Comparator",
  label: "a comparison",
  ...pattern(/==|!=|<=?|>=?/, "=!<>"),
});

/** Most of what stands between words; kept apart from line breaks, since it needs no counting of lines. */
export const Space = createToken({ name: "Space", pattern: /[ \t]+/, group: Lexer.SKIPPED, line_breaks: false });
export const LineBreak = createToken({
  name: "LineBreak",
  group: Lexer.SKIPPED,
  ...pattern(/[\r\n\f\uFEFF][ \t\r\n\f\uFEFF]*/, "\r\n\f\uFEFF"),
  line_breaks: true,
});

export const LineComment = createToken({ name: "LineComment", group: "comments", ...pattern(/\/\/[^\r\n]*/, "/") });

// What people write out of habit. Each is reported where it stands and then read as what was meant,
// or left out, so that it does not spoil the rest of the line.

/** A text that has no closing quote on its line. */
export const UnclosedText = createToken({
  name: "UnclosedText",
  ...pattern(/"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*\\?/, '"'),
});
/** `'single'`, `` `back-ticked` `` and typographic quotes. */
export const OddText = createToken({
  name: "OddText",
  ...pattern(
    /'(?:[^'\r\n]|'(?=[A-Za-z]))*'(?![A-Za-z])|'[^'\r\n]*'|`[^`\r\n]*`|[\u201C\u201D\u201E][^\u201C\u201D\u201E"\r\n]*[\u201C\u201D"]/,
    "'`\u201C\u201D\u201E",
  ),
});
export const Pattern = createToken({
  name: "Pattern",
  ...pattern(/\/(?![/*])[^/\\\r\n]*(?:\\[^\r\n][^/\\\r\n]*)*\/[a-z]*/, "/"),
});
export const OddOperator = createToken({
  name: "OddOperator",
  ...pattern(
    /&&|\|\||===|!==|<>|=~|!~|=<|[\u2264\u2265\u2260\u2227\u2228\u00AC]|&|!(?!=)/,
    "&|=!<\u00AC\u2227\u2228\u2260\u2264\u2265",
  ),
});
export const OddArrow = createToken({
  name: "OddArrow",
  ...pattern(/--+>|==*>|[-\u2013\u2014][ \t]*>|[\u2192\u21D2\u27F6]/, "-=\u2013\u2014\u2192\u21D2\u27F6"),
});
/** `$2.50`: a currency's sign before the number. */
export const SignedMoney = createToken({
  name: "SignedMoney",
  ...pattern(/[$\u00A3\u00A5\u20AC][0-9]+(?:\.[0-9]+)?/, "$\u00A3\u00A5\u20AC"),
});
export const Ellipsis = createToken({ name: "Ellipsis", ...pattern(/\.\.\.|\u2026/, ".\u2026") });
export const BlockComment = createToken({
  name: "BlockComment",
  group: "odd",
  ...pattern(/\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?/, "/"),
  line_breaks: true,
});
export const HashComment = createToken({ name: "HashComment", group: "odd", ...pattern(/#[^\r\n]*/, "#") });
export const Semicolon = createToken({ name: "Semicolon", pattern: ";", group: "odd", line_breaks: false });

/** Of each stretch of characters that the lexer tells apart beyond the first 256, one. */
const BEYOND = Array.from({ length: 257 }, (_, index) => Math.min(256 + 255 * index, 0xffff));

/** A run of characters that mean nothing, or one that means nothing alone. */
export const Unknown = createToken({
  name: "Unknown",
  group: "odd",
  ...pattern(/[^A-Za-z0-9_"{}()[\],:|.=<>!&;# \t\r\n\f\uFEFF'`$/-]+|['`$/&-]/, [
    ...Array.from({ length: 256 }, (_, code) => code).filter(
      (code) => !/[A-Za-z0-9_"{}()[\],:|.=<>!;# \t\r\n\f]/.test(String.fromCharCode(code)),
    ),
    ...BEYOND,
  ]),
});

/**
 * Lexer and parser number the types that they are given, and write the categories down; `createToken` would
 * do so for each word by itself, and each time go over all that are in the category already.
 */
const keywordOf = new Map<string, TokenType>(
  WORDS.map((word) => [word, { name: `${word}_word`, PATTERN: Lexer.NA, CATEGORIES: [Word], LABEL: `\`${word}\`` }]),
);

/** The token type of each known word. */
export const W = Object.fromEntries(keywordOf) as Readonly<Record<KnownWord, TokenType>>;

/** The type of a word as written; `Identifier` for one the grammar does not know. */
export function wordType(image: string): TokenType {
  return keywordOf.get(image) ?? (image.includes("-") ? HyphenedWord : Identifier);
}

/** Order matters: of two patterns that match at one place, the first wins. */
export const LEXED: readonly TokenType[] = [
  Space,
  LineBreak,
  Identifier,
  Amount,
  Text,
  UnclosedText,
  LCurly,
  RCurly,
  Arrow,
  Comma,
  LineComment,
  Ellipsis,
  DotDot,
  Dot,
  OddArrow,
  OddOperator,
  Comparator,
  Assign,
  LParen,
  RParen,
  LSquare,
  RSquare,
  Colon,
  Pipe,
  OddText,
  BlockComment,
  Pattern,
  SignedMoney,
  HashComment,
  Semicolon,
  Unknown,
];

/** What the parser may meet. */
export const VOCABULARY: readonly TokenType[] = [
  Word,
  Identifier,
  ...keywordOf.values(),
  Amount,
  Text,
  LCurly,
  RCurly,
  LParen,
  RParen,
  LSquare,
  RSquare,
  Comma,
  Colon,
  Pipe,
  DotDot,
  Dot,
  Arrow,
  Assign,
  Comparator,
];

/** Known words are told from names after lexing, by one look-up: no prefix of a name is ever taken for a word. */
export function createLexer(options: { readonly validate: boolean }): Lexer {
  return new Lexer([...LEXED, Word, ...keywordOf.values()], {
    ensureOptimizations: true,
    positionTracking: "onlyStart",
    skipValidations: !options.validate,
  });
}

/** The offset after the token's last character. */
export function endOf(token: Token): number {
  return token.startOffset + token.image.length;
}

/** Any word, known or not. */
export function isWord({ tokenType, image }: Token): boolean {
  if (tokenType === Identifier || keywordOf.get(image) === tokenType) return true;
  // A known word with a letter of another alphabet, and no sign that stands for one.
  return FOREIGN.test(image) && keywordOf.get(tokenType.name.slice(0, -"_word".length)) === tokenType;
}

const FOREIGN = /^[\p{L}_][\p{L}\p{M}\p{N}\p{Cf}_]*$/u;
