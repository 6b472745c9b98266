/** Charts over time: strips of columns for a terminal, and the same as SVG. Every strip has a scale of its own, from 0. */
import type { Palette } from "./palette.ts";
import { widthOf } from "./width.ts";

/** One measure over time. */
export interface Strip {
  readonly title: string;
  /** In steps of equal length; null: nothing was measured. */
  readonly values: readonly (number | null)[];
  /** How a value of it is written. */
  readonly text: (value: number) => string;
  /** The same measure of something else, on the same scale. */
  readonly beside?: { readonly title: string; readonly values: readonly (number | null)[] };
}

/** One thing that is in a state for some time. */
export interface Lane {
  readonly title: string;
  readonly spans: readonly LaneSpan[];
}

/** From when to when, in milliseconds. */
export interface LaneSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** It is only about to be in the state. */
  readonly isWeak?: boolean;
}

export interface Chart {
  readonly spanMs: number;
  readonly strips: readonly Strip[];
  readonly lanes: readonly Lane[];
  /** A moment as it is written below the axis. */
  readonly moment: (ms: number) => string;
}

/** Eighths of a row, from nothing to all of it. */
const EIGHTHS = " ▁▂▃▄▅▆▇█";
const ROWS = 3;
const LEAST_COLUMNS = 20;
const INDENT = "  ";

/** @param columns of the terminal */
export function chartText(chart: Chart, palette: Palette, columns: number): string {
  const gutter = Math.max(...chart.strips.map((strip) => widthOf(strip.text(topOf(strip)))), 4);
  const room = Math.max(LEAST_COLUMNS, columns - gutter - 2 * INDENT.length - 1);
  const steps = Math.max(...chart.strips.map(({ values }) => values.length));
  const width = Math.min(room, steps);
  const lines: string[] = [];
  for (const strip of chart.strips) {
    const top = topOf(strip);
    const label = (text: string): string => palette.dim(text.padStart(gutter));
    const columnsOf = (title: string, values: Strip["values"]): void => {
      lines.push(`${INDENT}${title}`);
      for (let row = ROWS - 1; row >= 0; row--) {
        const marks = resampled(values, width).map((value) => markOf(value, top, row));
        const name = row === ROWS - 1 ? strip.text(top) : row === 0 ? "0" : "";
        lines.push(`${INDENT}${label(name)} ${marks.join("").trimEnd()}`);
      }
    };
    columnsOf(strip.title, strip.values);
    if (strip.beside !== undefined) columnsOf(`${strip.title}, ${strip.beside.title}`, strip.beside.values);
  }
  for (const { title, spans } of chart.lanes) {
    const marks = Array.from({ length: width }, (_, column) => {
      const [from, to] = [(column / width) * chart.spanMs, ((column + 1) / width) * chart.spanMs];
      const here = spans.filter((one) => one.fromMs < to && one.toMs > from);
      if (here.length === 0) return palette.dim("·");
      return here.every(({ isWeak }) => isWeak === true) ? palette.warning("▒") : palette.bad("█");
    });
    lines.push(`${INDENT}${title}`, `${INDENT}${"".padStart(gutter)} ${marks.join("")}`);
  }
  const [left, right] = [chart.moment(0), chart.moment(chart.spanMs)];
  lines.push(`${INDENT}${"".padStart(gutter)} ${palette.dim(left + right.padStart(Math.max(1, width - left.length)))}`);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function topOf({ values, beside }: Strip): number {
  return [...values, ...(beside?.values ?? [])].reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
}

/** The highest of the values that share a column. */
function resampled(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    return values
      .slice(from, to)
      .reduce<number | null>((top, value) => (value === null ? top : Math.max(top ?? 0, value)), null);
  });
}

function markOf(value: number | null, top: number, row: number): string {
  if (value === null || top === 0) return " ";
  const eighths = Math.round((value / top) * ROWS * 8);
  // What is there but hardly is still seen.
  const shown = value > 0 ? Math.max(1, eighths) : eighths;
  return EIGHTHS[Math.min(8, Math.max(0, shown - row * 8))] ?? " ";
}

const WIDTH = 800;
const LEFT = 90;
const RIGHT = 16;
const HEAD = 40;
const STRIP = 92;
const PLOT = 56;
const LANE = 34;

