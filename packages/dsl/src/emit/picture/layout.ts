/** Where everything of a picture stands, in pixels. Text is monospaced, so that its width is known. */
import type { Group, PathPicture, Picture, Step } from "./model.ts";
import { cut } from "./shapes.ts";

export const SIZES = {
  margin: 32,
  font: 13,
  /** Width of a letter, for each pixel of the font's size. */
  letter: 0.602,
  line: 20,
  pad: 14,
  chip: 24,
  /** Between a path's card and its boxes. */
  between: 44,
  /** Between two bands: lines that come in run here. */
  gap: 60,
  lane: 18,
} as const;

/** Letters of a signal, a condition, a reason and a name that are shown. */
const LONGEST = { signal: 34, condition: 64, reason: 40, name: 36, fact: 44 } as const;

export interface PictureLayout {
  readonly picture: Picture;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Where reasons begin, in all of the boxes. */
  readonly reasonX: number;
  readonly bands: readonly BandLayout[];
  readonly lanes: readonly Lane[];
}

export interface BandLayout {
  readonly picture: PathPicture;
  readonly card: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly groups: readonly GroupLayout[];
}

export interface GroupLayout {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly entries: readonly {
    readonly signal: string;
    readonly condition: { readonly text: string; readonly y: number } | null;
    readonly reason: string | null;
    readonly y: number;
  }[];
  readonly chips: readonly Chip[];
  readonly hooks: readonly { readonly text: string; readonly x: number; readonly y: number }[];
}

export interface Chip {
  readonly step: Step;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly textX: number;
  readonly width: number;
  readonly hasBreaker: boolean;
  readonly isLast: boolean;
}

/** The line that all fallbacks to one path share. */
export interface Lane {
  readonly to: string;
  readonly x: number;
  /** The highest place where a fallback joins it. */
  readonly fromY: number;
  /** In the gap above the path's band. */
  readonly gapY: number;
  readonly arriveX: number;
  readonly arriveY: number;
  readonly sources: readonly { readonly x: number; readonly chipY: number; readonly y: number }[];
}

export function widthOf(content: string, size: number = SIZES.font): number {
  return Math.ceil([...content].length * size * SIZES.letter);
}

export function layoutOf(picture: Picture, top: number): PictureLayout {
  const shown = shortened(picture);
  const left = SIZES.margin;
  const cardWidth = Math.max(...shown.paths.map(cardWidthOf));
  const boxX = left + cardWidth + SIZES.between;
  const entries = shown.paths.flatMap(({ groups }) => groups.flatMap((group) => group.entries));
  const signalWidth = Math.max(0, ...entries.map(({ signal }) => widthOf(signal)));
  const reasonWidth = Math.max(0, ...entries.map(({ reason }) => widthOf(reason ?? "")));
  const conditionWidth = Math.max(0, ...entries.map(({ condition }) => widthOf(condition) + 14));
  const reasonX = boxX + SIZES.pad + signalWidth + 18;
  const chipX = Math.max(reasonX + reasonWidth, boxX + SIZES.pad + conditionWidth) + 24;
  const ends = shown.paths.flatMap(({ groups }) => groups.map((group) => chipsAt(group, chipX, 0).end));
  const boxWidth = Math.max(0, ...ends) + SIZES.pad - boxX;
  const bands: BandLayout[] = [];
  let y = top + 62 + SIZES.gap - 18;
  for (const path of shown.paths) {
    const groups: GroupLayout[] = [];
    let groupY = y;
    for (const group of path.groups) {
      const placed = groupAt(group, boxX, groupY, boxWidth, chipX);
      groups.push(placed);
      groupY += placed.height + 10;
    }
    const cardHeight = cardHeightOf(path);
    bands.push({ picture: path, card: { x: left, y, width: cardWidth, height: cardHeight }, groups });
    y = Math.max(y + cardHeight, groupY - 10) + SIZES.gap;
  }
  const lanes = lanesOf(bands, boxX + boxWidth + 20);
  return {
    picture: shown,
    left,
    top,
    right: Math.max(
      boxX + boxWidth,
      ...lanes.map(({ x }) => x),
      left + widthOf(shown.budget.join(", ")) + 200,
      left + 930,
    ),
    bottom: y - SIZES.gap + 66,
    reasonX,
    bands,
    lanes,
  };
}

