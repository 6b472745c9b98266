import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withValueAt } from "./edit.ts";

const CONTRACT = `{
  "fbp": 1,
  "limits": {
    "verification": {
      "status": "pending_review",
      "source": [
        { "title": "Rate limits", "address": "https://example.com/limits" }
      ],
      "notes": "nobody looked"
    },
    "headers": {}
  }
}
`;

const AT = ["limits", "verification"];
const ORDER = ["status", "source", "checker", "day", "validDays", "notes"];

describe("only what differs is written", () => {
  test("a value, keys that are new and one that goes", () => {
    const value = {
      status: "verified",
      source: [{ title: "Rate limits", address: "https://example.com/limits" }],
      checker: "jo",
      day: "2026-11-22",
      validDays: 90,
    };
    expect(withValueAt(CONTRACT, AT, value, ORDER)).toBe(
      CONTRACT.replace("pending_review", "verified").replace(
        '      ],\n      "notes": "nobody looked"',
        '      ],\n      "checker": "jo",\n      "day": "2026-11-22",\n      "validDays": 90',
      ),
    );
  });

  test("a key inside of an item of a list, on the line where its neighbours stand", () => {
    const source = [{ title: "Rate limits", address: "https://example.com/limits", digest: "sha256-0" }];
    const changed = withValueAt(CONTRACT, [...AT, "source"], source);
    expect(changed).toBe(CONTRACT.replace('limits" }', 'limits", "digest": "sha256-0" }'));
  });

  test("a list of another length is written anew, as the document writes lists", () => {
    const source = [{ title: "One" }, { title: "Two", file: "two.txt" }];
    expect(withValueAt(CONTRACT, [...AT, "source"], source)).toBe(
      CONTRACT.replace(
        '{ "title": "Rate limits", "address": "https://example.com/limits" }',
        '{ "title": "One" },\n        { "title": "Two", "file": "two.txt" }',
      ),
    );
  });

  test("nothing, where the value is there already", () => {
    const { limits } = JSON.parse(CONTRACT) as { readonly limits: object };
    expect(withValueAt(CONTRACT, ["limits"], limits)).toBe(CONTRACT);
  });
});

describe("what is not there is made", () => {
  test("an object in one that is empty", () => {
    expect(withValueAt(CONTRACT, ["limits", "headers", "x-a"], {})).toBe(
      CONTRACT.replace('"headers": {}', '"headers": {\n      "x-a": {}\n    }'),
    );
  });

  test("objects on the way, in their order", () => {
    expect(
      withValueAt('{\n\t"fbp": 1,\n\t"$defs": {}\n}', ["limits", "verification", "status"], "x", ["fbp", "limits"]),
    ).toBe('{\n\t"fbp": 1,\n\t"limits": {\n\t\t"verification": {\n\t\t\t"status": "x"\n\t\t}\n\t},\n\t"$defs": {}\n}');
  });
});

describe("the layout is that of the document", () => {
  const value = { status: "verified", source: [{ title: "a" }] };

  test.each([
    ['{"limits":{"verification":{}}}', '{"limits":{"verification":{"status":"verified","source":[{"title":"a"}]}}}'],
    [
      '{ "limits": { "verification": { "status": "x" } } }',
      '{ "limits": { "verification": { "status": "verified", "source": [{ "title": "a" }] } } }',
    ],
    [
      '{\r\n    "limits": {\r\n        "verification": {}\r\n    }\r\n}\r\n',
      '{\r\n    "limits": {\r\n        "verification": {\r\n            "status": "verified",\r\n            "source": [\r\n                {\r\n                    "title": "a"\r\n                }\r\n            ]\r\n        }\r\n    }\r\n}\r\n',
    ],
  ])("%j", (text, changed) => {
    expect(withValueAt(text, AT, value)).toBe(changed);
  });
});

describe("whatever the document", () => {
  const key = fc.constantFrom("a", "b", "c", "__proto__", "", 'ü " \\ \n');
  const json = fc.letrec<{ readonly value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<unknown>(null, true, 0, -1.5, "", 'x "', [], {}),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as unknown),
    ),
  })).value;
  const fields = fc
    .array(fc.tuple(key, json), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as unknown);
  const space = fc.constantFrom("", "  ", "\t", 1, 7);

  test("the value is in its place afterwards, and all around it is as it was", () => {
    fc.assert(
      fc.property(fields, json, space, fc.constantFrom("\n", "\r\n"), (old, value, indent, newline) => {
        const text = `${JSON.stringify({ before: [1, { x: 2 }], held: old, after: "y" }, null, indent)}\n`.replaceAll(
          "\n",
          newline,
        );
        const changed = withValueAt(text, ["held"], value, ["a", "b"]);
        expect(JSON.parse(changed)).toEqual({ before: [1, { x: 2 }], held: value, after: "y" });
        const head = text.indexOf('"held"');
        expect(changed.slice(0, head)).toBe(text.slice(0, head));
        const tail = text.length - text.lastIndexOf('"after"');
        expect(changed.slice(-tail)).toBe(text.slice(-tail));
        expect(withValueAt(changed, ["held"], value)).toBe(changed);
      }),
      { numRuns: 500 },
    );
  });
});
