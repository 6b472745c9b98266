/** The kinds of token, and the lexer's definition. */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { type KnownWord, WORDS } from "./words.ts";

export type Token = IToken;

/** Any word: a known one or a name. */
export const Word = createToken({ name: "Word", pattern: Lexer.NA, label: "a name" });

/**
 * A word that means nothing to the grammar. The lexer also takes in what is no name but is meant as
 * one word, `llm-oncall`, `gpt-4.1-mini`: one look for every word, and the hyphen tells them apart.
 */
export const Identifier = createToken({
  name: "Identifier",
  pattern:
    /[A-Za-z_][A-Za-z0-9_]*(?:(?:\.[0-9][A-Za-z0-9_]*)*-[A-Za-z0-9_]+(?:\.[0-9][A-Za-z0-9_]*)*(?:-[A-Za-z0-9_]+(?:\.[0-9][A-Za-z0-9_]*)*)*)?/,
  categories: [Word],
  label: "a name",
});

/** `llm-oncall`, `gpt-4.1-mini` without its quotes. */
export const HyphenedWord = createToken({ name: "HyphenedWord", pattern: Lexer.NA });

export const Text = createToken({
  name: "Text",
  pattern: /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/,
  label: "a text in quotes",
});

/**
 * A number with all that may belong to it: `8s`, `1h30m`, `50%`, `24k tokens`, `0.05 USD`, and the
 * units that people write but the language does not have, so that a message can name them. A unit
 * that stands apart must be on the line, and not itself be followed by a value: in
 * `attempts 3 tokens 24k` the word begins a setting.
 */
export const Amount = createToken({
  name: "Amount",
  pattern:
    /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?:[kM]?[ \t]+(?:%|(?:tokens?|calls?|probes?|bytes?|ms|s|secs?|seconds?|milliseconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|percent|[kKmMgG]i?[bB]|usd|eur|dollars?|euros?|cents?|(?!AND\b|NOT\b)[A-Z][A-Z][A-Z])\b)(?![ \t]*(?:[0-9":]|=(?!=)))|%|[A-Za-z_][A-Za-z0-9_]*)?/,
  label: "a number",
});

export const LCurly = createToken({ name: "LCurly", pattern: "{", label: "`{`" });
export const RCurly = createToken({ name: "RCurly", pattern: "}", label: "`}`" });
export const LParen = createToken({ name: "LParen", pattern: "(", label: "`(`" });
export const RParen = createToken({ name: "RParen", pattern: ")", label: "`)`" });
export const LSquare = createToken({ name: "LSquare", pattern: "[", label: "`[`" });
export const RSquare = createToken({ name: "RSquare", pattern: "]", label: "`]`" });
export const Comma = createToken({ name: "Comma", pattern: ",", label: "`,`" });
export const Colon = createToken({ name: "Colon", pattern: ":", label: "`:`" });
export const Pipe = createToken({ name: "Pipe", pattern: "|", label: "`|`" });
export const DotDot = createToken({ name: "DotDot", pattern: "..", label: "`..`" });
export const Dot = createToken({ name: "Dot", pattern: ".", label: "`.`" });
export const Arrow = createToken({ name: "Arrow", pattern: "->", label: "`->`" });
export const Assign = createToken({ name: "Assign", pattern: "=", label: "`=`" });

/** `==`, `!=`, `<`, `<=`, `>`, `>=` */
export const Comparator = createToken({ name: "Comparator", pattern: /==|!=|<=?|>=?/, label: "a comparison" });

/** Most of what stands between words; kept apart from line breaks, since it needs no counting of lines. */
export const Space = createToken({ name: "Space", pattern: /[ \t]+/, group: Lexer.SKIPPED });
export const LineBreak = createToken({
  name: "LineBreak",
  pattern: /[\r\n\f\uFEFF][ \t\r\n\f\uFEFF]*/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});

export const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\r\n]*/, group: "comments" });

// What people write out of habit. Each is reported where it stands and then read as what was meant,
// or left out, so that it does not spoil the rest of the line.

/** A text that has no closing quote on its line. */
export const UnclosedText = createToken({ name: "UnclosedText", pattern: /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*\\?/ });
/** `'single'`, `` `back-ticked` `` and typographic quotes. */
export const OddText = createToken({
  name: "OddText",
  pattern: /'[^'\r\n]*'|`[^`\r\n]*`|[\u201C\u201D\u201E][^\u201C\u201D\u201E"\r\n]*[\u201C\u201D"]/,
});
export const Pattern = createToken({
  name: "Pattern",
  pattern: /\/(?![/*])[^/\\\r\n]*(?:\\[^\r\n][^/\\\r\n]*)*\/[a-z]*/,
});
export const OddOperator = createToken({
  name: "OddOperator",
  pattern: /&&|\|\||===|!==|<>|=~|!~|=<|[\u2264\u2265\u2260\u2227\u2228\u00AC]|&|!(?!=)/,
});
export const OddArrow = createToken({ name: "OddArrow", pattern: /--+>|==*>|[\u2192\u21D2\u27F6]/ });
/** `$2.50`: a currency's sign before the number. */
export const SignedMoney = createToken({
  name: "SignedMoney",
  pattern: /[$\u00A3\u00A5\u20AC][0-9]+(?:\.[0-9]+)?/,
});
export const Ellipsis = createToken({ name: "Ellipsis", pattern: /\.\.\.|\u2026/ });
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?/,
  group: "odd",
  line_breaks: true,
});
export const HashComment = createToken({ name: "HashComment", pattern: /#[^\r\n]*/, group: "odd" });
export const Semicolon = createToken({ name: "Semicolon", pattern: ";", group: "odd" });

const keywordOf = new Map<string, TokenType>(
  WORDS.map((word) => [
    word,
    createToken({ name: `${word}_word`, pattern: Lexer.NA, categories: [Word], label: `\`${word}\`` }),
  ]),
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
  return new Lexer([...LEXED], {
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
export function isWord(token: Token): boolean {
  return token.tokenType === Identifier || keywordOf.get(token.image) === token.tokenType;
}
