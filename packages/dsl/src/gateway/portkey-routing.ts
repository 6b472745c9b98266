/** What Portkey's gateway does along a tree of targets, as paths, rules and one budget. */
import type { BuiltInSignal } from "@fbp/runtime/core";
import {
  type BreakerNeed,
  deadlineOf,
  type PathNeed,
  type PolicyNeed,
  type RuleNeed,
  retryAfter,
  type Worst,
} from "./plan.ts";

export type Node = Leaf | Fallback | Choice;

export interface Leaf {
  readonly kind: "leaf";
  readonly path: string;
  readonly retry: Retry;
  /** null: the config sets none. */
  readonly timeoutMs: number | null;
  readonly breaker: {
    readonly threshold: number | null;
    readonly percent: number | null;
    readonly minimum: number | null;
    readonly cooldownMs: number;
  } | null;
}

export interface Retry {
  readonly attempts: number;
  readonly statuses: readonly number[];
  /** After a 429 it waits as long as the provider asks for. */
  readonly followsHint: boolean;
}

export interface Fallback {
  readonly kind: "fallback";
  /** null: any status but 2xx. */
  readonly statuses: readonly number[] | null;
  readonly targets: readonly Node[];
}

export interface Choice {
  readonly kind: "choice";
  readonly mode: "loadbalance" | "conditional";
  readonly targets: readonly {
    readonly node: Node;
    readonly when: { readonly name: string; readonly text: string };
    /** Of the requests; of a condition, which cannot be known, the default has all. */
    readonly weight: number;
  }[];
  /** Index of the one that is taken where a policy cannot choose. */
  readonly taken: number;
}

export function portkeyPolicy(name: string, tree: Node, paths: readonly PathNeed[], doc: string): PolicyNeed {
  const notes: string[] = [];
  const stops = stopsOf(tree, [], notes);
  const chain = stops.map(({ leaf }) => leaf.path);
  const retries = Math.max(0, ...stops.map(({ leaf }) => leaf.retry.attempts));
  const before = worstOf(tree);
  const retried = stops.filter(({ leaf }) => leaf.retry.attempts > 0).length;
  if (retried > 1) {
    notes.push(
      `Portkey retries on each of ${retried} targets, ${before.calls} calls in all. Here ${retries === 1 ? "one retry is" : `${retries} retries are`} for the whole request, whichever path needs them.`,
    );
  }
  const byName = new Map(paths.map((path) => [path.name, path]));
  const waits = 1000 * (2 ** retries - 1);
  const rules = new Map(stops.map((stop, index) => [stop.leaf.path, rulesFor(stop, index, stops, byName)]));
  return {
    name,
    doc,
    chain,
    retries,
    deadlineMs: deadlineOf(rules, byName, retries, waits),
    breakers: stops.flatMap(({ leaf }) => breakerOf(leaf)),
    rules,
    before,
    notes,
  };
}

/** A leaf, and where it can fail to: the ways out of the fallbacks around it, the nearest first. */
interface Stop {
  readonly leaf: Leaf;
  readonly ways: readonly { readonly statuses: readonly number[] | null; readonly to: string }[];
}

function stopsOf(node: Node, ways: Stop["ways"], notes: string[]): readonly Stop[] {
  switch (node.kind) {
    case "leaf":
      return [{ leaf: node, ways }];
    case "choice": {
      const taken = node.targets[node.taken] ?? node.targets[0];
      if (taken === undefined) return [];
      if (node.targets.length > 1) {
        const how = node.mode === "loadbalance" ? "by weight, for each request" : "by a condition on the request";
        const left = node.targets.filter((one) => one !== taken).flatMap((one) => leavesOf(one.node));
        notes.push(
          `Portkey picks between targets ${how}; a path below a fallback cannot. ${leavesOf(taken.node).join(", ")} stands for all of them, and ${left.join(", ")} ${left.length === 1 ? "is" : "are"} left out.`,
        );
      }
      return stopsOf(taken.node, ways, notes);
    }
    case "fallback":
      return node.targets.flatMap((target, index) => {
        const next = node.targets.slice(index + 1).flatMap(leavesTaken)[0];
        const out = next === undefined ? ways : [{ statuses: node.statuses, to: next }, ...ways];
        return stopsOf(target, out, notes);
      });
  }
}

/** The path that requests to it come to first. */
export function startOf(node: Node): string | undefined {
  return leavesTaken(node)[0];
}

function leavesOf(node: Node): readonly string[] {
  if (node.kind === "leaf") return [node.path];
  const targets = node.kind === "choice" ? node.targets.map((one) => one.node) : node.targets;
  return targets.flatMap(leavesOf);
}

function leavesTaken(node: Node): readonly string[] {
  if (node.kind !== "choice") return node.kind === "leaf" ? [node.path] : node.targets.flatMap(leavesTaken);
  const taken = node.targets[node.taken];
  return taken === undefined ? [] : leavesTaken(taken.node);
}

