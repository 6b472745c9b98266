import { expect, test } from "vitest";
import { FbpParser } from "./parser/parser.ts";
import { createLexer } from "./tokens.ts";

test("the lexer's own definition is sound", () => {
  const lexer = createLexer({ validate: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

test("the grammar's own definition is sound", () => {
  expect(() => new FbpParser({ validate: true })).not.toThrow();
});
