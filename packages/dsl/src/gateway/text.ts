/** A plan as the text of a policy file, with a comment at each place where it is not what the gateway does. */
import type { BuiltInSignal } from "@fbp/runtime/core";
import { duration } from "../scenario/amounts.ts";
import { format } from "../syntax/index.ts";
import {
  after,
  type BreakerNeed,
  type ContractNeed,
  type PathNeed,
  type Plan,
  type PolicyNeed,
  type RuleNeed,
  time,
  type Worst,
} from "./plan.ts";

/** @param source how the configuration is called, for the comment at the top */
export function policyText(plan: Plan, source: string): string {
  const text = [
    ...headOf(plan, source),
    "",
    ...plan.contracts.flatMap(contractLines),
    "",
    ...plan.paths.flatMap((path) => ["", ...pathLines(path)]),
    ...plan.policies.flatMap((policy) => ["", ...policyLines(policy, plan.gateway)]),
    "",
  ].join("\n");
  const laid = format({ name: "imported.fbp", text });
  if (laid.kind === "failed") throw new Error(`the import wrote what cannot be read: ${laid.diagnostics[0]?.text}`);
  return laid.text;
}

function headOf(plan: Plan, source: string): readonly string[] {
  const rows = plan.policies.map(
    (policy) => [policy.name, worstText(policy.before), worstText(after(policy))] as const,
  );
  const head = ["one request at most", plan.gateway, "here"] as const;
  const widths = [0, 1].map((column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const table = [head, ...rows].map((row) =>
    `//   ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  return [
    ...comment(
      `Made by \`fbp import\` from ${plan.gateway}'s ${source}. Comments tell where it is not the same, and why.`,
    ),
    "//",
    ...table,
    ...plan.notes.flatMap((note) => ["//", ...comment(note)]),
  ];
}

/** `9 calls, 270s`, `2 calls, no limit of time` */
export function worstText({ calls, ms }: Worst): string {
  return `${calls} ${calls === 1 ? "call" : "calls"}, ${ms === null ? "no limit of time" : duration(ms)}`;
}

const WIDTH = 108;

/** Paragraphs of a line comment, whatever the text holds. */
function comment(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(`// ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function contractLines({ name, shipped, overlay, notes }: ContractNeed): readonly string[] {
  const file = overlay?.file ?? shipped;
  return [...notes.flatMap(comment), `contract ${name} from ${JSON.stringify(`./contracts/${file}`)}`];
}

function pathLines(path: PathNeed): readonly string[] {
  const { name, contract, model, timeoutMs, contextWindow, maxOutput, price, notes } = path;
  return [
    ...notes.flatMap(comment),
    `path ${name} {`,
    `contract ${contract}`,
    `model ${JSON.stringify(model)}`,
    `timeout ${time(timeoutMs)}`,
    ...(contextWindow === null || contextWindow === 0 ? [] : [`context_window ${contextWindow}`]),
    ...(maxOutput === null || maxOutput === 0 ? [] : [`max_output ${maxOutput}`]),
    ...(price === null
      ? []
      : [
          `price ${perMillion(price.inputNanosPerToken)} in, ${perMillion(price.outputNanosPerToken)} out per 1M tokens`,
        ]),
    "}",
  ];
}

/** Nano-units for each token as USD for a million of them. */
function perMillion(nanos: number): string {
  return `${(nanos / 1000).toFixed(6).replace(/\.?0+$/, "")} USD`;
}

function policyLines(policy: PolicyNeed, gateway: string): readonly string[] {
  const { name, doc, chain, retries, deadlineMs, breakers, rules, notes } = policy;
  const [start = ""] = chain;
  return [
    ...comment(doc).map((line) => `/${line}`),
    `policy ${name} {`,
    `start ${start}`,
    "",
    ...notes.flatMap((note) => [...comment(note), "//"]),
    ...comment(
      `${gateway} has no limit for the whole request: this deadline leaves room for every call to time out. Tune: what a user waits at most.`,
    ),
    "budget {",
    `deadline ${time(deadlineMs)}`,
    `attempts ${chain.length + retries}`,
    ...(retries > 0 ? [`retries ${retries}`] : []),
    ...(chain.length > 1 ? [`fallbacks ${chain.length - 1}`] : []),
    "}",
    ...breakers.flatMap((breaker, index) => ["", ...breakerLines(breaker, index === 0)]),
    "",
    ...(chain.length + retries > 1
      ? comment(
          `${gateway} sends any request again, also one whose tools may have acted. Where they do: \`repeat only when request.tools is absent\`.`,
        )
      : []),
    "repeat always",
    ...chain.flatMap((path) => ["", ...onLines(path, rules.get(path) ?? [])]),
    "}",
  ];
}

/** What is said of one breaker is said of all. */
function breakerLines(breaker: BreakerNeed, isFirst: boolean): readonly string[] {
  const { path, minimumCalls, failedPercent, inARow, openMs, notes } = breaker;
  return [
    ...(isFirst ? notes.flatMap(comment) : []),
    `breaker ${path} {`,
    `window 60s, at least ${minimumCalls} calls`,
    `opens at ${failedPercent === null ? `${inARow} in a row` : `${failedPercent}% failed`}`,
    `open for ${time(openMs)}`,
    "half_open 1 probe",
    "}",
  ];
}

// ---------------------------------------------------------------- rules

const REASONS: Readonly<Partial<Record<BuiltInSignal, string>>> = {
  transport_timeout: "timed_out",
  rate_limited: "rate_limited",
  quota_exhausted: "quota_gone",
  context_overflow: "too_small",
  unusable_output: "unusable",
  circuit_open: "open",
};

const TRANSIENT: readonly BuiltInSignal[] = ["transport_timeout", "server_error", "route_unavailable"];

function onLines(path: string, rules: readonly RuleNeed[]): readonly string[] {
  const transient = rules.filter(({ signal }) => TRANSIENT.includes(signal));
  const areAlike = transient.length === TRANSIENT.length && new Set(transient.map(doing)).size === 1;
  const lines = rules.flatMap((rule) => {
    const isAlike = areAlike && TRANSIENT.includes(rule.signal);
    // What only fails is covered by the last line, where there is nothing to say of it.
    if ((isAlike && rule !== transient[0]) || (onlyFails(rule) && rule.signal !== "circuit_open")) return [];
    if (isAlike) return ruleLines("any transient", `${path}_failed`, rule);
    return ruleLines(rule.signal, `${path}_${REASONS[rule.signal] ?? "failed"}`, rule);
  });
  return [
    `on ${path} {`,
    ...lines,
    "auth_or_account -> auth_error -> fail",
    "any client_defect -> client_error -> fail",
    `otherwise -> ${path}_failed -> fail`,
    "}",
  ];
}

function onlyFails({ when, retry, fallbacks, notes }: RuleNeed): boolean {
  return when === null && retry === null && fallbacks.length === 0 && notes.length === 0;
}

/** What a rule comes to, as a key. */
function doing({ when, retry, fallbacks, notes }: RuleNeed): string {
  return JSON.stringify([when, retry, fallbacks, notes]);
}

function ruleLines(selector: string, reason: string, rule: RuleNeed): readonly string[] {
  const { when, retry, fallbacks, notes } = rule;
  const actions = [...(retry === null ? [] : [retry]), ...fallbacks.map((name) => `fallback ${name}`), "fail"];
  const guard = when === null ? "" : ` when ${when}`;
  return [...notes.flatMap(comment), `${selector}${guard} -> ${reason} -> ${actions.join(" else ")}`];
}