function worstOf(node: Node): Worst {
  if (node.kind === "leaf") {
    const { attempts } = node.retry;
    const waits = 1000 * (2 ** attempts - 1);
    return { calls: 1 + attempts, ms: node.timeoutMs === null ? null : (1 + attempts) * node.timeoutMs + waits };
  }
  if (node.kind === "fallback") {
    return node.targets.map(worstOf).reduce((sum, one) => ({
      calls: sum.calls + one.calls,
      ms: sum.ms === null || one.ms === null ? null : sum.ms + one.ms,
    }));
  }
  return node.targets
    .map((one) => worstOf(one.node))
    .reduce((most, one) => ({
      calls: Math.max(most.calls, one.calls),
      ms: most.ms === null || one.ms === null ? null : Math.max(most.ms, one.ms),
    }));
}

function breakerOf({ path, breaker }: Leaf): readonly BreakerNeed[] {
  if (breaker === null || (breaker.threshold === null && breaker.percent === null)) return [];
  const { threshold, percent, minimum, cooldownMs } = breaker;
  const counts =
    percent === null
      ? [
          `Portkey opens a circuit after ${threshold} failures, whatever succeeds between them; a breaker counts them in a row.`,
        ]
      : [];
  return [
    {
      path,
      minimumCalls: percent === null ? Math.max(1, threshold ?? 1) : Math.max(1, minimum ?? 1),
      failedPercent: percent === null ? null : Math.min(100, Math.max(1, percent)),
      inARow: percent === null ? Math.max(1, threshold ?? 1) : null,
      openMs: cooldownMs,
      notes: [...counts, "After the interval Portkey lets all requests through at once; a breaker tries one first."],
    },
  ];
}

// ---------------------------------------------------------------- rules

/** The statuses that the standard reading takes for each signal, the plainest first. */
const STATUSES: Readonly<Partial<Record<BuiltInSignal, readonly number[]>>> = {
  transport_timeout: [504, 408, 524],
  server_error: [500, 502],
  route_unavailable: [503, 529],
  rate_limited: [429],
  quota_exhausted: [402, 429],
};

const RULED = ["transport_timeout", "server_error", "route_unavailable", "rate_limited"] as const;

/** Faults of the network are an exception inside of Portkey, which its retries take like any. */
const BROKEN = "transport in {connect, dns, tls, reset}";

function rulesFor(
  { leaf, ways }: Stop,
  index: number,
  stops: readonly Stop[],
  paths: ReadonlyMap<string, PathNeed>,
): readonly RuleNeed[] {
  const retry = leaf.retry.attempts > 0 ? retryAfter(1000, 1000 * 2 ** (leaf.retry.attempts - 1)) : null;
  const towards = (signal: BuiltInSignal): readonly string[] => {
    const way = ways.find(
      ({ statuses }) => statuses === null || statuses.some((one) => STATUSES[signal]?.includes(one)),
    );
    return way === undefined ? [] : [way.to];
  };
  const rule = (signal: BuiltInSignal, more: Partial<RuleNeed> = {}): RuleNeed => ({
    signal,
    when: null,
    retry: null,
    fallbacks: towards(signal),
    notes: [],
    ...more,
  });
  const isRetried = (signal: BuiltInSignal): boolean =>
    leaf.retry.statuses.some((one) => STATUSES[signal]?.includes(one));
  const account = paths.get(leaf.path)?.contract;
  const elsewhere = towards("quota_exhausted").filter((one) => paths.get(one)?.contract !== account);
  const unusable = ways[0]?.to;
  return [
    ...RULED.flatMap((signal) => {
      if (signal === "transport_timeout") return timeouts(leaf, retry, rule);
      return [rule(signal, { retry: isRetried(signal) ? retry : null })];
    }),
    rule("quota_exhausted", { fallbacks: elsewhere }),
    rule("unusable_output", {
      fallbacks: unusable === undefined ? [] : [unusable],
      notes:
        index === 0 && stops.length > 1
          ? ["Portkey hands an empty or cut answer on as a success; here it fails a check of `accept`."]
          : [],
    }),
    ...(index === 0 && breakerOf(leaf).length > 0
      ? [rule("circuit_open", { fallbacks: unusable === undefined ? [] : [unusable] })]
      : []),
  ];
}

/** A timeout is a 408 inside of Portkey: retried only where that is listed, while broken connections always are. */
function timeouts(
  { retry: { statuses } }: Leaf,
  retry: string | null,
  rule: (signal: BuiltInSignal, more?: Partial<RuleNeed>) => RuleNeed,
): readonly RuleNeed[] {
  if (retry === null || statuses.includes(408)) return [rule("transport_timeout", { retry })];
  const when = statuses.includes(504) ? `${BROKEN} or status == 504` : BROKEN;
  return [
    rule("transport_timeout", { when, retry }),
    rule("transport_timeout", {
      notes: ["Portkey makes a timeout of its own a 408, which the config does not retry."],
    }),
  ];
}
