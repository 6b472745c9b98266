import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textOf } from "../source.ts";
import { brief, load, loadShipped, localWith, textOfShipped } from "./testing/shipped.ts";

const found = (patch: unknown) => load(localWith(patch)).diagnostics.map(brief);

describe("every problem has its code and its place", () => {
  test.each<[patch: unknown, ...found: string[]]>([
    [{ endpint: {} }, 'FBP3010 @ "endpint"'],
    [{ endpoint: { baseUrl: 7 } }, "FBP3012 @ 7"],
    [{ endpoint: { baseUrl: "" } }, 'FBP3012 @ ""'],
    [{ endpoint: null }, "FBP3011 @ {"],
    [{ endpoint: { path: null } }, 'FBP3011 @ "endpoint"'],
    [{ auth: { env: 7 } }, "FBP3012 @ 7"],
    [{ fbp: "1" }, 'FBP3012 @ "1"'],
    [{ fbp: 3, endpoint: { path: "x" } }, "FBP3014 @ 3", 'FBP3021 @ "x"'],
    [{ name: "x".repeat(5000) }, `FBP3012 @ "${"x".repeat(5000)}"`],
    [{ request: { schema: "object" } }, 'FBP3012 @ "object"'],
    [{ response: { answer: [] } }, 'FBP3012 @ "answer"'],
    [{ response: { answer: [7] } }, "FBP3012 @ 7"],
    [{ errors: { conditions: [{ signal: "x", status: [true] }] } }, "FBP3012 @ true"],
    [{ limits: { charges: { aborted: "mybe" } } }, 'FBP3013 @ "mybe"'],
    [{ limits: { headers: { "retry-after": { retryHint: "second" } } } }, 'FBP3013 @ "second"'],
    [{ limits: { headers: { "re try": {} } } }, 'FBP3023 @ "re try"'],
    [{ limits: { verification: { validDays: 0 } } }, "FBP3012 @ 0"],
    [{ limits: { verification: { validDays: 1.5 } } }, "FBP3012 @ 1.5"],
    [{ limits: { verification: { day: "2026-02-30" } } }, 'FBP3051 @ "2026-02-30"'],
    [{ limits: { verification: { source: [], day: null } } }, 'FBP3050 @ "verified"'],
    [{ endpoint: { headers: { authorization: "x" } } }, 'FBP3026 @ "authorization"'],
    [{ endpoint: { headers: { "X-Api-Key": "x" } } }, 'FBP3026 @ "X-Api-Key"'],
    [{ auth: { header: "x-mine" }, endpoint: { headers: { "X-Mine": "x" } } }, 'FBP3026 @ "X-Mine"'],
    [{ endpoint: { headers: { "x-a": "a\r\nb: c" } } }, 'FBP3024 @ "a\\r\\nb: c"'],
    [{ auth: { scheme: "Bea\nrer" } }, 'FBP3024 @ "Bea\\nrer"'],
    [{ response: { answer: ["/choices/0/message/contnt"] } }, 'FBP3028 @ "/choices/0/message/contnt"'],
    [{ request: { model: "modl" } }, 'FBP3028 @ "modl"'],
    [{ response: { finishReason: "/choices/~2" } }, 'FBP3027 @ "/choices/~2"'],
    [{ $defs: { x: { items: [{}] } } }, 'FBP3043 @ "items"'],
    [{ $defs: { x: { properties: { y: { required: true } } } } }, "FBP3043 @ true"],
    [{ $defs: { x: { pattern: "(" } } }, 'FBP3043 @ "("'],
    [{ $defs: { x: { patternProperties: { "(": {} } } } }, 'FBP3043 @ "patternProperties"'],
    [
      { $defs: { x: { $schema: "http://json-schema.org/draft-07/schema#" } } },
      'FBP3043 @ "http://json-schema.org/draft-07/schema#"',
    ],
    [{ $defs: { x: { $ref: "#anchor" } } }, 'FBP3040 @ "#anchor"'],
    [{ $defs: { x: { $ref: "#/name" } } }, 'FBP3040 @ "#/name"'],
    [{ $defs: { x: { allOf: [{ anyOf: [{ $ref: "#/$defs/x" }] }] } } }, 'FBP3041 @ "#/$defs/x"'],
    [{ $defs: { x: { const: { $ref: "nowhere" }, enum: [{ $ref: "nowhere" }] } } }],
    [{ $defs: { x: { properties: { $ref: { type: "string" }, nullable: {} } } } }],
    [{ $defs: { x: { items: { $ref: "#/$defs/x" } } } }],
    [{ auth: { env: null } }, 'FBP3011 @ "auth"'],
    [{ errors: { conditions: [] } }],
    [{ errors: { conditions: [{ signal: "of_the_policy", status: [418] }] } }],
    [{ limits: { prices: { "model-a": { currency: "USD", input: 2.5, output: 10 } } } }],
  ])("%j", (patch, ...briefs) => {
    expect(found(patch)).toEqual(briefs);
  });
});

