/** What a change does, for people at a terminal. */
import { CHANGE_KINDS, type Change, type ChangeKind, type PolicyDiff } from "@fbp/dsl/proof";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { printable, widthOf } from "./width.ts";

export const TITLES: Readonly<Record<ChangeKind, string>> = {
  decisions: "decisions",
  classification: "how answers are read",
  settings: "settings",
  bounds: "bounds of one request",
  guarantees: "guarantees",
  reliance: "relied on",
};

export const SAME = "no change in what it does";

/** @param columns that a line may take where it can be broken */
export function changesAsText(policies: readonly PolicyDiff[], palette: Palette, columns: number): string {
  const all = policies.map((policy) => policyAsText(policy, palette, columns));
  const count = policies.reduce((sum, { changes }) => sum + changes.length, 0);
  return `${all.join("\n")}${count === 0 ? "" : `\n${plural(count, "change")}\n`}`;
}

function policyAsText({ policy, status, changes, notCompared }: PolicyDiff, palette: Palette, columns: number): string {
  const verdict = status === "same" ? (notCompared.length === 0 ? SAME : "no change found") : status;
  const lines = [`${palette.strong(printable(policy))}: ${verdict}`];
  for (const kind of CHANGE_KINDS) {
    const of = changes.filter((change) => change.kind === kind);
    if (of.length === 0) continue;
    lines.push("", `  ${palette.strong(TITLES[kind])}`);
    for (const change of of) lines.push(...changeAsText(change, palette, columns));
  }
  for (const { kind, why } of notCompared) {
    lines.push(
      "",
      `  ${palette.warning(`not compared: ${TITLES[kind]}`)}`,
      ...folded(printable(why), columns - 4).map((line) => `    ${line}`),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** On one line where it fits, else with what was above what is. */
function changeAsText({ what, before, after, because }: Change, palette: Palette, columns: number): readonly string[] {
  const subject = `    ${printable(what)}`;
  const why =
    because === null
      ? []
      : folded(`because ${printable(because)}`, columns - 6).map((line) => `      ${palette.dim(line)}`);
  if (before === null || after === null) {
    const [sign, text, paint] = before === null ? ["+", after ?? "", palette.good] : ["-", before, palette.bad];
    return [
      ...folded(`${subject.trim()}: ${printable(text)}`, columns - 6).map((line, index) =>
        paint(index === 0 ? `  ${sign} ${line}` : `      ${line}`),
      ),
      ...why,
    ];
  }
  const line = `${subject}: ${printable(before)} → ${printable(after)}`;
  if (widthOf(line) <= columns) {
    return [`${subject}: ${palette.bad(printable(before))} → ${palette.good(printable(after))}`, ...why];
  }
  const side = (sign: string, text: string, paint: Palette["good"]): readonly string[] =>
    folded(printable(text), columns - 8).map((part, index) =>
      paint(index === 0 ? `      ${sign} ${part}` : `        ${part}`),
    );
  const [head = "", ...more] = folded(printable(what), columns - 4);
  return [
    `    ${head}`,
    ...more.map((part) => `      ${part}`),
    ...side("-", before, palette.bad),
    ...side("+", after, palette.good),
    ...why,
  ];
}

/** Broken between words. */
function folded(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
