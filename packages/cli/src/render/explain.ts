import { duration, type Manifest, money } from "@fbp/dsl";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

type PolicyEntry = Manifest["policies"][number];

/** What is known of one policy: what one request may take at most, and what the policy relies on. */
export function explainPolicy(policy: PolicyEntry, file: string, palette: Palette): string {
  const { attempts, retries, fallbacks, elapsedMs, tokens, cost } = policy.bounds;
  const rows = [
    [
      "attempts",
      `at most ${attempts}, with at most ${plural(retries, "retry", "retries")} and ${plural(fallbacks, "fallback")}`,
    ],
    ["time", `at most ${duration(elapsedMs)}`],
    ["tokens", tokens === null ? "no limit" : `at most ${tokens}`],
    ["cost", cost === null ? "no limit" : `at most ${money(cost.nanos, cost.currency)}`],
    ["paths", policy.paths.map((path) => `${path.name} (${timeout(path)})`).join(", ")],
    ...wrapped(policy.reasons.map((reason) => reason.code)).map((line) => ["reasons", line]),
    ...reliance(policy.relies).map((line) => ["relies on", line]),
    ...policy.fallbacks.flatMap(eligibility).map((line) => ["fallbacks", line]),
  ];
  const title = `${palette.strong(printable(policy.name))} ${palette.dim(printable(file))}`;
  return `${title}\n${renderTable(null, dedupe(rows), "  ")}`;
}

function timeout(path: PolicyEntry["paths"][number]): string {
  const { least, most } = path.timeoutMs;
  return least === most ? duration(most) : `${duration(least)}..${duration(most)}`;
}

/** Areas of one contract in one state stand together. */
function reliance(relies: PolicyEntry["relies"]): string[] {
  const groups = new Map<string, { readonly first: (typeof relies)[number]; readonly areas: string[] }>();
  for (const area of relies) {
    const key = JSON.stringify([area.contract, stateOf(area)]);
    const group = groups.get(key) ?? { first: area, areas: [] };
    group.areas.push(area.area);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, areas }) => `${first.contract}: ${areas.join(", ")} (${stateOf(first)})`);
}

function stateOf(area: PolicyEntry["relies"][number]): string {
  if (area.state === "pending") return "not verified";
  return area.state === "expired" ? `verified until ${area.until}, which is over` : `verified until ${area.until}`;
}

/** Whether a target of fallbacks is eligible, and what a trial of today is against, as its evidence file says it. */
function eligibility({ path, for: original, eligible, criteria, subject }: PolicyEntry["fallbacks"][number]): string[] {
  const open = [...new Set(criteria.map(({ state }) => state))].filter((state) => state !== "passed");
  const lacks = open.flatMap((state) => {
    const [head = "", ...more] = criteria.filter((one) => one.state === state).map(({ criterion }) => criterion);
    return wrapped([`${state}: ${head}`, ...more]);
  });
  const first = criteria.map(({ until }) => until ?? "").sort()[0] ?? "";
  const verdict = eligible ? `eligible until ${first}` : "not eligible for production";
  return [
    `${path} for ${original}: ${verdict}`,
    ...lacks,
    ...(subject === null
      ? []
      : ['"against": {', `  "policy": "${subject.policy}",`, `  "contracts": "${subject.contracts}"`, "}"]),
  ];
}

/** A head that is that of the row above is left out. */
function dedupe(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map(([head = "", ...rest], index) => [rows[index - 1]?.[0] === head ? "" : head, ...rest]);
}

const MOST_WIDTH = 90;

/** A list over as many lines as it needs. */
function wrapped(items: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = index === items.length - 1 ? item : `${item},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length < MOST_WIDTH) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}
