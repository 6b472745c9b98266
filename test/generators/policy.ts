/**
 * Random policies as text: valid ones, of every shape that the language has. What is drawn is kept
 * beside the text, so that a property can say what must hold without asking the compiler.
 */
import fc from "fast-check";

export interface DrawnPath {
  readonly name: string;
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface DrawnPolicy {
  readonly text: string;
  readonly paths: readonly DrawnPath[];
  readonly deadlineMs: number;
  readonly attempts: number;
  readonly retries: number;
  readonly fallbacks: number;
  readonly tokens: number | null;
  /** Nano-units. */
  readonly costNanos: number | null;
  readonly probes: ReadonlyMap<string, number>;
  readonly retryBudget: { readonly share: number; readonly perSecond: number } | null;
  readonly repeat: "always" | "never" | "no tools";
  /** `held`: to the end. `for a while`: held first, visible then. */
  readonly stream: "visible" | "held" | "for a while";
}

type Draw = fc.GeneratorValue;

const TRANSIENT = ["transport_timeout", "server_error", "route_unavailable"] as const;
const MAY_REPEAT = [...TRANSIENT, "rate_limited", "unusable_output", "stream_interrupted"] as const;
/** To a path of another account, or with a larger window. */
const ELSEWHERE = ["quota_exhausted", "context_overflow"] as const;
const MAY_NOT = ["client_invalid", "content_refused", "auth_or_account"] as const;

const GUARDS = [
  "status in 500..502",
  'error.code == "overloaded"',
  'context.tier == "paid"',
  "attempts < 2",
  "elapsed > 1s",
  "not sent",
  "request.tools is absent",
  "transport in {connect, headers_timeout}",
  'header["retry-after"] is present',
  "elapsed in 1s..3s",
] as const;

/** A policy without the line holds its streams. */
const STREAMS = [
  ["", "held"],
  ["stream held", "held"],
  ["stream visible", "visible"],
  ["stream held for 3 tokens", "for a while"],
  ["stream held for 300ms", "for a while"],
] as const;

/** Whole nano-units for each token, and parts of them. */
const PRICES = [
  "2 USD in, 8 USD out per 1M tokens",
  "0.15 USD in, 0.6 USD out per 1M tokens",
  "0.0375 USD in, 0.3333 USD out per 1M tokens",
  "0 USD in, 0.01 USD out per 1k tokens",
] as const;

const pick = <T>(g: Draw, items: readonly T[]): T => items[g(fc.nat, { max: items.length - 1 })] as T;
const chance = (g: Draw, percent: number): boolean => g(fc.nat, { max: 99 }) < percent;
const within = (g: Draw, min: number, max: number): number => g(fc.integer, { min, max });

function actions(g: Draw, signal: string, at: number, drawn: Limits): string {
  const list: string[] = [];
  const repeatable = (MAY_REPEAT as readonly string[]).includes(signal);
  if (repeatable && drawn.retries > 0 && chance(g, 50)) {
    list.push(pick(g, ["retry", "retry after 100ms..2s", "retry after 1s"]));
  }
  // From the third path also back to the second, which a request may have passed or not.
  const next = at === 2 ? [...drawn.names.slice(3), "p1"] : drawn.names.slice(at + 1);
  if (
    drawn.fallbacks > 0 &&
    next.length > 0 &&
    (repeatable || signal === "circuit_open" || signal === "latency_slo_breach") &&
    chance(g, 60)
  ) {
    list.push(`fallback ${pick(g, next)}`);
  }
  if (signal === "latency_slo_breach" && chance(g, 60)) list.push("proceed");
  else list.push(pick(g, ["fail", "fail", 'respond "later"', 'defer to "queue"']));
  return list.join(" else ");
}

interface Limits {
  readonly names: readonly string[];
  readonly retries: number;
  readonly fallbacks: number;
  readonly stream: DrawnPolicy["stream"];
}

function rules(g: Draw, at: number, limits: Limits): string[] {
  const lines: string[] = [];
  const next = limits.names[at + 1];
  const rule = (selector: string, signal: string, guard = "") => {
    const hook = chance(g, 20) ? `, ${pick(g, ["page", "notify"])} "team"` : "";
    lines.push(`    ${selector}${guard} -> ${signal}_${limits.names[at]} -> ${actions(g, signal, at, limits)}${hook}`);
  };
  // One sure way on, so that every path can be reached.
  if (next !== undefined && limits.fallbacks > 0) {
    lines.push(`    route_unavailable -> moved_on -> fallback ${next} else fail`);
  }
  const done = new Set<string>(next !== undefined && limits.fallbacks > 0 ? ["route_unavailable"] : []);
  if (at === 2) {
    lines.push("    unusable_output -> went_back -> fallback p1 else fail");
    done.add("unusable_output");
  }
  // A way past the second path, so that coming to it from the third is not always a way back.
  if (at === 0 && limits.names.length > 2) {
    lines.push("    server_error -> skipped_one -> fallback p2 else fail");
    done.add("server_error");
  }
  for (const signal of MAY_REPEAT) {
    if (done.has(signal) || chance(g, 40)) continue;
    const before = signal === "stream_interrupted" ? " before first_token" : "";
    if (chance(g, 40)) rule(`${signal}${before}`, signal, ` when ${pick(g, GUARDS)}`);
    if (before === "") {
      rule(signal, signal);
      done.add(signal);
    } else {
      if (chance(g, 50)) rule(`${signal}${before}`, signal);
      if (limits.stream !== "held" && chance(g, 50)) {
        lines.push(`    ${signal} -> broken_${limits.names[at]} -> fail with partial`);
      }
    }
  }
  for (const signal of ELSEWHERE) {
    if (next !== undefined && limits.fallbacks > 0 && chance(g, 30)) {
      lines.push(`    ${signal} -> ${signal}_${limits.names[at]} -> fallback ${next} else fail`);
    }
  }
  for (const signal of MAY_NOT) if (chance(g, 40)) rule(signal, signal);
  if (chance(g, 50)) rule("circuit_open", "circuit_open");
  if (chance(g, 50)) rule("latency_slo_breach", "latency_slo_breach");
  if (chance(g, 50)) lines.push(`    budget_exhausted -> late -> ${pick(g, ["fail", 'respond "late"'])}`);
  lines.push(`    otherwise -> failed_${limits.names[at]} -> ${pick(g, ["fail", 'respond "sorry"'])}`);
  return lines;
}

/** Nothing comes at a multiple of ten in the worlds of the differential test, so that nothing comes at a limit. */
const tens = (ms: number): number => 10 * Math.ceil(ms / 10);

/** Until the connection stands and until the status line comes, the one or the other or both. */
function limitsOf(g: Draw, mostMs: number): string[] {
  const headersMs = tens(mostMs / within(g, 1, 4));
  const connectMs = tens(headersMs / within(g, 1, 3));
  return [
    ...(chance(g, 25) ? [`  connect ${connectMs}ms`] : []),
    ...(chance(g, 25) ? [`  headers ${headersMs}ms`] : []),
  ];
}

function policy(g: Draw): DrawnPolicy {
  const count = within(g, 1, 4);
  const names = Array.from({ length: count }, (_, at) => `p${at}`);
  const fallbacks = count === 1 ? 0 : within(g, 0, count);
  const used = fallbacks === 0 ? names.slice(0, 1) : names;
  const retries = within(g, 0, 3);
  const attempts = within(g, 1 + (fallbacks > 0 || retries > 0 ? 1 : 0), 1 + retries + fallbacks);
  const money = chance(g, 50);
  const paths = used.map((name): DrawnPath => {
    const mostMs = within(g, 1, 8) * 500;
    return { name, mostMs, leastMs: chance(g, 50) ? Math.ceil(mostMs / within(g, 1, 4)) : mostMs };
  });
  const longest = Math.max(...paths.map((path) => path.leastMs));
  const deadlineMs = longest + within(g, 0, 20) * 500;
  const tokens = money ? within(g, 2, 12) * 1000 : null;
  const costMilli = money && chance(g, 70) ? within(g, 20, 200) : null;
  const repeat = pick(g, ["always", "always", "never", "no tools"] as const);
  const [streamLine, stream] = pick(g, STREAMS);
  const limits: Limits = { names: used, retries: attempts > 1 ? retries : 0, fallbacks, stream };

  const lines = [
    'contract local from "./contracts/local.contract.json"',
    "",
    'context {\n  tier: "free" | "paid" = "free"\n}',
    "",
  ];
  paths.forEach((path, at) => {
    lines.push(
      `path ${path.name} {`,
      "  contract local",
      `  model "model-${path.name}"`,
      `  timeout ${path.leastMs === path.mostMs ? `${path.mostMs}ms` : `${path.leastMs}ms..${path.mostMs}ms`}`,
      ...limitsOf(g, path.mostMs),
      ...(chance(g, 40) ? [`  first_token ${Math.ceil(path.mostMs / within(g, 2, 5))}ms`] : []),
      ...(chance(g, 40) ? [`  stall ${Math.ceil(path.mostMs / within(g, 2, 5))}ms`] : []),
      ...(money ? ["  max_output 1k", `  price ${pick(g, PRICES)}`] : []),
      `  account "${path.name}"`,
      `  context_window ${8 * (at + 1)}k`,
      "}",
      "",
    );
  });
  if (chance(g, 50)) {
    lines.push("signals for local {", '  route_unavailable when error.code == "overloaded"');
    if (chance(g, 50)) lines.push("  server_error when status in 500..502");
    if (chance(g, 70)) lines.push("  documented");
    lines.push("  standard", "}", "");
  }
  if (chance(g, 40)) {
    lines.push("accept for local {", "  standard", "  calm response.choices[0].message.refusal is absent", "}", "");
  }
  lines.push(
    "policy random {",
    `  start ${used[0]}`,
    "",
    "  budget {",
    `    deadline ${deadlineMs}ms`,
    `    attempts ${attempts}`,
  );
  if (limits.retries > 0) lines.push(`    retries ${limits.retries}`);
  if (fallbacks > 0) lines.push(`    fallbacks ${fallbacks}`);
  if (tokens !== null) lines.push(`    tokens ${tokens}`);
  if (costMilli !== null) lines.push(`    cost ${(costMilli / 1000).toFixed(3)} USD`);
  lines.push("  }", "");
  const probes = new Map<string, number>();
  for (const name of used) {
    if (chance(g, 60)) {
      const n = within(g, 1, 3);
      probes.set(name, n);
      const window = chance(g, 50) ? `${within(g, 1, 6) * 10}s` : `${within(g, 2, 8)} calls`;
      const triggers = [
        `${pick(g, [34, 50, 80, 100])}% failed`,
        ...(chance(g, 40) ? [`${pick(g, [50, 100])}% slower than 1s`] : []),
        ...(chance(g, 40) ? [`${within(g, 2, 4)} in a row`] : []),
      ];
      lines.push(
        `  breaker ${name} {`,
        `    window ${window}, at least 2 calls`,
        `    opens at ${triggers.join(" or ")}`,
        `    open for ${pick(g, ["200ms", "500ms", "1s", "4s"])}${chance(g, 50) ? ", doubling to 20s" : ""}`,
        `    half_open ${n} probes`,
        "  }",
        "",
      );
    }
    if (chance(g, 30)) {
      lines.push(
        `  slo ${name} {`,
        `    p${pick(g, [50, 90, 95])} below ${within(g, 1, 4) * 500}ms over ${pick(g, ["60s", "8 calls"])}, at least ${within(g, 1, 4)} calls`,
        "  }",
        "",
      );
    }
  }
  const retryBudget =
    limits.retries > 0 && chance(g, 40) ? { share: pick(g, [0, 0.2, 0.5]), perSecond: within(g, 0, 2) } : null;
  if (retryBudget !== null && retryBudget.share + retryBudget.perSecond > 0) {
    lines.push(
      `  retry_budget ${retryBudget.share * 100}% of requests, at least ${retryBudget.perSecond} per second`,
      "",
    );
  }
  lines.push(repeat === "no tools" ? "  repeat only when request.tools is absent" : `  repeat ${repeat}`, "");
  if (streamLine !== "") lines.push(`  ${streamLine}${chance(g, 30) ? ", skip bad chunks" : ""}`, "");
  used.forEach((name, at) => {
    lines.push(`  on ${name} {`, ...rules(g, at, limits), "  }", "");
  });
  lines.push("}", "");
  return {
    text: lines.join("\n"),
    paths,
    deadlineMs,
    attempts,
    retries: limits.retries,
    fallbacks,
    tokens,
    costNanos: costMilli === null ? null : costMilli * 1_000_000,
    probes,
    retryBudget: retryBudget !== null && retryBudget.share + retryBudget.perSecond > 0 ? retryBudget : null,
    repeat,
    stream,
  };
}

export const aPolicy: fc.Arbitrary<DrawnPolicy> = fc.gen().map(policy);
