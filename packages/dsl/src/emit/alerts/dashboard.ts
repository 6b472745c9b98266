/** The signals that alerts watch, as a dashboard of Grafana: for each policy, each of its paths, each of its alerts. */

import { conditionText } from "../../analyze/diff/words.ts";
import type { AlertMeasure, AlertModel, PathModel, PolicyModel } from "../../check/model.ts";
import { label, measureQuery, selector, thresholdQuery } from "./promql.ts";
import { inBaseUnit } from "./query.ts";
import { comparisonsOf, currencyOf, measureWords, summaryOf } from "./words.ts";

/** The parts of Grafana's JSON model that are used. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly (Panel | Row)[];
  readonly [field: string]: unknown;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Row {
  readonly id: number;
  readonly type: "row";
  readonly title: string;
  readonly collapsed: false;
  readonly gridPos: Place;
  readonly panels: readonly [];
}

interface Panel extends Described {
  readonly id: number;
  readonly datasource: typeof SOURCE;
  readonly gridPos: Place;
}

type Described = ReturnType<typeof chart>;

interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** The one that the dashboard's own variable holds. */
const SOURCE = { type: "prometheus", uid: `$${"{datasource}"}` };

/** Chosen by Grafana: a few samples at each zoom. */
const WINDOW = "$__rate_interval";

const WIDTH = 24;
const HEIGHT = 8;

/** Of the JSON model that Grafana 10 and later read. */
const SCHEMA_VERSION = 39;

const MOST_UID = 40;

/** @param window the time that alerts take rates over, as PromQL has it: their charts show what they see */
export function dashboardOf(policies: readonly PolicyModel[], window: string): Dashboard {
  const names = policies.map(({ name }) => name).join(", ");
  return {
    uid: `fbp-${policies.map(({ name }) => name).join("-")}`.slice(0, MOST_UID),
    title: `LLM fallback: ${names}`,
    tags: ["fbp"],
    schemaVersion: SCHEMA_VERSION,
    timezone: "browser",
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus", current: {} }],
    },
    panels: laidOut(policies.flatMap((policy) => sectionsOf(policy, window))),
  };
}

interface Section {
  readonly title: string;
  readonly charts: readonly Described[];
}

function sectionsOf(policy: PolicyModel, window: string): readonly Section[] {
  const alerts = policy.alerts.map((alert) => alertChart(alert, policy, window));
  return [
    { title: `${policy.name}: requests`, charts: requestCharts(policy) },
    ...policy.paths.map((path) => ({ title: `${policy.name}: path ${path.name}`, charts: pathCharts(path, policy) })),
    ...(alerts.length === 0 ? [] : [{ title: `${policy.name}: alerts`, charts: [firingChart(policy), ...alerts] }]),
  ];
}

function requestCharts(policy: PolicyModel): readonly Described[] {
  const of = (metric: string, ...more: readonly string[]): string =>
    `rate(${selector(metric, policy.name, more)}[${WINDOW}])`;
  const currency = currencyOf(policy);
  const scope = { policy: policy.name, window: WINDOW };
  return [
    chart("What requests come to", "reqps", [
      { expr: `sum by (result, source) (${of("fbp_requests_total")})`, legend: "{{result}} {{source}}" },
    ]),
    chart("Why requests did not go undisturbed", "reqps", [
      { expr: `sum by (reason) (${of("fbp_request_reasons_total")})`, legend: "{{reason}}" },
    ]),
    chart("Share that a fallback answered", "percentunit", [
      { expr: measureQuery({ kind: "fallback_rate" }, scope), legend: "answered by a fallback" },
    ]),
    chart("Time that requests take", "s", percentiles(of("fbp_request_duration_seconds_bucket"))),
    chart(currency === null ? "Cost per second" : `Cost per second in ${currency}`, "none", [
      { expr: `sum by (path) (${of("fbp_cost_total")})`, legend: "{{path}}" },
      { expr: `sum(${of("fbp_extra_cost_total")})`, legend: "beyond first attempts" },
    ]),
    chart("Pages and notifications by rules", "reqps", [
      { expr: `sum by (kind, target) (${of("fbp_hooks_total")})`, legend: "{{kind}} {{target}}" },
    ]),
  ];
}