/** Names are as long as somebody wrote them; what is cut ends with an ellipsis. */
function shortened(picture: Picture): Picture {
  const step = (one: Step): Step => ({ ...one, text: cut(one.text, LONGEST.name) });
  return {
    ...picture,
    name: cut(picture.name, 80),
    paths: picture.paths.map((path) => ({
      ...path,
      facts: path.facts.map((fact) => cut(fact, LONGEST.fact)),
      breaker: path.breaker.map((fact) => cut(fact, LONGEST.fact)),
      groups: path.groups.map((group) => ({
        ...group,
        steps: group.steps.map(step),
        hooks: group.hooks.map((hook) => cut(hook, LONGEST.name)),
        entries: group.entries.map(({ signal, condition, reason }) => ({
          signal: cut(signal, LONGEST.signal),
          condition: cut(condition, LONGEST.condition),
          reason: reason === null ? null : cut(reason, LONGEST.reason),
        })),
      })),
    })),
  };
}

function cardWidthOf({ name, facts, breaker, slo }: PathPicture): number {
  const rows = [...facts.map((fact) => widthOf(fact)), ...breaker.map((fact) => widthOf(fact) + 20)];
  const objective = slo === null ? 0 : widthOf(`objective ${slo}`);
  return (
    Math.max(widthOf(cut(name, LONGEST.name), 16), widthOf("a usable answer: done"), objective, ...rows) + 2 * SIZES.pad
  );
}

function cardHeightOf({ facts, breaker, slo }: PathPicture): number {
  const rows = facts.length + (breaker.length === 0 ? 0 : 1 + breaker.length) + (slo === null ? 0 : 1) + 1;
  return 28 + rows * SIZES.line + SIZES.pad;
}

function groupAt(group: Group, x: number, y: number, width: number, chipX: number): GroupLayout {
  let rowY = y + 26;
  const entries = group.entries.map(({ signal, condition, reason }) => {
    const at = rowY;
    rowY += SIZES.line;
    const below = condition === "" ? null : { text: condition, y: rowY };
    if (below !== null) rowY += SIZES.line;
    return { signal, reason, y: at, condition: below };
  });
  const { chips } = chipsAt(group, chipX, y + 10);
  const lines = group.steps.filter(({ kind }) => kind === "fallback").length;
  const hooksY = y + 10 + SIZES.chip + (lines === 0 ? 18 : 14 + 8 * lines);
  const hooks = group.hooks.length === 0 ? [] : [{ text: group.hooks.join(", "), x: chipX, y: hooksY }];
  const right = hooks.length === 0 ? y + 10 + SIZES.chip + (lines === 0 ? 10 : 6 + 8 * lines) : hooksY + 8;
  return { x, y, width, height: Math.max(rowY - SIZES.line + 14, right) - y, entries, chips, hooks };
}

const ELSE = widthOf("else") + 12;

function chipsAt({ steps }: Group, left: number, y: number): { readonly chips: readonly Chip[]; readonly end: number } {
  let x = left;
  const chips = steps.map((step, index): Chip => {
    const hasBreaker = step.kind === "fallback" && step.breaker;
    const label = step.kind === "fallback" ? `→ ${step.text}` : step.kind === "retry" ? `↻ ${step.text}` : step.text;
    const lead = hasBreaker ? 26 : 12;
    const width = widthOf(label) + lead + 12;
    const chip = { step, label, x, y, textX: x + lead, width, hasBreaker, isLast: index === steps.length - 1 };
    x += width + (chip.isLast ? 0 : ELSE);
    return chip;
  });
  return { chips, end: x };
}

function lanesOf(bands: readonly BandLayout[], firstX: number): readonly Lane[] {
  const found: Lane[] = [];
  for (const target of bands) {
    const sources = bands.flatMap(({ groups }) =>
      groups.flatMap(({ chips }) => {
        const falls = chips.filter(({ step }) => step.kind === "fallback");
        return falls.flatMap((chip, index) =>
          chip.step.kind === "fallback" && chip.step.to === target.picture.name
            ? [
                {
                  x: chip.x + chip.width / 2,
                  chipY: chip.y + SIZES.chip,
                  y: chip.y + SIZES.chip + 8 * (falls.length - index),
                },
              ]
            : [],
        );
      }),
    );
    if (sources.length === 0) continue;
    found.push({
      to: target.picture.name,
      x: firstX + SIZES.lane * found.length,
      fromY: Math.min(...sources.map(({ y }) => y)),
      gapY: target.card.y - 28,
      arriveX: target.card.x + Math.round(target.card.width / 2),
      arriveY: target.card.y,
      sources,
    });
  }
  return found;
}
