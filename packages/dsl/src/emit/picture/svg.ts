/**
 * Policies as an SVG: one band for each path, its signals in boxes by what happens, and a line in the colour of
 * the path that a fallback leads to. Lines run down beside the boxes and in the gaps between the bands, so that
 * none ever crosses a box. The same policy gives the same bytes.
 */

import { type BandLayout, type GroupLayout, layoutOf, type PictureLayout, SIZES } from "./layout.ts";
import type { Picture, Step } from "./model.ts";
import { box, clipped, line, path, text } from "./shapes.ts";

const COLOURS = ["#1d4ed8", "#7e22ce", "#0f766e", "#c2410c", "#be185d", "#4d7c0f", "#0369a1", "#6d28d9"] as const;
const INK = "#1f2937";
const DIM = "#6b7280";
const FRAME = "#d1d5db";
const END = "#b91c1c";
const GOOD = "#15803d";
/** Neither an answer of a path nor a failure. */
const DEGRADED = "#b45309";

export function svgOf(pictures: readonly Picture[]): string {
  const layouts: PictureLayout[] = [];
  let height = SIZES.margin;
  for (const picture of pictures) {
    const layout = layoutOf(picture, height);
    layouts.push(layout);
    height = layout.bottom + SIZES.margin;
  }
  const width = Math.max(200, ...layouts.map(({ right }) => right)) + SIZES.margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="fbp-title" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZES.font}">`,
    `<title id="fbp-title">fallback policies: ${clipped(pictures.map(({ name }) => name).join(", "), 200)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...layouts.flatMap(drawn),
    "</svg>",
    "",
  ].join("\n");
}

function drawn(layout: PictureLayout): readonly string[] {
  const { picture, left, top } = layout;
  const colourOf = (name: string): string => {
    const index = picture.paths.findIndex((one) => one.name === name);
    return COLOURS[index % COLOURS.length] ?? INK;
  };
  return [
    `<g><title>policy ${clipped(picture.name, 80)}</title>`,
    text(left, top + 18, picture.name, { fill: INK, size: 18, weight: "bold" }),
    text(left, top + 40, `one request at most: ${picture.budget.join(", ")}`, { fill: DIM }),
    ...startOf(layout),
    ...layout.bands.flatMap((band) => bandOf(band, layout, colourOf)),
    ...layout.lanes.flatMap(({ to, x, fromY, gapY, arriveX, arriveY, sources }) => {
      const colour = colourOf(to);
      const upper = Math.min(gapY, fromY);
      const lower = Math.max(gapY, ...sources.map(({ y }) => y));
      return [
        ...sources.map((from) => path(`M${from.x} ${from.chipY} V${from.y} H${x}`, colour)),
        line(x, upper, x, lower, colour, 2),
        path(`M${x} ${gapY} H${arriveX} V${arriveY - 7}`, colour),
        arrowDown(arriveX, arriveY, colour),
      ];
    }),
    ...legendOf(layout),
    "</g>",
  ];
}

function startOf({ bands }: PictureLayout): readonly string[] {
  const [first] = bands;
  if (first === undefined) return [];
  const x = first.card.x + 24;
  const y = first.card.y;
  return [
    `<circle cx="${x}" cy="${y - 26}" r="7" fill="${INK}"/>`,
    text(x + 14, y - 22, "a request", { fill: DIM }),
    line(x, y - 19, x, y - 7, INK, 2),
    arrowDown(x, y, INK),
  ];
}

function arrowDown(x: number, y: number, colour: string): string {
  return `<path d="M${x - 5} ${y - 8} L${x + 5} ${y - 8} L${x} ${y} Z" fill="${colour}"/>`;
}

function bandOf(band: BandLayout, layout: PictureLayout, colourOf: (name: string) => string): readonly string[] {
  const { card, groups, picture: path } = band;
  const colour = colourOf(path.name);
  const busX = card.x + card.width + 18;
  const middle = card.y + 22;
  const ys = groups.map((group) => group.y + 22);
  return [
    box(card.x, card.y, card.width, card.height, { stroke: colour, fill: "#ffffff", radius: 8, width: 2 }),
    ...cardText(band, colour),
    ...(groups.length === 0
      ? []
      : [
          line(card.x + card.width, middle, busX, middle, FRAME, 2),
          line(busX, Math.min(middle, ...ys), busX, Math.max(middle, ...ys), FRAME, 2),
          ...groups.flatMap((group) => [
            line(busX, group.y + 22, group.x - 6, group.y + 22, FRAME, 2),
            `<path d="M${group.x - 8} ${group.y + 17} L${group.x - 8} ${group.y + 27} L${group.x} ${group.y + 22} Z" fill="${FRAME}"/>`,
          ]),
        ]),
    ...groups.flatMap((group) => groupOf(group, layout, colourOf)),
  ];
}

function cardText({ card, picture }: BandLayout, colour: string): readonly string[] {
  const x = card.x + SIZES.pad;
  let y = card.y + 28;
  const rows: string[] = [text(x, y, picture.name, { fill: colour, size: 16, weight: "bold" })];
  const row = (content: string, fill: string, indent = 0): void => {
    y += SIZES.line;
    rows.push(text(x + indent, y, content, { fill }));
  };
  for (const fact of picture.facts) row(fact, INK);
  if (picture.breaker.length > 0) {
    row("breaker", INK, 20);
    rows.push(breakerMark(x + 7, y - 4, INK));
    for (const fact of picture.breaker) row(fact, DIM, 20);
  }
  if (picture.slo !== null) row(`objective ${picture.slo}`, DIM);
  row("a usable answer: done", GOOD);
  return rows;
}

/** A circle that is half open. */
function breakerMark(x: number, y: number, colour: string): string {
  return `<circle cx="${x}" cy="${y}" r="5.5" fill="#ffffff" stroke="${colour}" stroke-width="1.5"/><path d="M${x} ${y - 5.5} A5.5 5.5 0 0 1 ${x} ${y + 5.5} Z" fill="${colour}"/>`;
}

function groupOf(group: GroupLayout, layout: PictureLayout, colourOf: (name: string) => string): readonly string[] {
  const { x, y, width, height } = group;
  return [
    box(x, y, width, height, { stroke: FRAME, fill: "#f9fafb", radius: 6, width: 1 }),
    ...group.entries.flatMap(({ signal, condition, reason, y: rowY }) => [
      text(x + SIZES.pad, rowY, signal, { fill: INK, weight: "bold" }),
      ...(reason === null ? [] : [text(layout.reasonX, rowY, reason, { fill: DIM })]),
      ...(condition === null ? [] : [text(x + SIZES.pad + 14, condition.y, condition.text, { fill: DIM })]),
    ]),
    ...group.chips.flatMap((chip) => {
      const stroke = strokeOf(chip.step, colourOf);
      return [
        box(chip.x, chip.y, chip.width, SIZES.chip, {
          stroke,
          fill: chip.step.kind === "fallback" ? stroke : "#ffffff",
          radius: chip.step.kind === "end" ? 4 : SIZES.chip / 2,
          width: 1.5,
        }),
        ...(chip.hasBreaker ? [breakerMark(chip.x + 15, chip.y + SIZES.chip / 2, "#111827")] : []),
        text(chip.textX, chip.y + 17, chip.label, { fill: chip.step.kind === "fallback" ? "#ffffff" : stroke }),
        ...(chip.isLast ? [] : [text(chip.x + chip.width + 6, chip.y + 17, "else", { fill: DIM })]),
      ];
    }),
    ...group.hooks.map((hook) => text(hook.x, hook.y, hook.text, { fill: END })),
  ];
}

function strokeOf(step: Step, colourOf: (name: string) => string): string {
  switch (step.kind) {
    case "fallback":
      return colourOf(step.to);
    case "retry":
      return INK;
    case "proceed":
      return GOOD;
    case "end":
      return step.text.startsWith("fail") ? END : DEGRADED;
  }
}

function legendOf({ left, bottom, bands }: PictureLayout): readonly string[] {
  const y = bottom - 8;
  const hasBreaker = bands.some(({ groups }) => groups.some(({ chips }) => chips.some((chip) => chip.hasBreaker)));
  return [
    text(
      left,
      y,
      "Signals on the left, the reason on record beside them. Of what stands on the right, the first that is permitted happens.",
      {
        fill: DIM,
      },
    ),
    ...(hasBreaker
      ? [
          breakerMark(left + 6, y + 14, "#111827"),
          text(left + 18, y + 18, "only while the breaker of that path lets it through", { fill: DIM }),
        ]
      : []),
  ];
}