function pathCharts(path: PathModel, policy: PolicyModel): readonly Described[] {
  const named = label("path", path.name);
  const gauge = (metric: string): string => selector(metric, policy.name, [named]);
  const of = (metric: string, ...more: readonly string[]): string =>
    `rate(${selector(metric, policy.name, [named, ...more])}[${WINDOW}])`;
  const failures: AlertMeasure = { kind: "failure_rate", path: path.name };
  const slo = path.slo === null ? [] : [{ expr: `sum(${gauge("fbp_slo_breached")})`, legend: "latency SLO breached" }];
  const breaker = [{ expr: `sum by (state) (${gauge("fbp_breaker_state")})`, legend: "{{state}}" }];
  const health = [...(path.breaker === null ? [] : breaker), ...slo];
  return [
    chart("Attempts", "reqps", [{ expr: `sum by (result) (${of("fbp_attempts_total")})`, legend: "{{result}}" }]),
    chart("Share that failed", "percentunit", [
      { expr: measureQuery(failures, { policy: policy.name, window: WINDOW }), legend: "failed" },
    ]),
    chart("Signals", "reqps", [
      { expr: `sum by (signal) (${of("fbp_attempts_total", 'result="failed"')})`, legend: "{{signal}}" },
    ]),
    chart("Time that attempts take", "s", percentiles(of("fbp_attempt_duration_seconds_bucket"))),
    chart("Tokens", "short", [
      { expr: `sum by (type) (${of("fbp_usage_tokens_total")})`, legend: "{{type}} per second" },
    ]),
    ...(health.length === 0 ? [] : [chart("Instances by state of the breaker", "none", health)]),
  ];
}

function percentiles(buckets: string): readonly Query[] {
  return [50, 95, 99].map((percentile) => ({
    expr: `histogram_quantile(${percentile / 100}, sum by (le) (${buckets}))`,
    legend: `p${percentile}`,
  }));
}

function firingChart({ name }: PolicyModel): Described {
  const expr = `sum by (alertname, severity) (ALERTS{alertstate="firing",${label("policy", name)}})`;
  return chart("Alerts that fire", "none", [{ expr, legend: "{{alertname}} ({{severity}})" }]);
}

/** What the alert measures, and what it is compared with. */
function alertChart(alert: AlertModel, policy: PolicyModel, window: string): Described {
  const scope = { policy: policy.name, window };
  const queries = comparisonsOf(alert.when).flatMap(({ measure, operator, threshold }) => {
    const against = thresholdQuery(measure, threshold, scope);
    return [
      { expr: measureQuery(measure, scope), legend: measureWords(measure) },
      {
        expr: threshold.kind === "value" ? `vector(${inBaseUnit(measure, threshold.value)})` : against,
        legend: `${operator} ${conditionText({ kind: "compare", measure, operator, threshold }).split(` ${operator} `)[1] ?? ""}`,
      },
    ];
  });
  const units = new Set(comparisonsOf(alert.when).map(({ measure }) => UNITS[measure.kind]));
  const [unit = "none", ...others] = units;
  return chart(
    alert.name,
    others.length > 0 ? "none" : unit,
    queries,
    `${summaryOf(alert)}; ${alert.hook.kind === "page" ? "pages" : "notifies"} ${alert.hook.target}`,
  );
}

const UNITS: Readonly<Record<AlertMeasure["kind"], string>> = {
  failure_rate: "percentunit",
  slow_rate: "percentunit",
  fallback_rate: "percentunit",
  rate: "percentunit",
  count: "none",
  percentile: "s",
  cost_rate: "none",
};

function chart(title: string, unit: string, queries: readonly Query[], description = "") {
  return {
    type: "timeseries" as const,
    title,
    description,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
    targets: queries.map(({ expr, legend }, at) => ({
      refId: refId(at),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

/** A, B, …, Z, AA */
function refId(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : refId(Math.floor(at / 26) - 1) + letter;
}

const IN_A_ROW = 3;

/** Each section under its title, three charts beside each other. */
function laidOut(sections: readonly Section[]): readonly (Panel | Row)[] {
  const panels: (Panel | Row)[] = [];
  let y = 0;
  for (const { title, charts } of sections) {
    const gridPos = { x: 0, y, w: WIDTH, h: 1 };
    panels.push({ id: panels.length + 1, type: "row", title, collapsed: false, gridPos, panels: [] });
    y += 1;
    charts.forEach((each, at) => {
      const w = WIDTH / IN_A_ROW;
      const place = { x: (at % IN_A_ROW) * w, y: y + Math.floor(at / IN_A_ROW) * HEIGHT, w, h: HEIGHT };
      panels.push({ id: panels.length + 1, ...each, datasource: SOURCE, gridPos: place });
    });
    y += Math.ceil(charts.length / IN_A_ROW) * HEIGHT;
  }
  return panels;
}
