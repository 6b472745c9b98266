import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyWithoutKey, withoutPrompt } from "./redact.ts";

describe("what an answer repeats of the prompt", () => {
  const prompt = [
    { role: "system", content: "You are a helpful bank." },
    { role: "user", content: [{ type: "text", text: 'My "PIN" is\n1234, please' }] },
    { role: "tool", tool_call_id: "call_0123456789", content: "short one" },
  ];

  test.each([
    ["as it stands", 'He said: My "PIN" is\n1234, please. Ok?', "He said: [redacted]. Ok?"],
    ["as JSON has it", '{"e":"My \\"PIN\\" is\\n1234, please"}', '{"e":"[redacted]"}'],
    ["more than once", "You are a helpful bank. You are a helpful bank.", "[redacted] [redacted]"],
  ])("is taken out, %s", (_name, text, left) => {
    expect(withoutPrompt(text, prompt)).toBe(left);
  });

  test("short texts and names are left, or no sample would tell anything", () => {
    const text = '{"tool_call_id":"call_0123456789","content":"short one"}';
    expect(withoutPrompt(text, prompt)).toBe(text);
  });

  test("a text that holds another goes as a whole", () => {
    const twice = [{ content: "the whole secret" }, { content: "this is the whole secret of it" }];
    expect(withoutPrompt("x this is the whole secret of it", twice)).toBe("x [redacted]");
  });

  test("of a long text its beginning is enough, and what follows is left", () => {
    const long = Array.from({ length: 100 }, (_, nth) => `line ${nth} of "it"`).join("\n");
    const part = long.slice(0, 500);
    expect(withoutPrompt(`a ${part}! ${part}`, [{ content: long }])).toBe("a [redacted]! [redacted]");
    expect(withoutPrompt(JSON.stringify({ echo: part }), [{ content: long }])).toBe('{"echo":"[redacted]"}');
  });

  test("a prompt of many long texts costs no more than the answer is long", () => {
    const many = Array.from({ length: 5_000 }, (_, nth) => ({ content: `${nth} `.repeat(5_000) }));
    expect(withoutPrompt("0 ".repeat(16_000), many)).toContain("0 0 0");
  });

  test("an answer that is shorter than any text that is looked for stays as it is, also an empty one", () => {
    for (const text of ["", "Y", "You are"]) expect(withoutPrompt(text, prompt)).toBe(text);
  });

  test.each([undefined, null, 7, "", [], {}])("no prompt (%j) takes nothing out", (none) => {
    expect(withoutPrompt("an answer of some length", none)).toBe("an answer of some length");
  });
});

describe("the service's own key in a body", () => {
  const keys = fc
    .string({ unit: fc.constantFrom(...'abcXYZ0189-_.+/="\\$&'), minLength: 8, maxLength: 40 })
    .filter((key) => !"[redacted]".includes(key));

  test("is taken out, however its JSON is written, also where the body breaks off", () => {
    fc.assert(
      fc.property(keys, fc.boolean(), fc.nat(6), (key, slashes, rest) => {
        const json = JSON.stringify({ error: { message: `bad key: ${key}, sorry` } });
        const body = slashes ? json.replaceAll("/", "\\/") : json;
        const left = bodyWithoutKey(body.slice(0, body.length - rest), key);
        expect(left).toContain("[redacted]");
        expect(left.replaceAll("\\", "")).not.toContain(key.replaceAll("\\", ""));
      }),
    );
  });

  test("a short one is a placeholder, and stays", () => {
    expect(bodyWithoutKey("ollama", "ollama")).toBe("ollama");
    expect(bodyWithoutKey("no key here", null)).toBe("no key here");
  });
});
