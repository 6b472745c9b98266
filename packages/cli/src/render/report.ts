/** A report for a terminal. */
import type { RequestReport } from "../report/report.ts";
import { amount } from "./amounts.ts";
import { chartText } from "./chart.ts";
import type { Palette } from "./palette.ts";
import { momentOf, reportChart, reportTables } from "./report-tables.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

const INDENT = "  ";

/** @param columns of the terminal */
export function renderReport(report: RequestReport, palette: Palette, columns: number): string {
  const { requests, policies, from, to } = report;
  const names = policies.map(({ name }) => printable(name)).join(", ");
  const head = `${palette.strong(names)}: ${amount(requests)} ${requests === 1 ? "request" : "requests"}, ${momentOf(Date.parse(from))} to ${momentOf(Date.parse(to))} UTC\n`;
  const tables = reportTables(report).map(
    ({ title, head: names, rows }) =>
      `${palette.strong(title)}\n${renderTable(
        names.map(palette.dim),
        rows.map((row) => row.map(printable)),
        INDENT,
        columns,
      )}`,
  );
  return [head, ...tables, chartText(reportChart(report), palette, columns)].join("\n");
}
