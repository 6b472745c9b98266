/** What a gateway's own rules come to, beside what the policy does in the same world. */
import type { BesideResult, Simulation } from "@fbp/dsl";
import { amount, percent, roundMoney, time } from "./amounts.ts";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

const INDENT = "  ";

/** @param columns of the terminal */
export function besideTable(simulation: Simulation, palette: Palette, columns: number): string {
  const { beside, policy } = simulation;
  if (beside === null) return "";
  const head = [
    "the same world",
    policy,
    beside.group === null ? beside.title : printable(`${beside.title}, ${beside.group}`),
  ];
  const unknown = `${plural(beside.unknown, "request")} left out, which came to a path of which no call is recorded; --profile says what it does`;
  const notes = [...beside.leavesOut, ...(beside.unknown === 0 ? [] : [unknown])];
  const lines = notes.flatMap((note) => noteLines(`${beside.title}: ${note}`, palette, columns));
  return `${renderTable(head.map(palette.dim), rowsOf(simulation, beside, palette), INDENT)}\n${lines.join("")}`;
}

/** A sentence below a table, over as many lines as it needs; what goes on is indented more. */
export function noteLines(text: string, palette: Palette, columns: number): readonly string[] {
  return paragraph(text, columns - 2 * INDENT.length).map(
    (line, index) => `${INDENT}${index === 0 ? "" : INDENT}${palette.dim(line)}\n`,
  );
}

function rowsOf(own: Simulation, beside: BesideResult, palette: Palette): readonly (readonly string[])[] {
  const each = (total: number, requests: number): number => (requests === 0 ? 0 : total / requests);
  const perThousand = ({ costNanos, tokens, requests }: Totals): string =>
    own.currency === null
      ? amount(Math.round(each(tokens, requests) * 1000))
      : roundMoney(each(costNanos, requests) * 1000, own.currency);
  const most = ({ attemptsPerRequest }: Totals): string => amount(Math.max(0, attemptsPerRequest.length - 1));
  const defects = (calls: number): string => (calls === 0 ? "0" : palette.bad(amount(calls)));
  const times = ["p50", "p95", "p99", "max"] as const;
  return [
    ["requests", amount(own.requests), amount(beside.requests)],
    ["answered", percent(own.results.answer, own.requests), percent(beside.answered, beside.requests)],
    ...times.map((name) => [`time to the end, ${name}`, time(own.latency.all[name]), time(beside.latency[name])]),
    [
      "calls for each request",
      each(own.attempts, own.requests).toFixed(3),
      each(beside.attempts, beside.requests).toFixed(3),
    ],
    ["calls for one at most", most(own), most(beside)],
    [`${own.currency === null ? "tokens" : "cost"} of 1,000 requests`, perThousand(own), perThousand(beside)],
    ["calls after a rejected key", defects(own.afterDefect.auth), defects(beside.afterDefect.auth)],
    ["calls after a malformed request", defects(own.afterDefect.client), defects(beside.afterDefect.client)],
  ];
}

type Totals = Pick<BesideResult, "costNanos" | "tokens" | "requests" | "attemptsPerRequest">;
