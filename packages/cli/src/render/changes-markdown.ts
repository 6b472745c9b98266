/** What a change does, as Markdown for a pull request. */
import { CHANGE_KINDS, type Change, type ChangeKind, type PolicyDiff } from "@fbp/dsl/proof";
import { SAME, TITLES } from "./changes.ts";
import { plural } from "./finding.ts";
import { printable } from "./width.ts";

/** More rows than this are folded away. */
const MOST_OPEN = 12;
/** These are what a reviewer looks for first; the others are folded away. */
const OPEN: ReadonlySet<ChangeKind> = new Set(["decisions", "classification", "bounds", "guarantees"]);

export interface Sides {
  readonly old: string;
  readonly fresh: string;
}

export function changesAsMarkdown(policies: readonly PolicyDiff[], { old, fresh }: Sides): string {
  const head = `## What this change does\n\nFrom ${code(old)} to ${code(fresh)}.\n`;
  return [head, ...policies.map(policyAsMarkdown)].join("\n");
}

function policyAsMarkdown({ policy, status, changes, notCompared }: PolicyDiff): string {
  const verdict = status === "same" ? (notCompared.length === 0 ? SAME : "no change found") : status;
  const parts = [`### ${code(policy)}: ${verdict}\n`];
  for (const kind of CHANGE_KINDS) {
    const of = changes.filter((change) => change.kind === kind);
    if (of.length > 0) parts.push(tableOf(kind, of));
  }
  for (const { kind, why } of notCompared) parts.push(`**Not compared: ${TITLES[kind]}**, ${plain(why)}\n`);
  return parts.join("\n");
}

function tableOf(kind: ChangeKind, changes: readonly Change[]): string {
  const reasons = changes.some(({ because }) => because !== null);
  const head = reasons
    ? "| what | before | after | because |\n|---|---|---|---|\n"
    : "| what | before | after |\n|---|---|---|\n";
  const rows = changes.map(({ what, before, after, because }) => {
    const cells = [
      plain(what),
      value(before),
      value(after),
      ...(reasons ? [because === null ? "" : plain(because)] : []),
    ];
    return `| ${cells.join(" | ")} |\n`;
  });
  const title = `${TITLES[kind]}: ${plural(changes.length, "change")}`;
  const table = `${head}${rows.join("")}`;
  const isOpen = OPEN.has(kind) && changes.length <= MOST_OPEN;
  return `<details${isOpen ? " open" : ""}>\n<summary>${title}</summary>\n\n${table}\n</details>\n`;
}

function value(text: string | null): string {
  return text === null ? "–" : code(text);
}

/** Nothing in it is read as Markdown, HTML, a mention, or the end of a cell. */
function plain(text: string): string {
  return printable(text)
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.length > 1 && part.startsWith("`")
        ? code(part.slice(1, -1))
        : part.replace(/[\\`*[\]<>#|~@&]|(?<!\w)_|_(?!\w)/g, (letter) => `&#${letter.codePointAt(0)};`),
    )
    .join("");
}

/** As code in a table's cell: there a bar ends the cell also in code, and a backslash before it does not show. */
function code(text: string): string {
  const shown = printable(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}
