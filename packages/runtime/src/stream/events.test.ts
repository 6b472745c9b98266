import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventReader } from "./events.ts";

type Told = readonly [name: string, data: string];

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(pieces: readonly Uint8Array[], limit = 10_000): { told: Told[]; fitted: boolean } {
  const told: Told[] = [];
  const reader = new EventReader({ event: (name, data) => told.push([name, data]) }, limit);
  const fitted = pieces.map((piece) => reader.push(piece)).every(Boolean);
  reader.end();
  return { told, fitted };
}

const eventsOf = (text: string, limit?: number): readonly Told[] => read([bytesOf(text)], limit).told;

/** Cuts after each of the places, which may be too many, unsorted and doubled. */
function split(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((to, index) => bytes.slice(cuts[index], to));
}

/** The standard's text, word for word, over the whole stream at once; and the same rule for the last event. */
function reference(bytes: Uint8Array): Told[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/^\uFEFF/, "");
  const lines = text.split(/\r\n|\r|\n/);
  const cut = lines.pop() ?? "";
  const told: Told[] = [];
  let data: string[] = [];
  let name = "";
  const field = (line: string): void => {
    const colon = line.indexOf(":");
    const key = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (key === "data") data.push(value);
    if (key === "event") name = value;
  };
  const dispatch = (): void => {
    if (data.length > 0) told.push([name || "message", data.join("\n")]);
    data = [];
    name = "";
  };
  for (const line of lines) line === "" ? dispatch() : field(line);
  if (cut !== "") {
    field(cut);
    try {
      JSON.parse(data.join("\n"));
    } catch {
      return told;
    }
  }
  dispatch();
  return told;
}

const piece = fc.constantFrom(
  "data",
  "data:",
  "data: ",
  "event: error",
  "event:",
  "id: 7",
  "retry: 100",
  ": OPENROUTER PROCESSING",
  ":",
  " ",
  '{"a":1}',
  "[DONE]",
  "é€😀",
  "\uFEFF",
  "\0",
  "\n",
  "\n\n",
  "\r\n",
  "\r\n\r\n",
  "\r",
  "x",
);
const stream = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => bytesOf(pieces.join(""))),
  // Malformed UTF-8 too.
  fc
    .array(fc.oneof(piece.map(bytesOf), fc.uint8Array({ maxLength: 3 })), { maxLength: 30 })
    .map((pieces) => Uint8Array.from(pieces.flatMap((each) => [...each]))),
);

