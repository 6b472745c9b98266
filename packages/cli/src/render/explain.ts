import { duration, type Manifest, money } from "@fbp/dsl";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

type PolicyEntry = Manifest["policies"][number];

/** What is known of one policy: what one request may take at most, and what the policy relies on. */
export function explainPolicy(policy: PolicyEntry, file: string, palette: Palette): string {
  const { attempts, retries, fallbacks, elapsedMs, tokens, cost } = policy.bounds;
  const rows = [
    ["attempts", `at most ${attempts}: ${retries} on the same path, ${fallbacks} on another`],
    ["time", `at most ${duration(elapsedMs)}`],
    ["tokens", tokens === null ? "no limit" : `at most ${tokens}`],
    ["cost", cost === null ? "no limit" : `at most ${money(cost.nanos, cost.currency)}`],
    ["paths", policy.paths.map((path) => `${path.name} (${timeout(path)})`).join(", ")],
    ["reasons", policy.reasons.map((reason) => reason.code).join(", ")],
    ...policy.relies.map((area) => ["relies on", `${area.contract} ${area.area}: ${stateOf(area)}`]),
  ];
  const title = `${palette.strong(printable(policy.name))} ${palette.dim(printable(file))}`;
  return `${title}\n${renderTable(null, dedupe(rows), "  ")}`;
}

function timeout(path: PolicyEntry["paths"][number]): string {
  const { least, most } = path.timeoutMs;
  return least === most ? duration(most) : `${duration(least)}..${duration(most)}`;
}

function stateOf(area: PolicyEntry["relies"][number]): string {
  if (area.state === "pending") return "nobody has verified it";
  return area.state === "expired" ? `its verification ended on ${area.until}` : `verified, stands until ${area.until}`;
}

/** A head that is that of the row above is left out. */
function dedupe(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map(([head = "", ...rest], index) => [rows[index - 1]?.[0] === head ? "" : head, ...rest]);
}
