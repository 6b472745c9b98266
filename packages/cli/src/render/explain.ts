import { duration, type Explained, type Manifest } from "@fbp/dsl";
import type { Palette } from "./palette.ts";
import { renderProof } from "./proof.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

type PolicyEntry = Manifest["policies"][number];

/** What is known of one policy: what can happen to a request, and what the policy relies on. */
export function explainPolicy({ file, policy, proof }: ExplainedPolicy, palette: Palette): string {
  const { cost } = policy.bounds;
  const proved =
    proof === null
      ? `  ${palette.strong("nothing is proved")}: it is too large to be explored\n`
      : renderProof(proof, cost?.currency ?? null, palette);
  const rows = [
    ["paths", policy.paths.map((path) => `${path.name} (${timeout(path)})`).join(", ")],
    ...reliance(policy.relies).map((line) => ["relies on", line]),
    ...policy.fallbacks.flatMap(eligibility).map((line) => ["fallbacks", line]),
  ];
  const title = `${palette.strong(printable(policy.name))} ${palette.dim(printable(file))}`;
  return `${title}\n${proved}${renderTable(null, dedupe(rows), "  ")}`;
}

/** The same as data; what is known by reason stands among the policy's bounds. */
export function jsonExplained({ file, policy, proof }: ExplainedPolicy): object {
  if (proof === null) return { file, policy, proof };
  const { reasons, ...rest } = proof;
  return { file, policy, proof: rest };
}

export interface ExplainedPolicy {
  readonly file: string;
  readonly policy: PolicyEntry;
  /** Null where the policy is too large to be explored. */
  readonly proof: Explained | null;
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
