/** Policies as Mermaid flowcharts: text that many places draw. */
import type { Entry, Group, PathPicture, Picture, Step } from "./model.ts";
import { cut } from "./shapes.ts";

export function mermaidOf(pictures: readonly Picture[]): string {
  return `${["flowchart LR", ...pictures.flatMap((picture, index) => chart(picture, `p${index}`, pictures.length > 1))].join("\n")}\n`;
}

/** @param prefix of the ids of nodes: several policies may have paths of one name */
function chart(picture: Picture, prefix: string, isOneOfMany: boolean): readonly string[] {
  const idOf = (name: string): string => `${prefix}_${picture.paths.findIndex((path) => path.name === name)}`;
  const ends = new Map<string, string>();
  const endOf = (text: string): string => {
    const id = ends.get(text) ?? `${prefix}_end${ends.size}`;
    ends.set(text, id);
    return id;
  };
  const boxes = picture.paths.flatMap((path) => boxesOf(path, idOf, endOf));
  const [start] = picture.paths;
  const lines = [
    `${prefix}_start(("${quoted(`${picture.name}: a request`)}"))`,
    ...picture.paths.map((path) => `${idOf(path.name)}["${nodeText(path)}"]`),
    ...[...ends].map(([text, id]) => `${id}(["${quoted(text)}"])`),
    ...(start === undefined ? [] : [`${prefix}_start --> ${idOf(start.name)}`]),
    ...boxes,
  ];
  if (!isOneOfMany) return lines.map((line) => `  ${line}`);
  return [`  subgraph ${prefix}["${quoted(picture.name)}"]`, ...lines.map((line) => `    ${line}`), "  end"];
}

function nodeText({ name, facts, breaker, slo }: PathPicture): string {
  const rows = [
    `<b>${quoted(name)}</b>`,
    ...facts.map(quoted),
    ...(breaker.length === 0 ? [] : [`breaker: ${breaker.map(quoted).join(", ")}`]),
    ...(slo === null ? [] : [`objective: ${quoted(slo)}`]),
  ];
  return rows.join("<br/>");
}

/** A node for each box of a path, as in the picture: labels on lines would lie upon each other. */
function boxesOf(
  path: PathPicture,
  idOf: (name: string) => string,
  endOf: (text: string) => string,
): readonly string[] {
  const from = idOf(path.name);
  return path.groups.flatMap((group, index) => {
    const id = `${from}_${index}`;
    const leaves = group.steps.filter(({ kind }) => kind === "fallback" || kind === "end");
    // That a rule fails when nothing else is permitted would be half of all lines.
    const shown = leaves.filter((step, at) => at === 0 || step.kind === "fallback" || endText(step, group) !== "fail");
    return [
      `${id}["${groupText(group)}"]`,
      `${from} --- ${id}`,
      ...shown.map((step, at) => {
        const to = step.kind === "fallback" ? idOf(step.to) : endOf(endText(step, group));
        return at === 0 && step === group.steps[0] ? `${id} --> ${to}` : `${id} -.->|else| ${to}`;
      }),
    ];
  });
}

function groupText({ entries, steps }: Group): string {
  const here = steps
    .filter(({ kind }) => kind === "retry" || kind === "proceed")
    .map(({ text }) => `<i>${quoted(text)}</i>`);
  return [...entries.map(entryText), ...here].join("<br/>");
}

function endText({ text }: Step, { hooks }: Group): string {
  return [text, ...hooks].join(", ");
}

function entryText({ signal, condition, reason }: Entry): string {
  const when = condition === "" ? "" : ` ${cut(condition, 60)}`;
  return `<b>${quoted(signal)}</b>${quoted(when)}${reason === null ? "" : quoted(` ${reason}`)}`;
}

/** Mermaid takes entities with a hash in front; whatever else it could read as its own is made plain. */
function quoted(text: string): string {
  return cut(text, 120).replace(/[^\p{L}\p{N} _.,:;()/+=-]/gu, (letter) => `#${letter.codePointAt(0)};`);
}