describe("the events of a stream", () => {
  test.each<[string, string, readonly Told[]]>([
    ["one", "data: a\n\n", [["message", "a"]]],
    ["many in one read", "data: a\n\ndata: b\n\n", [["message", "a"], ["message", "b"]]], // biome-ignore format: one a line
    ["with a name", "event: error\ndata: a\n\n", [["error", "a"]]],
    ["whose name stands after the data", "data: a\nevent: error\n\n", [["error", "a"]]],
    ["whose name holds for one event only", "event: x\ndata: a\n\ndata: b\n\n", [["x", "a"], ["message", "b"]]], // biome-ignore format: one a line
    ["with several lines of data", "data: a\ndata: b\ndata:\ndata\n\n", [["message", "a\nb\n\n"]]],
    ["with one space after the colon dropped", "data:a\n\ndata:  a\n\n", [["message", "a"], ["message", " a"]]], // biome-ignore format: one a line
    ["after a byte order mark", "\uFEFFdata: a\n\n", [["message", "a"]]],
    ["with comments between", ": OPENROUTER PROCESSING\n\n:\n\ndata: a\n: b\n\n", [["message", "a"]]],
    ["with lines that end in CR", "data: a\r\rdata: b\r\r", [["message", "a"], ["message", "b"]]], // biome-ignore format: one a line
    ["with lines that end in CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [["message", "a"], ["message", "b"]]], // biome-ignore format: one a line
    ["with fields that nobody asked for", "id: 1\nretry: 5\ndatas: x\n data: y\ndata: a\n\n", [["message", "a"]]],
    ["without data are none", "event: ping\n\nid: 1\n\n\n\n", []],
  ])("%s", (_, text, told) => {
    expect(eventsOf(text)).toEqual(told);
  });

  test("an event is told as soon as its empty line is there, also one that ends in CR", () => {
    const told: string[] = [];
    const reader = new EventReader({ event: (_, data) => told.push(data) }, 100);
    reader.push(bytesOf("data: a\r\n\r"));
    expect(told).toEqual(["a"]);
    reader.push(bytesOf("\ndata: b\n\n"));
    expect(told).toEqual(["a", "b"]);
  });

  test.each<[string, Uint8Array, readonly string[]]>([
    ["with a line that is no field", bytesOf("data: a\ndXta: b\n\ndata: c\n\n"), ["garbled", "c"]],
    ["with such a line alone", bytesOf("\0data: a\n\ndata: c\n\n"), ["garbled", "c"]],
    [
      "with data that is no UTF-8",
      Uint8Array.of(...bytesOf("data: "), 0xff, ...bytesOf("\n\ndata: c\n\n")),
      ["garbled", "c"],
    ],
    ["with the fields of the standard", bytesOf("id: 1\nretry\n: x\ndata: a\n\n"), ["a"]],
    ["behind a line of spaces", bytesOf("   \ndata: a\n\n"), ["a"]],
    ["that is cut within a field's name", bytesOf("data: a\n\ndat"), ["a"]],
  ])("to whom it matters, an event is told as garbled or not: one %s", (_, bytes, told) => {
    const seen: string[] = [];
    const reader = new EventReader(
      { event: (_name, data) => seen.push(data), garbled: () => seen.push("garbled") },
      100,
    );
    reader.push(bytes);
    reader.end();
    expect(seen).toEqual(told);
  });

  test("what the sender's memory holds later does not matter", () => {
    const told: string[] = [];
    const reader = new EventReader({ event: (_, data) => told.push(data) }, 100);
    const memory = bytesOf("data: ab");
    reader.push(memory);
    memory.fill(0x78);
    reader.push(bytesOf("c\n\n"));
    expect(told).toEqual(["abc"]);
  });

  test("are the same however the bytes are split, and those of a naive reading of the whole", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
        const { told } = read(split(bytes, places));
        expect(told).toEqual(reference(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the last event, when the stream is over", () => {
  test("is told without its empty line", () => {
    expect(eventsOf("data: a\n")).toEqual([["message", "a"]]);
  });

  test("is told without its line break only where its data is whole JSON", () => {
    expect(eventsOf('data: {"a":1}')).toEqual([["message", '{"a":1}']]);
    expect(eventsOf('data: {"a":')).toEqual([]);
    expect(eventsOf("data: [DON")).toEqual([]);
  });

  test("is not told twice", () => {
    const told: string[] = [];
    const reader = new EventReader({ event: (_, data) => told.push(data) }, 100);
    reader.push(bytesOf("data: a\n"));
    reader.end();
    reader.end();
    expect(reader.push(bytesOf("data: b\n\n"))).toBe(false);
    expect(told).toEqual(["a"]);
  });
});

describe("the bound", () => {
  test.each([
    ["a line that never ends", `data: ${"a".repeat(20)}`],
    ["a long line", `data: ${"a".repeat(20)}\n\n`],
    ["a long comment", `:${"a".repeat(20)}\n\n`],
    ["many short lines of one event", "data: a\n".repeat(4)],
  ])("%s: events before it are told, nothing after it", (_, text) => {
    expect(read([bytesOf(`data: first\n\n${text}\n\ndata: last\n\n`)], 20)).toEqual({
      told: [["message", "first"]],
      fitted: false,
    });
  });

  test("comments without end are no long event", () => {
    expect(read([bytesOf(`${": wait\n".repeat(1000)}data: a\n\n`)], 20)).toEqual({
      told: [["message", "a"]],
      fitted: true,
    });
  });

  test("is met at the same place however the bytes are split", () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (bytes, at, limit) => {
          expect(read(split(bytes, at), limit)).toEqual(read([bytes], limit));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
