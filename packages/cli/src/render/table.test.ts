import { expect, test } from "vitest";
import { renderTable } from "./table.ts";

const HEAD = ["path", "p50", "p95", "tokens"];
const ROWS = [
  ["primary", "1.01s", "2.93s", "1,061,688"],
  ["backup", "1.2s", "3s", "12"],
];

test("what fits is one table", () => {
  expect(renderTable(HEAD, ROWS, "  ", 36)).toBe(
    "  path     p50    p95    tokens\n  primary  1.01s  2.93s  1,061,688\n  backup   1.2s   3s     12\n",
  );
});

test("columns that do not fit come below, behind the first one again", () => {
  expect(renderTable(HEAD, ROWS, "  ", 30)).toBe(
    "  path     p50    p95\n  primary  1.01s  2.93s\n  backup   1.2s   3s\n\n" +
      "  path     tokens\n  primary  1,061,688\n  backup   12\n",
  );
});

test("words in the last column are broken at spaces, and no line is wider than the terminal", () => {
  const rows = [["at", "a rule that goes on for longer than the terminal is wide"]];
  expect(renderTable(null, rows, "  ", 34)).toBe(
    "  at  a rule that goes on for\n      longer than the terminal is\n      wide\n",
  );
});

test("without a width nothing is broken", () => {
  const long = "word ".repeat(99).trim();
  expect(renderTable(null, [["a", long]], "")).toBe(`a  ${long}\n`);
});