test("all problems are told in one run", () => {
  const patch = {
    endpoint: { baseUrl: "http://api.example.com", path: "x", extra: 1 },
    auth: { env: "lower case" },
    response: { cutReasons: 7, schema: { $ref: "#/$defs/non" } },
    limits: { verification: { validDays: null } },
  };
  expect(
    found(patch)
      .map((one) => one.slice(0, 7))
      .sort(),
  ).toEqual(["FBP3010", "FBP3012", "FBP3020", "FBP3021", "FBP3022", "FBP3040", "FBP3050"].sort());
});

describe("addresses", () => {
  const base = (baseUrl: string) => load(localWith({ endpoint: { baseUrl } })).loaded !== null;
  const path = (text: string) => load(localWith({ endpoint: { path: text } })).loaded !== null;

  test.each([
    "https://api.example.com",
    "https://api.example.com:8443/openai",
    "http://localhost:4010",
    "http://127.0.0.1",
    "http://[::1]:4010",
  ])("%s is one", (text) => expect(base(text)).toBe(true));

  test.each([
    "api.example.com",
    "http://api.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://0x7f.1@example.com",
    "https://user:secret@api.example.com",
    "https://api.example.com/",
    "https://api.example.com?key=1",
    "https://api.example.com?",
    "https://api.example.com#x",
    "https://api.example.com\n",
    " https://api.example.com",
    "https:\\\\api.example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "ftp://example.com",
    "https://",
  ])("%j is none", (text) => expect(base(text)).toBe(false));

  test.each(["/v1/chat/completions", "/", "/openai/deployments/x%20y/chat"])("%s is a path", (text) =>
    expect(path(text)).toBe(true),
  );

  test.each([
    "v1",
    "//evil.example.com",
    "/v1?x=1",
    "/v1#x",
    "/a/../b",
    "/a/%2e%2E/b",
    "/a b",
    "/é",
    "/a\\b",
    "/a\r\nx: y",
  ])("%j is none", (text) => expect(path(text)).toBe(false));
});

