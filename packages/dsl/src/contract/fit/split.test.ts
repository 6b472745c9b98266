import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsOf, formOf, type Piece, Splitter } from "./split.ts";

function split(name: string, text: string): { readonly pieces: readonly Piece[]; readonly isFilled: boolean } {
  const pieces: Piece[] = [];
  const splitter = new Splitter(formOf(name), (piece) => pieces.push(piece));
  for (const line of text.split("\n")) splitter.line(line);
  return { isFilled: splitter.end(), pieces };
}

const values = (text: string, name = "a.json") =>
  split(name, text).pieces.map((piece) => (piece.kind === "value" ? [piece.line, piece.value] : piece));

describe("one value or many", () => {
  test.each<[string, string, string, unknown]>([
    ["one on a line", "a.json", '{"a":1}', [[1, { a: 1 }]]],
    ["one over many lines", "a.json", '\n{\n  "a": 1\n}\n', [[2, { a: 1 }]]],
    [
      "one a line, whatever the file is called",
      "a.txt",
      '{"a":1}\n\n{"b":2}\n',
      [
        [1, { a: 1 }],
        [3, { b: 2 }],
      ],
    ],
    ["a list over many lines", "a.json", "[\n1,\n2]", [[1, [1, 2]]]],
    ["a byte order mark before it", "a.json", '\uFEFF{"a":1}', [[1, { a: 1 }]]],
  ])("%s", (_, name, text, expected) => expect(values(text, name)).toEqual(expected));

  test("a broken line is told by its number, and the others are read", () => {
    expect(values('{"a":1}\n{"b":\n3', "a.jsonl")).toEqual([
      [1, { a: 1 }],
      { kind: "broken", line: 2, what: null },
      [3, 3],
    ]);
  });

  test("in a file of lines a first line that is broken does not make it one value", () => {
    expect(values('{"a":\n{"b":1}', "a.ndjson")).toEqual([{ kind: "broken", line: 1, what: null }, [2, { b: 1 }]]);
  });

  test("a page of a proxy is told to be one", () => {
    expect(values("<!DOCTYPE html>\n<p>502</p>")).toEqual([{ kind: "broken", line: 1, what: "it is HTML" }]);
  });

  test.each(["", "\n \n"])("%j holds nothing", (text) => {
    expect(split("a.json", text)).toEqual({ pieces: [], isFilled: false });
  });

  test("any values, one a line, come back", () => {
    fc.assert(
      fc.property(fc.array(fc.object(), { minLength: 1 }), (objects) => {
        const lines = objects.map((one) => JSON.stringify(one));
        const expected = lines.map((line, index) => [index + 1, JSON.parse(line)]);
        expect(values(lines.join("\n"), "a.jsonl")).toEqual(expected);
        expect(values(lines.join("\n"), "a.json")).toEqual(expected);
      }),
    );
  });
});

describe("events", () => {
  const data = (text: string) => eventsOf(text).map(({ data, event, line }) => [line, event, data]);

  test("comments, fields of other kinds and blank lines are passed over", () => {
    expect(data(": OPENROUTER PROCESSING\n\n: again\n\nid: 1\nretry: 5\ndata: {}\n\ndata: [DONE]\n\n")).toEqual([
      [7, "", "{}"],
      [9, "", "[DONE]"],
    ]);
  });

  test("the name of an event is that of this event alone", () => {
    expect(data("event: error\ndata: {}\n\ndata: 1\n\n")).toEqual([
      [2, "error", "{}"],
      [4, "", "1"],
    ]);
  });

  test("data over several lines is one; one blank behind the colon is no part of it", () => {
    expect(data("data: a\ndata:  b\ndata\ndata:c\n\n")).toEqual([[1, "", "a\n b\n\nc"]]);
  });

  test("every way to end a line, and a last event that nothing ends", () => {
    expect(data("data: 1\r\n\r\ndata: 2\r\rdata: 3")).toEqual([
      [1, "", "1"],
      [3, "", "2"],
      [5, "", "3"],
    ]);
  });

  test("a stream is known by its first line, or by its name", () => {
    expect(split("a.txt", "data: {}\n\n").pieces).toEqual([{ kind: "event", data: "{}", event: "", line: 1 }]);
    expect(split("a.sse", "{}\n").pieces).toEqual([]);
  });
});
