import { expect, test } from "vitest";
import { keysHidden, keysTakenOut } from "./keys.ts";

test.each([
  ["sk-canary-0123456789", "sk-canary-0123456789"],
  ["there is no path `sk-canary-0123456789`", "sk-canary-0123456789"],
  ['"authorization": "Bearer abc.def"', "abc.def"],
  ["https://jo:secret@provider.example/v1", "https://jo:secret@provider.example/v1"],
  ["https://provider.example/v1?key=gsk_0123456789", "key=gsk_0123456789"],
  ['"message": "the key is\\nsk-canary-0123456789"', "sk-canary-0123456789"],
  [`the key ${"0a".repeat(16)} of a provider`, "0a".repeat(16)],
])("%s is shown without its key", (text, key) => {
  expect(keysTakenOut(text)).not.toContain(key);
  expect(keysTakenOut(text)).toContain("[redacted]");
  expect(keysHidden(text)).toBe(text.replace(key, "*".repeat(key.length)).padEnd(text.length));
});

test.each([
  `the digest is sha256-${"0a".repeat(32)}`,
  "https://provider.example/v1/chat/completions",
  "aFunctionWhoseNameIsLongerThanMostNamesAre",
  '"scheme": "Bearer", "env": "OPENAI_API_KEY"',
  "any transient -> primary_failed -> retry after 250ms..2s else fallback backup else fail",
])("%s is shown as it is", (text) => {
  expect([keysTakenOut(text), keysHidden(text)]).toEqual([text, text]);
});
