import { Report, textOf } from "@fbp/dsl";
import { describe, expect, test } from "vitest";
import { readStructured } from "./structured.ts";

async function read(text: string) {
  const report = new Report();
  const document = await readStructured({ name: "a.yaml", text }, report);
  return {
    document,
    messages: report.diagnostics.map(({ code, text: said, span }) => `${code} ${said} @ ${textOf(span)}`),
  };
}

test("JSON and YAML give the same values", async () => {
  const json = await read('{ "a": [1, "200", null], "on": true }');
  const yaml = await read('a:\n  - 1\n  - "200"\n  - null\non: true\n');
  expect(yaml.document?.value).toEqual(json.document?.value);
});

test("numbers as keys are names, and merged maps are whole", async () => {
  const { document } = await read("base: &base { a: 1 }\nresponses:\n  200:\n    <<: *base\n    b: 2\n");
  expect(document?.value).toMatchObject({ responses: { "200": { a: 1, b: 2 } } });
});

describe("places", () => {
  const json = '{ "paths": { "/v1/chat~x": { "post": ["a", { "b": 1 }] } } }';
  const yaml = "paths:\n  /v1/chat~x:\n    post:\n      - a\n      - b: 1\n";

  test.each([
    ["JSON", json],
    ["YAML", yaml],
  ])("in %s", async (_, text) => {
    const { document } = await read(text);
    const at = (pointer: string) => {
      const place = document?.spanOf(pointer);
      return place === undefined ? "" : textOf(place).replaceAll('"', "");
    };
    expect(at("/paths")).toBe("paths");
    expect(at("/paths/~1v1~1chat~0x/post")).toBe("post");
    expect(at("/paths/~1v1~1chat~0x/post/0")).toBe("a");
    expect(at("/paths/~1v1~1chat~0x/post/1/b")).toBe("1");
    // Of what is not there the nearest around it.
    expect(at("/paths/~1v1~1chat~0x/get")).toBe("/v1/chat~x");
    expect(at("/servers")).toBe("");
  });

  test("through an alias, in what it stands for", async () => {
    const { document } = await read("a: &a { b: 1 }\nc: *a\n");
    const place = document?.spanOf("/c/b");
    expect(place === undefined ? "" : textOf(place)).toBe("1");
  });
});

test.each<[string, string, RegExp]>([
  ["a text that does not end", 'a: "b', /^FBP3359 this is neither JSON nor YAML: [^A-Z].*[^.] @ /],
  ["a key twice", "a: 1\na: 2\n", /^FBP3359 this is neither JSON nor YAML: map keys must be unique @ /],
  ["more than one document", "a: 1\n---\nb: 2\n", /^FBP3359 this is neither JSON nor YAML: [^A-Z]/],
  ["JSON with a slip", '{ "a": 1, ', /^FBP3359 this is neither JSON nor YAML: [^A-Z]/],
])("%s is told at its place", async (_, text, message) => {
  const { document, messages } = await read(text);
  expect(document).toBeNull();
  expect(messages[0]).toMatch(message);
});

test("aliases of aliases without end are no document", async () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
  }
  const { document, messages } = await read(lines.join("\n"));
  expect(document).toBeNull();
  expect(messages).toEqual(["FBP3360 this document holds too many aliases, or aliases of themselves @ "]);
});
