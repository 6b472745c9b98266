/** A simulation as tables and a chart for a terminal. */
import type { Percentiles, Simulation, SimulationEvent } from "@fbp/dsl";
import { alertTable, hasFired } from "./alerts.ts";
import { amount, clock, percent, roundMoney, time } from "./amounts.ts";
import { besideTable } from "./beside.ts";
import { chartText } from "./chart.ts";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { simulationChart } from "./simulation-chart.ts";
import { renderTable } from "./table.ts";

export interface SimulationRun {
  /** null: the policy as it is. */
  readonly vary: { readonly setting: string; readonly value: string; readonly isOwn: boolean } | null;
  readonly result: Simulation;
}

const INDENT = "  ";
/** Of breakers that open all the time the first ones tell enough. */
const MOST_EVENTS = 12;

/** @param columns of the terminal */
export function renderSimulation(simulation: Simulation, palette: Palette, columns: number): string {
  const { policy, requests, spanMs, seed, replay } = simulation;
  const head = `${palette.strong(policy)}: ${amount(requests)} ${requests === 1 ? "request" : "requests"} in ${time(spanMs)}`;
  const how = replay === null ? `seed ${seed}` : "as recorded";
  return [
    `${head} of simulated time, ${how}\n`,
    ...(replay === null ? [] : [known(simulation)]),
    results(simulation, palette),
    latencies(simulation, palette),
    spent(simulation),
    pathTable(simulation, palette),
    reasonTable(simulation, palette),
    history(simulation, palette),
    alertTable(simulation, palette, columns),
    besideTable(simulation, palette, columns),
    chartText(simulationChart(simulation), palette, columns),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** What of a replay was recorded, and what is drawn. */
function known({ replay }: Simulation): string {
  if (replay === null) return "";
  const { recorded, drawn, profiled, unknown } = replay;
  const calls = recorded + drawn + profiled;
  const parts = [
    `${percent(recorded, calls)} of the calls met what they met when they were recorded`,
    `${percent(drawn, calls)} were not made then and are drawn from others on the path`,
    ...(profiled === 0 ? [] : [`${percent(profiled, calls)} are drawn from the profile`]),
  ];
  const left =
    unknown === 0
      ? ""
      : `${INDENT}${plural(unknown, "request")} left out: they came to a path of which no call is recorded\n`;
  return `${parts.map((part) => `${INDENT}${part}\n`).join("")}${left}`;
}

function results({ results: counts, requests, sources }: Simulation, palette: Palette): string {
  const rows = [
    ["answered", percent(counts.answer, requests), amount(counts.answer)],
    ...sources.map((source) => [
      palette.dim(`  by ${source.path}`),
      palette.dim(percent(source.requests, requests)),
      palette.dim(amount(source.requests)),
    ]),
    ...(["degraded", "deferred", "failure", "aborted"] as const)
      .filter((result) => counts[result] > 0)
      .map((result) => [
        result,
        result === "failure" ? palette.bad(percent(counts[result], requests)) : percent(counts[result], requests),
        amount(counts[result]),
      ]),
  ];
  return renderTable(null, rows, INDENT);
}

function latencies({ latency }: Simulation, palette: Palette): string {
  const row = (name: string, { count, p50, p90, p95, p99, max }: Percentiles) => [
    name,
    amount(count),
    ...[p50, p90, p95, p99, max].map(time),
  ];
  const head = ["time to the end", "requests", "p50", "p90", "p95", "p99", "max"].map(palette.dim);
  const rows = [
    row("all requests", latency.all),
    row("undisturbed", latency.undisturbed),
    row("disturbed", latency.disturbed),
  ];
  return renderTable(head, rows, INDENT);
}

function spent(simulation: Simulation): string {
  const { attempts, requests, attemptsPerRequest, retries, fallbacks, extra, costNanos, currency, tokens } = simulation;
  const each = requests === 0 ? "0" : (attempts / requests).toFixed(3);
  const most = Math.max(0, attemptsPerRequest.length - 1);
  const rows = [
    [
      "calls",
      `${amount(attempts)}: ${each} for each request, at most ${most}; ${amount(retries)} retries, ${amount(fallbacks)} fallbacks`,
    ],
    ["tokens", `${amount(tokens)}${beyond(extra.tokens, tokens, "them")}`],
    ...(currency === null
      ? []
      : [["cost", `${roundMoney(costNanos, currency)}${beyond(extra.costNanos, costNanos, "it")}`]]),
  ];
  return renderTable(null, rows, INDENT);
}

function beyond(part: number, whole: number, what: string): string {
  return whole === 0 ? "" : `, ${percent(part, whole)} of ${what} beyond first calls`;
}

function pathTable({ paths }: Simulation, palette: Palette): string {
  const head = ["path", "calls", "failed", "p50", "p95", "p99", "breaker", "objective"].map(palette.dim);
  const rows = paths.map(({ path, attempts, failed, latency, openings, openMs, sloBreaches }) => [
    path,
    amount(attempts),
    percent(failed, attempts),
    time(latency.p50),
    time(latency.p95),
    time(latency.p99),
    openings === 0 ? "-" : `opened ${openings}x, ${time(openMs)}`,
    sloBreaches === 0 ? "-" : `missed ${sloBreaches}x`,
  ]);
  return renderTable(head, rows, INDENT);
}

function reasonTable({ reasons, requests }: Simulation, palette: Palette): string {
  if (reasons.length === 0) return "";
  const head = ["disturbed by", "requests", ""].map(palette.dim);
  return renderTable(
    head,
    reasons.map((one) => [one.reason, amount(one.requests), percent(one.requests, requests)]),
    INDENT,
  );
}

const WORDS: Readonly<Record<SimulationEvent["what"], string>> = {
  opened: "breaker opened",
  reopened: "breaker opened again: a probe failed",
  half_opened: "breaker lets probes through",
  closed: "breaker closed",
  held_open: "breaker held open",
  held_closed: "breaker held closed",
  released: "breaker released",
  slo_breached: "objective missed",
  slo_kept: "objective kept again",
};

function history({ events }: Simulation, palette: Palette): string {
  if (events.length === 0) return "";
  const rows = events
    .slice(0, MOST_EVENTS)
    .map(({ atMs, path, what }) => [palette.dim(clock(atMs)), path, WORDS[what]]);
  const left = events.length - rows.length;
  return `${renderTable(null, rows, INDENT)}${left > 0 ? `${INDENT}and ${left} more\n` : ""}`;
}

/** One line for each value of the setting that was varied. */
export function renderComparison(runs: readonly SimulationRun[], palette: Palette, columns: number): string {
  const [first] = runs;
  if (first === undefined || first.vary === null) return "";
  const { policy, spanMs, requests, currency, replay, seed } = first.result;
  const how = replay === null ? `seed ${seed}` : "as recorded";
  const head = [
    first.vary.setting,
    "answered",
    "fallback",
    "p50",
    "p95",
    "p99",
    "calls each",
    `${currency ?? "tokens"} per 1,000`,
    "breakers opened",
    ...(first.result.alerts.length === 0 ? [] : ["alerts fired"]),
    ...(replay === null ? [] : ["drawn"]),
  ];
  const rows = runs.map(({ vary, result }) => {
    const each = (total: number): number => (result.requests === 0 ? 0 : total / result.requests);
    const calls = (result.replay?.recorded ?? 0) + (result.replay?.drawn ?? 0) + (result.replay?.profiled ?? 0);
    const row = [
      `${vary?.value ?? ""}${vary?.isOwn === true ? " *" : ""}`,
      percent(result.results.answer, result.requests),
      percent(result.fallbacks, result.requests),
      time(result.latency.all.p50),
      time(result.latency.all.p95),
      time(result.latency.all.p99),
      each(result.attempts).toFixed(3),
      currency === null
        ? amount(Math.round(each(result.tokens) * 1000))
        : roundMoney(each(result.costNanos) * 1000, null),
      String(result.paths.reduce((sum, { openings }) => sum + openings, 0)),
      ...(result.alerts.length === 0 ? [] : [String(result.alerts.filter(hasFired).length)]),
      ...(result.replay === null ? [] : [percent(calls - result.replay.recorded, calls)]),
    ];
    return vary?.isOwn === true ? row.map(palette.strong) : row;
  });
  const title = `${palette.strong(policy)}: ${amount(requests)} requests in ${time(spanMs)} of simulated time, ${how}\n`;
  const note = runs.some(({ vary }) => vary?.isOwn === true) ? `\n${INDENT}* as the policy has it\n` : "";
  return `${title}\n${renderTable(head.map(palette.dim), rows, INDENT, columns)}${note}`;
}
