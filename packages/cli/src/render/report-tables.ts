/** The tables of a report, for a terminal and for a page; and its chart. */
import type { Percentiles } from "@fbp/dsl";
import type { RequestReport } from "../report/report.ts";
import { amount, percent, roundMoney, time } from "./amounts.ts";
import type { Chart } from "./chart.ts";

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const RESULTS = ["degraded", "deferred", "failure", "aborted"] as const;
const MOST_SPANS = 10;

/** Those that have something to say. */
export function reportTables(report: RequestReport): readonly ReportTable[] {
  const tables = [
    resultTable,
    latencyTable,
    fallbackTable,
    reasonTable,
    causeTable,
    pathTable,
    refusalTable,
    extraTable,
  ];
  return tables.map((table) => table(report)).filter(({ rows }) => rows.length > 0);
}

function resultTable({ requests, results, sources, attemptsPerRequest, policies }: RequestReport): ReportTable {
  const row = (name: string, count: number) => [name, amount(count), percent(count, requests)];
  return {
    title: "Requests",
    head: ["", "requests", ""],
    rows: [
      ...(policies.length > 1 ? policies.map(({ name, requests: own }) => row(`of ${name}`, own)) : []),
      row("answered", results.answer),
      ...sources.map((source) => row(`  by ${source.name}`, source.requests)),
      ...RESULTS.filter((result) => results[result] > 0).map((result) => row(result, results[result])),
      ...attemptsPerRequest.flatMap((count, attempts) =>
        count === 0 ? [] : [row(`with ${attempts} ${attempts === 1 ? "call" : "calls"}`, count)],
      ),
    ],
  };
}

function latencyTable({ latency }: RequestReport): ReportTable {
  const row = (name: string, { count, p50, p90, p95, p99, max }: Percentiles) => [
    name,
    amount(count),
    ...[p50, p90, p95, p99, max].map(time),
  ];
  return {
    title: "Time to the end",
    head: ["", "requests", "p50", "p90", "p95", "p99", "max"],
    rows: [
      row("all requests", latency.all),
      row("without a fallback", latency.withoutFallback),
      ...(latency.withFallback.count === 0 ? [] : [row("with a fallback", latency.withFallback)]),
    ],
  };
}

function fallbackTable({ fallback, tokens, costNanos, extra, requests }: RequestReport): ReportTable {
  const { requests: changed, saved } = fallback;
  const cost = (nanos: number): string =>
    costNanos === 0 ? "-" : `${roundMoney(nanos, null)} (${percent(nanos, costNanos)})`;
  const used = (part: number): string => `${amount(part)} (${percent(part, tokens)})`;
  return {
    title: "What it took",
    head: ["", "requests", "answered", "tokens", "cost"],
    rows: [
      ["all requests", amount(requests), "", amount(tokens), costNanos === 0 ? "-" : roundMoney(costNanos, null)],
      ["beyond first calls", amount(extra.requests), "", used(extra.tokens), cost(extra.costNanos)],
      ...(changed === 0
        ? []
        : [
            [
              "with a fallback",
              amount(changed),
              `${amount(saved)} (${percent(saved, changed)})`,
              used(fallback.tokens),
              cost(fallback.costNanos),
            ],
          ]),
    ],
  };
}

function reasonTable({ reasons, requests }: RequestReport): ReportTable {
  return {
    title: "Disturbed by",
    head: ["reason", "requests", "", "answered", "extra time each", "extra cost"],
    rows: reasons.map(({ reason, requests: own, answered, extraMs, extraCostNanos }) => [
      reason,
      amount(own),
      percent(own, requests),
      percent(answered, own),
      time(extraMs / own),
      extraCostNanos === 0 ? "-" : roundMoney(extraCostNanos, null),
    ]),
  };
}

function causeTable({ causes }: RequestReport): ReportTable {
  return {
    title: "Why calls failed",
    head: ["path", "signal", "what came", "calls"],
    rows: causes.map(({ path, signal, what, attempts }) => [path, signal, what, amount(attempts)]),
  };
}

function pathTable({ paths }: RequestReport): ReportTable {
  return {
    title: "Paths",
    head: ["path", "calls", "failed", "p50", "p95", "p99", "kept away", "probes"],
    rows: paths.map(({ path, attempts, failed, latency, refused, probes, failedProbes }) => [
      path,
      amount(attempts),
      percent(failed, attempts),
      ...[latency.p50, latency.p95, latency.p99].map(time),
      refused === 0 ? "-" : amount(refused),
      probes === 0 ? "-" : `${amount(probes)}, ${amount(failedProbes)} failed`,
    ]),
  };
}

function refusalTable({ paths, from }: RequestReport): ReportTable {
  const start = Date.parse(from);
  const spans = paths.flatMap(({ path, refusing }) => refusing.map((span) => ({ path, ...span })));
  return {
    title: "Breakers that kept requests away, as far as requests tell",
    head: ["path", "from", "for"],
    rows: spans
      .toSorted((a, b) => a.fromMs - b.fromMs)
      .slice(0, MOST_SPANS)
      .map(({ path, fromMs, toMs }) => [path, momentOf(start + fromMs), time(toMs - fromMs)]),
  };
}

function extraTable({ extra, costNanos: paid }: RequestReport): ReportTable {
  const isPaid = paid > 0;
  return {
    title: "Requests that took the most beyond their first call",
    // Either finds it again: fbp explain --outcome FILE --trace ID.
    head: ["trace or id", "reason", "calls", "tokens", ...(isPaid ? ["cost"] : []), "time"],
    rows: extra.most.map(({ id, traceId, reason, attempts, tokens, costNanos, ms }) => [
      traceId ?? id,
      reason ?? "-",
      `+${attempts}`,
      `+${amount(tokens)}`,
      ...(isPaid ? [costNanos === 0 ? "-" : `+${roundMoney(costNanos, null)}`] : []),
      `+${time(ms)}`,
    ]),
  };
}

/** `2026-11-22 10:31:05` */
export function momentOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace("T", " ") : "-";
}

export function reportChart({ timeline, paths, from }: RequestReport): Chart {
  const { steps, stepMs } = timeline;
  const start = Date.parse(from);
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    spanMs: stepMs * steps.length,
    moment: (ms) => momentOf(start + ms).slice(stepMs * steps.length > 86_400_000 ? 5 : 11),
    strips: [
      { title: "requests", values: steps.map(({ requests }) => requests), text: amount },
      {
        title: "requests without an answer",
        values: steps.map(({ requests, answers }) => share(requests - answers, requests)),
        text: (value) => percent(value, 1),
      },
      {
        title: "requests with a fallback",
        values: steps.map(({ requests, withFallback }) => share(withFallback, requests)),
        text: (value) => percent(value, 1),
      },
      { title: "p95 of the time to the end", values: steps.map(({ p95 }) => p95), text: time },
      {
        title: "calls for each request",
        values: steps.map(({ attempts, requests }) => share(attempts, requests)),
        text: (value) => value.toFixed(2),
      },
    ],
    lanes: paths
      .filter(({ refusing }) => refusing.length > 0)
      .map(({ path, refusing }) => ({ title: `breaker of ${path} keeps requests away`, spans: refusing })),
  };
}
