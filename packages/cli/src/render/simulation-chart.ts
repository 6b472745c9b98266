/** What happened in a simulation over time, as a chart. */
import type { AlertResult, Simulation, SimulationEvent } from "@fbp/dsl";
import { hasFired } from "./alerts.ts";
import { clock, percent, time } from "./amounts.ts";
import { type Chart, chartSvg, type Lane, type Strip } from "./chart.ts";

export function simulationChart({ spanMs, timeline, events, paths, alerts, beside }: Simulation): Chart {
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const { steps } = timeline;
  type Played = NonNullable<typeof beside>["timeline"][number];
  const besides = (measure: (step: Played) => number | null): Pick<Strip, "beside"> =>
    beside === null ? {} : { beside: { title: beside.title, values: beside.timeline.map(measure) } };
  const lost = ({ requests, answers }: { readonly requests: number; readonly answers: number }): number | null =>
    share(requests - answers, requests);
  return {
    spanMs,
    moment: clock,
    strips: [
      {
        title: "requests without an answer",
        values: steps.map(lost),
        text: (value) => percent(value, 1),
        ...besides(lost),
      },
      {
        title: "answered by a fallback",
        values: steps.map(({ requests, fallbackAnswers }) => share(fallbackAnswers, requests)),
        text: (value) => percent(value, 1),
      },
      {
        title: "p95 of the time to the end",
        values: steps.map(({ p95 }) => p95),
        text: time,
        ...besides(({ p95 }) => p95),
      },
      {
        title: "calls for each request",
        values: steps.map(({ attempts, requests }) => share(attempts, requests)),
        text: (value) => value.toFixed(2),
        ...besides(({ attempts, requests }) => share(attempts, requests)),
      },
    ],
    lanes: [
      ...paths.flatMap(({ path, openings, sloBreaches }) => [
        ...(openings > 0
          ? [laneOf(`breaker of ${path} not closed`, path, events, ["opened", "reopened"], ["closed"])]
          : []),
        ...(sloBreaches > 0
          ? [laneOf(`objective of ${path} missed`, path, events, ["slo_breached"], ["slo_kept"])]
          : []),
      ]),
      ...alerts.filter(({ episodes }) => episodes.length > 0).map(laneOfAlert),
    ],
  };
}

/** Pending is marked less than firing. */
function laneOfAlert({ alert, episodes }: AlertResult): Lane {
  const spans = episodes.flatMap(({ pendingAtMs, firedAtMs, endedAtMs }) => {
    const endMs = endedAtMs ?? Number.POSITIVE_INFINITY;
    return [
      ...(firedAtMs === pendingAtMs ? [] : [{ fromMs: pendingAtMs, toMs: firedAtMs ?? endMs, isWeak: true }]),
      ...(firedAtMs === null ? [] : [{ fromMs: firedAtMs, toMs: endMs }]),
    ];
  });
  const states = [
    ...(spans.some(({ isWeak }) => isWeak === true) ? ["pending"] : []),
    ...(hasFired({ episodes }) ? ["firing"] : []),
  ];
  return { title: `alert ${alert} ${states.join(", then ")}`, spans };
}

export function simulationSvg(simulation: Simulation): string {
  return chartSvg(
    `${simulation.policy}: ${simulation.requests} requests, seed ${simulation.seed}`,
    simulationChart(simulation),
  );
}

type What = SimulationEvent["what"];

function laneOf(
  title: string,
  path: string,
  events: readonly SimulationEvent[],
  begins: readonly What[],
  ends: readonly What[],
): Lane {
  const spans: { readonly fromMs: number; readonly toMs: number }[] = [];
  let since: number | null = null;
  for (const { atMs, what } of events.filter((event) => event.path === path)) {
    if (begins.includes(what)) since ??= atMs;
    else if (ends.includes(what) && since !== null) {
      spans.push({ fromMs: since, toMs: atMs });
      since = null;
    }
  }
  if (since !== null) spans.push({ fromMs: since, toMs: Number.POSITIVE_INFINITY });
  return { title, spans };
}
