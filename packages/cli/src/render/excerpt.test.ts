import { expect, test } from "vitest";
import { placeIn } from "../testing/place.ts";
import { excerptOf } from "./excerpt.ts";
import { widthOf } from "./width.ts";

function shown(marked: string, width = 80): string[] {
  return excerptOf(placeIn(marked), width, "^").flatMap((line) =>
    line === null ? ["..."] : [`${line.number}|${line.text}`, ...(line.marks === "" ? [] : [` |${line.marks}`])],
  );
}

test("marks exactly the span", () => {
  expect(shown("path «backup» {")).toEqual(["1|path backup {", " |     ^^^^^^"]);
});

test("marks a place between two characters with one mark", () => {
  expect(shown("path «»{")).toEqual(["1|path {", " |     ^"]);
});

test("a tab reaches to the next multiple of four, before and in the marks", () => {
  expect(shown("a\t«b\tc» d")).toEqual(["1|a   b   c d", " |    ^^^^^"]);
});

test("wide characters take two columns and combining marks none", () => {
  expect(shown('model "日本" «x»')).toEqual(['1|model "日本" x', " |             ^"]);
  expect(shown('model "«日本»"')).toEqual(['1|model "日本"', " |       ^^^^"]);
  expect(shown("e\u0301 «x»")).toEqual(["1|e\u0301 x", " |  ^"]);
  expect(shown("👩‍👩‍👧 «x»")).toEqual(["1|👩‍👩‍👧 x", " |   ^"]);
});

test("what could steer a terminal is shown as a picture", () => {
  expect(shown("a\u001b[31m«b»")).toEqual(["1|a␛[31mb", " |      ^"]);
  expect(shown("a\u202e«b»")).toEqual(["1|a\ufffdb", " |  ^"]);
});

test("a span of a few lines is shown whole, marked from where each line's text begins", () => {
  expect(shown("a «{\n  b\n\n}» c")).toEqual(["1|a {", " |  ^", "2|  b", " |  ^", "3|", "4|} c", " |^"]);
});

test("of a long span the first two lines and the last are shown", () => {
  expect(shown("«on a {\n  b\n  c\n  d\n}»")).toEqual(["1|on a {", " |^^^^^^", "2|  b", " |  ^", "...", "5|}", " |^"]);
});

test("a span that ends with a line end does not reach into the next line", () => {
  expect(shown("«abc\n»def")).toEqual(["1|abc", " |^^^"]);
});

test("at the empty end of a file the last line with text is shown too", () => {
  expect(shown("policy x {\n«»")).toEqual(["1|policy x {", "2|", " |^"]);
  expect(shown("policy x {\n\n\n«»")).toEqual(["1|policy x {", "...", "4|", " |^"]);
});

test("at the end of a last line without a line end the mark stands behind it", () => {
  expect(shown("policy x {«»")).toEqual(["1|policy x {", " |          ^"]);
});

test("an empty source has one empty line", () => {
  expect(shown("«»")).toEqual(["1|", " |^"]);
});

test("lines end with CR LF and with CR too", () => {
  expect(shown("a\r\nb «c»\r\nd")).toEqual(["2|b c", " |  ^"]);
  expect(shown("a\rb «c»\rd")).toEqual(["2|b c", " |  ^"]);
});

test("a long line is cut around the place", () => {
  const [text = "", marks = ""] = shown(`${"a".repeat(300)}«bcd»${"e".repeat(300)}`, 40);
  expect(text).toMatch(/^1\|…a+bcde+…$/);
  expect(widthOf(text)).toBeLessThanOrEqual(44);
  expect(text.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("bcd");
});

test("a line of a megabyte is cut before it is laid out, between whole characters", () => {
  const [text = "", marks = ""] = shown(`${"😀".repeat(250_001)}«b»${"😀".repeat(250_000)}`, 60);
  expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  expect(widthOf(text.slice(0, text.indexOf("b")))).toBe(widthOf(marks.slice(0, marks.indexOf("^"))));
});

test("a span that is longer than the room is marked as far as the room goes", () => {
  const [text = "", marks = ""] = shown(`«${"a".repeat(300)}»`, 40);
  expect(marks.length - 2).toBeLessThanOrEqual(widthOf(text) - 2);
  expect(marks).toContain("^".repeat(30));
});
