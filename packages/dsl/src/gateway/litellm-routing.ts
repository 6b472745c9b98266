/** What LiteLLM's router does with a request for a group, as paths, rules and one budget. */
import type { BuiltInSignal } from "@fbp/runtime/core";
import type { Retried, Router } from "./litellm-settings.ts";
import { Names } from "./names.ts";
import {
  type BreakerNeed,
  deadlineOf,
  type PathNeed,
  type PolicyNeed,
  type RuleNeed,
  retryAfter,
  type Worst,
} from "./plan.ts";

export interface Deployment {
  readonly group: string;
  readonly path: string;
  readonly weight: number;
  readonly played: PlayedDeployment;
}

export interface PlayedDeployment {
  /** What a deployment is picked by; null: the configuration does not say. */
  readonly shares: Readonly<Record<"weight" | "rpm" | "tpm", number | null>>;
  readonly streamTimeoutMs: number | null;
  readonly cooldownMs: number | null;
  readonly retries: number | null;
  /** It adds a limit of the answer to requests that have none. */
  readonly sendsLimit: boolean;
}

/** One policy for each group: a service asks for groups by name. */
export function routedPolicies(
  router: Router,
  deployments: readonly Deployment[],
  paths: readonly PathNeed[],
): readonly PolicyNeed[] {
  const names = new Names();
  const groups = new Map<string, Deployment[]>();
  for (const one of deployments) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  const world: World = {
    router,
    groups: new Map([...groups].map(([group, all]) => [group, all.toSorted((a, b) => b.weight - a.weight)])),
    paths: new Map(paths.map((path) => [path.name, path])),
  };
  return [...groups.keys()].map((group) => policyFor(group, names.take(`chat ${group}`), world));
}

interface World {
  readonly router: Router;
  readonly groups: ReadonlyMap<string, readonly Deployment[]>;
  readonly paths: ReadonlyMap<string, PathNeed>;
}

const RETRIED: readonly Retried[] = ["transport_timeout", "server_error", "route_unavailable", "rate_limited"];

/** `INITIAL_RETRY_DELAY` and `MAX_RETRY_DELAY` of LiteLLM. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

function policyFor(group: string, name: string, world: World): PolicyNeed {
  const { router } = world;
  const most = Math.max(...RETRIED.map((signal) => router.retries[signal]));
  const visited = visitedFrom(group, world);
  // A retry in the group goes to another deployment, while there is one.
  const stages = visited.map((one) => (world.groups.get(one) ?? []).slice(0, 1 + most).map(({ path }) => path));
  const chain = stages.flat();
  const left = visited.flatMap((one) => (world.groups.get(one) ?? []).slice(1 + most).map(({ path }) => path));
  const retries = Math.max(0, ...stages.map((stage) => most - (stage.length - 1)));
  const need: Omit<PolicyNeed, "deadlineMs" | "rules"> = {
    name,
    doc: `Requests for the model group ${JSON.stringify(group)}.`,
    chain,
    retries,
    breakers: breakersOf(stages, router),
    before: worstOf(visited, world),
    notes: [
      ...(visited.length > 1 && most > 0
        ? [
            `LiteLLM retries ${times(most)} in each of ${visited.length} groups, ${visited.length * (1 + most)} calls in all. Here ${retries === 1 ? "one retry is" : `${retries} retries are`} for the whole request, whichever path needs them.`,
          ]
        : []),
      ...unlike(router),
      ...(left.length === 0
        ? []
        : [
            `LiteLLM comes to ${1 + most} of a group's deployments at most, one for each try: ${left.length} more ${left.length === 1 ? "is" : "are"} left out.`,
          ]),
    ],
  };
  const rules = new Map(chain.map((path, index) => [path, rulesFor(path, index, stages, need.breakers, world)]));
  return { ...need, rules, deadlineMs: deadlineOf(rules, world.paths, retries, waitsOf(retries, router)) };
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

/** A retry policy that tells failures apart: one budget cannot. */
function unlike({ retries }: Router): readonly string[] {
  const counts = new Set(RETRIED.map((signal) => retries[signal]).filter((count) => count > 0));
  if (counts.size < 2) return [];
  const said = RETRIED.map((signal) => `${signal} ${retries[signal]}`).join(", ");
  return [`LiteLLM's \`retry_policy\` counts retries by what failed (${said}); here they are one budget.`];
}

/** Groups in the order in which LiteLLM comes to them while everything fails, each once. */
function visitedFrom(group: string, { router, groups }: World): readonly string[] {
  const found: string[] = [];
  const visit = (name: string, depth: number): void => {
    if (found.includes(name) || !groups.has(name)) return;
    found.push(name);
    if (depth >= router.mostFallbacks) return;
    const next = router.fallbacks.get(name) ?? router.fallbacks.get("*") ?? router.otherwise;
    let count = depth;
    for (const one of next) if (!found.includes(one)) visit(one, ++count);
  };
  visit(group, 0);
  return found;
}

function worstOf(visited: readonly string[], { groups, paths, router }: World): Worst {
  let [calls, ms] = [0, 0];
  for (const group of visited) {
    const deployments = groups.get(group) ?? [];
    const tries = 1 + mostRetries(group, deployments, router);
    calls += tries;
    ms += tries * Math.max(...deployments.map(({ path }) => paths.get(path)?.timeoutMs ?? 0));
    // With another deployment at hand LiteLLM does not wait; else before each retry, and once more after the last one.
    if (deployments.length === 1 && tries > 1) ms += waitsOf(tries, router) + tries * JITTER_MS;
  }
  return { calls, ms };
}