/** A whole SVG document; it fetches nothing, and is readable on light and dark grounds. */
export function chartSvg(title: string, chart: Chart): string {
  const lanesAt = HEAD + chart.strips.length * STRIP;
  const axisAt = lanesAt + chart.lanes.length * LANE;
  const height = axisAt + 30;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    STYLE,
    `<rect class="ground" width="100%" height="100%"/>`,
    `<text class="head" x="16" y="24">${escaped(title)}</text>`,
    ...chart.strips.map((strip, index) => stripSvg(strip, HEAD + index * STRIP)),
    ...chart.lanes.map((lane, index) => laneSvg(lane, chart.spanMs, lanesAt + index * LANE)),
    ...axisSvg(chart, axisAt),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

const STYLE = `<style>
  .ground { fill: #fff } text { fill: #444 } .head { font-size: 15px; font-weight: 600; fill: #111 } .name { fill: #111 }
  .line { fill: none; stroke: #2563a8; stroke-width: 1.5 } .area { fill: #2563a8; fill-opacity: .14 }
  .beside { fill: none; stroke: #b8651b; stroke-width: 1.5 } .other { fill: #b8651b }
  .grid { stroke: #bbb; stroke-width: .6 } .state { fill: #c0392b } .weak { fill: #e0a33e } .lane { fill: #eee }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #16181b } text { fill: #b4b9c0 } .head, .name { fill: #f0f2f4 } .line { stroke: #6db0f2 }
    .beside { stroke: #f0a35e } .other { fill: #f0a35e } .area { fill: #6db0f2 } .grid { stroke: #4a4f55 } .state { fill: #e5695b } .lane { fill: #2a2d31 }
  }
</style>`;

function stripSvg(strip: Strip, y: number): string {
  const top = topOf(strip);
  const base = y + 22 + PLOT;
  const x = (index: number): string => rounded(LEFT + ((index + 0.5) / strip.values.length) * (WIDTH - LEFT - RIGHT));
  const height = (value: number): string => rounded(base - (top === 0 ? 0 : (value / top) * PLOT));
  const linesOf = (values: Strip["values"]): readonly (readonly string[])[] =>
    runsOf(values).map((points) => points.map(([index, value]) => `${x(index)} ${height(value)}`));
  const pathOf = (lines: readonly (readonly string[])[]): string =>
    lines.map((points) => `M${points.join("L")}`).join("");
  const lines = linesOf(strip.values);
  const areas = runsOf(strip.values).map((points, run) => {
    const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
    return `M${x(first)} ${base}L${(lines[run] ?? []).join("L")}L${x(last)} ${base}Z`;
  });
  return [
    `<text class="name" x="${LEFT}" y="${y + 12}">${escaped(strip.title)}</text>`,
    ...(strip.beside === undefined
      ? []
      : [
          `<text class="other" x="${WIDTH - RIGHT}" y="${y + 12}" text-anchor="end">${escaped(strip.beside.title)}</text>`,
        ]),
    `<text x="${LEFT - 8}" y="${y + 26}" text-anchor="end">${escaped(strip.text(top))}</text>`,
    `<text x="${LEFT - 8}" y="${base + 4}" text-anchor="end">0</text>`,
    `<path class="grid" d="M${LEFT} ${y + 22}H${WIDTH - RIGHT}M${LEFT} ${base}H${WIDTH - RIGHT}"/>`,
    `<path class="area" d="${areas.join("")}"/>`,
    `<path class="line" d="${pathOf(lines)}"/>`,
    ...(strip.beside === undefined ? [] : [`<path class="beside" d="${pathOf(linesOf(strip.beside.values))}"/>`]),
  ].join("\n");
}

/** Stretches without a gap, each as index and value. */
function runsOf(values: readonly (number | null)[]): readonly (readonly (readonly [number, number])[])[] {
  const runs: (readonly [number, number])[][] = [];
  let isOpen = false;
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      if (!isOpen) runs.push([]);
      runs.at(-1)?.push([index, value]);
    }
    isOpen = value !== null;
  }
  return runs;
}

function laneSvg({ title, spans }: Lane, spanMs: number, y: number): string {
  const x = (ms: number): number => LEFT + (Math.min(ms, spanMs) / spanMs) * (WIDTH - LEFT - RIGHT);
  const states = spans
    .filter(({ fromMs }) => fromMs < spanMs)
    .map(
      ({ fromMs, toMs, isWeak }) =>
        `<rect class="${isWeak === true ? "weak" : "state"}" x="${rounded(x(fromMs))}" y="${y + 16}" width="${rounded(Math.max(1, x(toMs) - x(fromMs)))}" height="8"/>`,
    );
  return [
    `<text class="name" x="${LEFT}" y="${y + 11}">${escaped(title)}</text>`,
    `<rect class="lane" x="${LEFT}" y="${y + 16}" width="${WIDTH - LEFT - RIGHT}" height="8"/>`,
    ...states,
  ].join("\n");
}

const TICKS = 5;

function axisSvg({ spanMs, moment }: Chart, y: number): readonly string[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const x = rounded(LEFT + (tick / TICKS) * (WIDTH - LEFT - RIGHT));
    const anchor = tick === 0 ? "start" : tick === TICKS ? "end" : "middle";
    return `<text x="${x}" y="${y + 16}" text-anchor="${anchor}">${escaped(moment((tick / TICKS) * spanMs))}</text>`;
  });
}

function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** For text and attributes of XML and HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
