import { expect, test } from "vitest";
import { FbpParser } from "./parser/parser.ts";
import { createLexer, LEXED } from "./tokens.ts";

test("the lexer's own definition is sound", () => {
  const lexer = createLexer({ validate: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

test("the grammar's own definition is sound", () => {
  expect(() => new FbpParser({ validate: true })).not.toThrow();
});

test("the lexer has a token for every character", () => {
  const lexer = createLexer({ validate: false });
  const lost: number[] = [];
  for (let code = 0; code <= 0xffff; code++) {
    const { errors } = lexer.tokenize(String.fromCharCode(code));
    if (errors.length > 0) lost.push(code);
  }
  expect(lost).toEqual([]);
});

test("each pattern names all characters that it may begin with", () => {
  for (const { name, PATTERN, START_CHARS_HINT } of LEXED) {
    if (!(PATTERN instanceof RegExp) || !Array.isArray(START_CHARS_HINT)) continue;
    // What is matched after a first character differs by pattern: one of these follows it in each.
    const followers = [
      "",
      "0",
      "a",
      "/",
      "/ /",
      "*",
      ".",
      "..",
      "-",
      ">",
      "->",
      "=",
      "==",
      "&",
      "|",
      "~",
      " '",
      "'",
      "`",
      '"',
      "\u201D",
    ];
    const hinted = new Set(START_CHARS_HINT);
    for (let code = 0; code < 256; code++) {
      const begins = followers.some((each) => new RegExp(PATTERN.source, "y").test(String.fromCharCode(code) + each));
      if (begins) expect(hinted, `${name} begins with ${code}`).toContain(code);
    }
  }
});
