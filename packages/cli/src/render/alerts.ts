/** The alerts of a simulation: when they would have been pending, fired and were over, and how far it came. */
import type { AlertPeak, AlertResult, Simulation } from "@fbp/dsl";
import { clock, percent, roundMoney, time } from "./amounts.ts";
import { noteLines } from "./beside.ts";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

const INDENT = "  ";
/** Of an alert that comes and goes all the time so many are shown: those that fired, then the first ones. */
const MOST_EPISODES = 4;

/** @param columns of the terminal */
export function alertTable({ alerts, currency }: Simulation, palette: Palette, columns: number): string {
  if (alerts.length === 0) return "";
  const head = ["alert", "pending", "fired", "over", "peak", "to"].map(palette.dim);
  const rows = alerts.flatMap((alert) => rowsOf(alert, currency, palette));
  const notes = alerts.flatMap(({ alert, notes }) =>
    notes.flatMap((note) => noteLines(`${alert}: ${note}`, palette, columns)),
  );
  return `${renderTable(head, rows, INDENT)}${notes.length === 0 ? "" : `\n${notes.join("")}`}`;
}

export function hasFired({ episodes }: Pick<AlertResult, "episodes">): boolean {
  return episodes.some(didFire);
}

function didFire({ firedAtMs }: AlertResult["episodes"][number]): boolean {
  return firedAtMs !== null;
}

function rowsOf(alert: AlertResult, currency: string | null, palette: Palette): readonly (readonly string[])[] {
  const { alert: name, episodes, kind, target, peak } = alert;
  const to = printable(`${kind} ${target}`);
  if (episodes.length === 0) return [[name, "-", "-", "-", peakText(peak, currency), to].map(palette.dim)];
  const chosen = [...new Set([...episodes.filter(didFire), ...episodes])].slice(0, MOST_EPISODES);
  const left = episodes.filter((episode) => !chosen.includes(episode));
  const shown = chosen
    .toSorted((a, b) => a.pendingAtMs - b.pendingAtMs)
    .map((episode, index) => {
      const still = episode.firedAtMs === null ? "still pending" : "still firing";
      return [
        index > 0 ? "" : hasFired(alert) ? palette.bad(name) : name,
        clock(episode.pendingAtMs),
        episode.firedAtMs === null ? "-" : palette.bad(clock(episode.firedAtMs)),
        episode.endedAtMs === null ? still : clock(episode.endedAtMs),
        peakText(episode.peak, currency),
        index > 0 ? "" : to,
      ];
    });
  if (left.length === 0) return shown;
  const fired = left.filter(didFire).length;
  return [...shown, [palette.dim(`  ${left.length} more, ${fired === 0 ? "none" : fired} fired`)]];
}

function peakText(peak: AlertPeak | null, currency: string | null): string {
  if (peak === null) return "-";
  switch (peak.of) {
    case "share":
      return percent(peak.value, 1);
    case "count":
      return String(peak.value);
    case "seconds":
      return time(peak.value * 1000);
    case "money":
      return `${roundMoney(peak.value * 1e9, currency)}/s`;
  }
}