describe("secrets", () => {
  // Put together here, so that no scanner takes this file for a leak.
  const long = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6";
  test.each([
    ["sk", "proj", long].join("-"),
    ["xai", long].join("-"),
    `gsk_${long}`,
    `AIza${long}`,
    `AKIA${long.toUpperCase().slice(0, 16)}`,
    `ghp_${long}`,
    `eyJ${long}.${long}.`,
    `Authorization: Bearer ${long}`,
    `text before sk-${long} and after`,
    "-----BEGIN RSA PRIVATE KEY-----",
  ])("%s is found wherever it stands, and never repeated", (secret) => {
    for (const patch of [
      { title: secret },
      { auth: { scheme: secret } },
      { limits: { headers: { "x-a": { description: secret } } } },
      { $defs: { x: { examples: [{ deep: [secret] }] } } },
      { $defs: { x: { properties: { [secret]: {} } } } },
    ]) {
      const { diagnostics } = load(localWith(patch));
      expect(diagnostics.map(({ code }) => code)).toContain("FBP3025");
      for (const { text, hint, related } of diagnostics)
        expect(JSON.stringify([text, hint, related])).not.toContain(long);
    }
  });

  test.each([
    "a task-force of long-named-people-here",
    "sk-short",
    `sha256-${"0".repeat(64)}`,
    "the Bearer scheme",
    "risk-assessment-of-providers",
  ])("%s is none", (title) => expect(load(localWith({ title })).diagnostics).toEqual([]));

  test("the variable's name is not repeated: it may be the key", () => {
    const [first] = load(localWith({ auth: { env: "my-secret-key" } })).diagnostics;
    expect(first?.code).toBe("FBP3022");
    expect(`${first?.text} ${first?.hint}`).not.toContain("my-secret-key");
  });
});

describe("what was loaded", () => {
  const loaded = loadShipped("local");

  test("has types for the request, the response and the error", () => {
    expect([loaded.request, loaded.response, loaded.error].map(({ kind }) => kind)).toEqual([
      "object",
      "object",
      "object",
    ]);
  });

  test("finds places in its text", () => {
    expect(textOf(loaded.spanOf("/errors/conditions/0/signal"))).toBe('"quota_exhausted"');
    expect(textOf(loaded.spanOf("/response/schema/properties/choices"))).toBe('"choices"');
  });

  test("is the document itself, unchanged", () => {
    expect(loaded.contract).toBe(loaded.root);
    expect(loaded.root).toEqual(JSON.parse(textOfShipped("local")));
  });
});

describe("whatever the text", () => {
  const text = textOfShipped("local");

  test.each([
    "[]",
    "7",
    "null",
    '"text"',
    "{}",
    '{"__proto__": {}}',
    '{"$defs": []}',
    '{"errors": {"conditions": {"0": 7}}}',
  ])("%s is refused with a message", (odd) => {
    const { loaded, diagnostics } = load(odd);
    expect(loaded).toBeNull();
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test("a contract with any one value replaced is loaded, or refused with a message inside of its text", () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("#", "#/$defs/usage", "/", "", 0, -1, Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.nat(), values, (pick, value) => {
        const changed = JSON.stringify(replaceNth(JSON.parse(text), pick, value));
        const { loaded, diagnostics } = load(changed);
        expect(loaded === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
        for (const { span, text: words } of diagnostics) {
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(changed.length);
          expect(words).not.toMatch(/undefined|NaN|\[object/u);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("many references in a row end with an answer", () => {
    const chain = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`d${n}`, { $ref: `#/$defs/d${n + 1}` }]));
    expect(
      load(localWith({ $defs: { ...chain, d5000: { $ref: "#/$defs/d0" } } })).diagnostics.map(({ code }) => code),
    ).toEqual(["FBP3041"]);
  });

  test("so many schemas and no more", () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`p${n}`, true]));
    expect(load(localWith({ $defs: { x: { properties: many } } })).diagnostics.map(({ code }) => code)).toEqual([
      "FBP3046",
    ]);
  });
});

/** The `n`-th value of a document, counted in reading order and around, replaced. */
function replaceNth(root: unknown, n: number, value: unknown): unknown {
  const places: (readonly string[])[] = [];
  const visit = (here: unknown, path: readonly string[]): void => {
    places.push(path);
    if (typeof here === "object" && here !== null)
      for (const [key, held] of Object.entries(here)) visit(held, [...path, key]);
  };
  visit(root, []);
  const set = (here: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return value;
    if (Array.isArray(here))
      return here.map((held: unknown, index) => (String(index) === key ? set(held, rest) : held));
    return { ...(here as object), [key]: set((here as Readonly<Record<string, unknown>>)[key], rest) };
  };
  return set(root, places[n % places.length] ?? []);
}