/** Whatever fails. */
function mostRetries(group: string, deployments: readonly Deployment[], { played }: Router): number {
  const policy = played.groupPolicies.get(group) ?? played.retryPolicy;
  return Math.max(
    played.retries,
    ...policy.values(),
    ...deployments.map((deployment) => deployment.played.retries ?? 0),
  );
}

/** Up to so much is added to each wait. */
const JITTER_MS = 750;

/** Each wait is twice the one before, up to a limit. */
function waitsOf(retries: number, { retryAfterMs }: Router): number {
  let ms = 0;
  for (let retry = 0; retry < retries; retry++) {
    ms += Math.max(retryAfterMs, Math.min(FIRST_WAIT_MS * 2 ** retry, LONGEST_WAIT_MS));
  }
  return ms;
}

/** What LiteLLM calls a cooldown. */
function breakersOf(stages: readonly (readonly string[])[], router: Router): readonly BreakerNeed[] {
  if (!router.cools) return [];
  const { allowedFails, cooldownMs } = router;
  return stages.flatMap((stage) =>
    stage.flatMap((path): readonly BreakerNeed[] => {
      const base = { path, openMs: Math.max(1, cooldownMs) };
      if (allowedFails !== null) {
        const note = `LiteLLM cools a deployment down after more than ${allowedFails} failures in a minute, whatever succeeds between them; a breaker counts them in a row.`;
        return [
          {
            ...base,
            minimumCalls: allowedFails + 1,
            failedPercent: null,
            inARow: allowedFails + 1,
            notes: [note, PROBE],
          },
        ];
      }
      // A group's only deployment is not cooled down, for there would be nothing left.
      if (stage.length < 2) return [];
      return [{ ...base, minimumCalls: 5, failedPercent: 50, inARow: null, notes: [PROBE] }];
    }),
  );
}

const PROBE = "After the cooldown LiteLLM lets all requests through at once; a breaker tries one first.";

// ---------------------------------------------------------------- rules

function rulesFor(
  path: string,
  index: number,
  stages: readonly (readonly string[])[],
  breakers: readonly BreakerNeed[],
  { router, paths }: World,
): readonly RuleNeed[] {
  const chain = stages.flat();
  const stage = stages.find((one) => one.includes(path)) ?? [];
  const sibling = stage[stage.indexOf(path) + 1] ?? null;
  const beyond = chain[chain.indexOf(stage.at(-1) ?? path) + 1] ?? null;
  const isBroken = (name: string): boolean => breakers.some((one) => one.path === name);
  // A sibling whose breaker is open is passed over.
  const next = [
    ...(sibling === null ? [] : [sibling]),
    ...(beyond !== null && (sibling === null || isBroken(sibling)) ? [beyond] : []),
  ];
  const rule = (signal: BuiltInSignal, more: Partial<RuleNeed> = {}): RuleNeed => ({
    signal,
    when: null,
    retry: null,
    fallbacks: next,
    notes: [],
    ...more,
  });
  const used = stage.indexOf(path);
  const retry = retryText(router);
  const rules = RETRIED.map((signal) => {
    const isLeft = sibling === null && router.retries[signal] > used;
    return rule(signal, {
      retry: isLeft ? retry : null,
      fallbacks: router.retries[signal] > used || sibling === null ? next : beyond === null ? [] : [beyond],
    });
  });
  const account = paths.get(path)?.contract;
  const others = chain.slice(index + 1).filter((one) => paths.get(one)?.contract !== account);
  const [elsewhere] = others;
  return [
    ...rules,
    rule("quota_exhausted", {
      fallbacks: elsewhere === undefined ? [] : [elsewhere],
      notes:
        elsewhere === undefined && next.length > 0
          ? ["LiteLLM goes on to the fallbacks; they are on the account whose money is gone."]
          : [],
    }),
    overflow(path, router, stages, paths),
    rule("unusable_output", {
      notes:
        index === 0 && next.length > 0
          ? ["LiteLLM hands an empty or cut answer on as a success; here it fails a check of `accept`."]
          : [],
    }),
    ...(index === 0 && isBroken(path) ? [rule("circuit_open")] : []),
  ];
}

function retryText({ retryAfterMs }: Router): string {
  return retryAfter(Math.max(FIRST_WAIT_MS, retryAfterMs), LONGEST_WAIT_MS);
}

/** A request that is too long goes only where there is known to be more room. */
function overflow(
  path: string,
  router: Router,
  stages: readonly (readonly string[])[],
  paths: ReadonlyMap<string, PathNeed>,
): RuleNeed {
  const chain = stages.flat();
  const room = paths.get(path)?.contextWindow ?? null;
  const later = chain.slice(chain.indexOf(path) + 1);
  const larger = room === null ? undefined : later.find((one) => (paths.get(one)?.contextWindow ?? 0) > room);
  const isWanted = router.contextWindow.size > 0 && later.length > 0;
  return {
    signal: "context_overflow",
    when: null,
    retry: null,
    fallbacks: larger === undefined ? [] : [larger],
    notes:
      larger === undefined && isWanted
        ? [
            "For `context_window_fallbacks` write `context_window` into the paths, and `fallback` here: only a path with more room may take a request that is too long.",
          ]
        : [],
  };
}
