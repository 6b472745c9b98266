/** What `fbp contract verify` recorded, or would. */
import type { AreaStatus } from "@fbp/dsl";
import { areaAsJson } from "./areas.ts";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

/**
 * One table of what each area says now: the area, how it stands, by whom and against what.
 *
 * @param width columns of the terminal; infinite where there is none
 * @param isKept were the notes there before, and did nobody say anything of them?
 */
export function recordedAsText(
  statuses: readonly AreaStatus[],
  isKept: boolean,
  palette: Palette,
  width: number,
): string {
  const rows = statuses.flatMap((status) => {
    const lines = linesOf(status, isKept);
    return lines.map((line, index) => [
      index === 0 ? palette.strong(status.area) : "",
      index === 0 ? (status.state.kind === "verified" ? palette.good(line) : palette.warning(line)) : line,
    ]);
  });
  return renderTable(null, rows, "  ", width);
}

function linesOf({ state, verification }: AreaStatus, isKept: boolean): readonly string[] {
  const { source, checker, day, validDays, notes } = verification;
  const sources = source.map(({ title, address, file, digest }, index) => {
    const where = [address, file, digest].filter((part) => part !== undefined).join(", ");
    return `${index === 0 ? "against" : "and"} ${printable(title)}${where === "" ? "" : ` (${printable(where)})`}`;
  });
  const remarks =
    notes === undefined ? [] : [`notes${isKept ? " (kept, --notes replaces them)" : ""}: ${printable(notes)}`];
  if (state.kind !== "verified") return ["pending review", ...remarks];
  const by = `by ${printable(checker ?? "")} on ${day}, for ${validDays} ${validDays === 1 ? "day" : "days"}`;
  return [`verified until ${state.until}`, by, ...sources, ...remarks];
}

export function recordedAsJson(file: string, statuses: readonly AreaStatus[]): readonly object[] {
  return statuses.map((status) => areaAsJson(file, status));
}
