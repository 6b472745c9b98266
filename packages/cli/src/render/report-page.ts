/** A report as one page of HTML that fetches nothing and runs nothing. */
import type { RequestReport } from "../report/report.ts";
import { amount, percent, time } from "./amounts.ts";
import { chartSvg, escaped } from "./chart.ts";
import { momentOf, type ReportTable, reportChart, reportTables } from "./report-tables.ts";
import { printable } from "./width.ts";

/** @param file the outcomes, as the user would name them */
export function reportPage(report: RequestReport, file: string): string {
  const { requests, results, latency, fallback, policies, from, to } = report;
  const names = policies.map(({ name }) => name).join(", ");
  const figures = [
    ["requests", amount(requests)],
    ["answered", percent(results.answer, requests)],
    ["p95", time(latency.all.p95)],
    ["with a fallback", percent(fallback.requests, requests)],
    ["of these answered", percent(fallback.saved, fallback.requests)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${shown(names)}: ${amount(requests)} requests</title>
<style>
  :root { color-scheme: light dark; --ground: #fff; --text: #222; --dim: #666; --rule: #ddd }
  @media (prefers-color-scheme: dark) { :root { --ground: #16181b; --text: #e6e8ea; --dim: #9aa0a6; --rule: #34383d } }
  body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem; padding: 0 1rem; background: var(--ground); color: var(--text) }
  h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem } p { color: var(--dim); margin: .2rem 0 1.5rem }
  dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 0 0 1.5rem } dt { color: var(--dim) } dd { margin: 0; font-size: 1.5rem; font-weight: 600 }
  div { overflow-x: auto } svg { max-width: 100%; height: auto }
  table { border-collapse: collapse; width: 100% } th { color: var(--dim); font-weight: 400; text-align: left }
  th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--rule); white-space: pre; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<h1>${shown(names)}</h1>
<p>${momentOf(Date.parse(from))} to ${momentOf(Date.parse(to))} UTC, from ${shown(file)}</p>
<dl>${figures.map(([name = "", value = ""]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>
<div>${chartSvg("Over time", reportChart(report))}</div>
${reportTables(report).map(tableHtml).join("\n")}
</body>
</html>
`;
}

function tableHtml({ title, head, rows }: ReportTable): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${shown(cell)}</${tag}>`).join("")}</tr>`;
  return `<h2>${shown(title)}</h2>
<div><table>
<thead>${cells(head, "th")}</thead>
<tbody>
${rows.map((row) => cells(row, "td")).join("\n")}
</tbody>
</table></div>`;
}

function shown(text: string): string {
  return escaped(printable(text));
}
