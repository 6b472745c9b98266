/** What is proved of a policy, as a page of at most a hundred columns. */
import { duration, type Explained, type Extreme, type Extremes, money, type SometimesAction } from "@fbp/dsl";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

/** Columns in all, also on a wider terminal: longer lines are hard to read. */
export const PAGE_WIDTH = 100;

const INDENT = "  ";
const DEEPER = "    ";

export function renderProof(explained: Explained, currency: string | null, palette: Palette): string {
  const say = (nanos: number): string => money(nanos, currency);
  return [
    section("worst case", extremesTable(explained.worst, say), palette),
    section("best case", bestText(explained.best, say), palette),
    section("full outage", outageText(explained.amplification), palette),
    section("by the reason of the outcome", reasonsTable(explained, say), palette),
    section("limits", limitsTable(explained), palette),
    explained.sometimes.length === 0 ? "" : section("only sometimes", sometimesTable(explained.sometimes), palette),
    section("proved for every request", guaranteesText(explained), palette),
    explained.requests.length < 2 ? "" : section("kinds of requests", requestsTable(explained), palette),
  ].join("");
}

function section(title: string, body: string, palette: Palette): string {
  return `${INDENT}${palette.strong(title)}\n${body}`;
}

function extremesTable(extremes: Extremes, say: (nanos: number) => string): string {
  const { attempts, elapsedMs, tokens, costNanos } = extremes;
  const rows: (readonly [string, string, Extreme])[] = [
    ["calls", String(attempts.value), attempts],
    ["time", time(elapsedMs.value), elapsedMs],
  ];
  if (tokens !== null) rows.push(["tokens", String(tokens.value), tokens]);
  if (costNanos !== null) rows.push(["cost", say(costNanos.value), costNanos]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const room = PAGE_WIDTH - DEEPER.length - widths.reduce((sum, width) => sum + width + 2, 0);
  return renderTable(
    null,
    // Two that are reached by the same request tell of it once.
    rows.map(([head, value, { run }], index) => {
      const before = rows[index - 1]?.[2].run ?? null;
      const text = runText(run);
      return [
        head,
        value,
        (before !== null && runText(before) === text ? ["the same"] : paragraph(text, room)).join("\n"),
      ];
    }),
    DEEPER,
  );
}

/** Without the requests that come to it, which meet nothing worth telling. */
function bestText({ attempts, elapsedMs, tokens, costNanos }: Extremes, say: (nanos: number) => string): string {
  const parts = [plural(attempts.value, "call"), time(elapsedMs.value)];
  if (tokens !== null) parts.push(plural(tokens.value, "token"));
  if (costNanos !== null) parts.push(say(costNanos.value));
  return lines([parts.join(", ")]);
}

function runText(run: Extreme["run"]): string {
  return run === null ? "at most; no request was found that comes to it" : printable(run.join(", "));
}

/** Milliseconds; of a moment just before or after one, that one. */
function time(ms: number): string {
  return duration(Math.round(ms));
}

function outageText({ value, run }: Extreme): string {
  const calls = `${plural(value, "call")} for each request while no path answers: ${runText(run)}`;
  return lines(paragraph(calls, PAGE_WIDTH - DEEPER.length));
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${DEEPER}${line}\n`).join("");
}

function reasonsTable({ reasons }: Explained, say: (nanos: number) => string): string {
  const hasCost = reasons.some(({ costNanos }) => costNanos !== null);
  const head = ["reason", "calls", "time", ...(hasCost ? ["cost up to"] : []), "ends in"];
  const rows = reasons.map(({ reason, attempts, elapsedMs, costNanos, results }) => [
    reason === null ? "none" : printable(reason),
    range(attempts, String),
    range(elapsedMs, time),
    ...(hasCost ? [costNanos === null ? "" : say(costNanos[1])] : []),
    results.join(", "),
  ]);
  return renderTable(head, rows, DEEPER);
}

function range([least, most]: readonly [number, number], say: (value: number) => string): string {
  return least === most ? say(most) : `${say(least)}..${say(most)}`;
}

function limitsTable({ limits }: Explained): string {
  const named = (binds: boolean): string =>
    limits
      .filter((one) => one.binds === binds)
      .map(({ limit }) => limit)
      .join(", ");
  const rows = [
    ["refuse", named(true)],
    ["never do", named(false)],
  ].filter(([, list]) => list !== "");
  return renderTable(null, rows, DEEPER);
}

/** Lines on which the same action has the same against it stand together. */
function sometimesTable(sometimes: readonly SometimesAction[]): string {
  const groups = new Map<string, SometimesAction[]>();
  for (const one of sometimes) {
    const key = JSON.stringify([one.action, one.happens, one.unless]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    const where = `${group.length === 1 ? "line" : "lines"} ${group.map(({ line }) => line).join(", ")}`;
    const why = first === undefined ? "" : whyNot(first);
    return [printable(first?.action ?? ""), where, why] as const;
  });
  const widths = [0, 1].map((column) =>
    Math.min(MOST_WHERE, Math.max(...rows.map((row) => String(row[column]).length))),
  );
  const room = PAGE_WIDTH - DEEPER.length - widths.reduce((sum, width) => sum + width + 2, 0);
  return renderTable(
    null,
    rows.map(([action, where, why]) => [
      action,
      paragraph(where, MOST_WHERE).join("\n"),
      paragraph(why, room).join("\n"),
    ]),
    DEEPER,
  );
}

const MOST_WHERE = 24;

function whyNot({ happens, unless }: SometimesAction): string {
  if (happens === "never") return unless.length === 0 ? "never: its turn never comes" : `never: ${unless.join("; ")}`;
  return `not where ${unless.join("; ")}`;
}

function guaranteesText({ guarantees }: Explained): string {
  return lines(guarantees.map(({ text, holds }) => (holds ? text : `NOT KEPT: ${text}`)));
}

function requestsTable({ requests }: Explained): string {
  const rows = requests.slice(0, MOST_REQUESTS).map(({ text, repeatable }) => {
    const what = printable(text === "" ? "all others" : text);
    return repeatable ? what : `${what}: never sent twice`;
  });
  const more = requests.length - rows.length;
  const all = more > 0 ? [...rows, `and ${more} more`] : rows;
  return lines(all.flatMap((row) => paragraph(row, PAGE_WIDTH - DEEPER.length)));
}

/** So many are listed. */
const MOST_REQUESTS = 16;
