/** Which limits bind, and which actions happen only sometimes. */
import { duration, money } from "../../scenario/amounts.ts";
import { textOf } from "../../source.ts";
import type { Graph } from "../explore/graph.ts";
import { outcomeOf } from "../explore/graph.ts";
import type { Cause } from "../explore/uses.ts";
import { repeatsOf, targetOf } from "../findings/site.ts";
import { actionText } from "../findings/words.ts";
import type { Proof } from "../proof.ts";

/** A `retry` or a `fallback` that does not happen each time its turn comes. */
export interface SometimesAction {
  /** Name of the path whose rule it is. */
  readonly path: string;
  readonly line: number;
  /** `transport_timeout`, `any transient` */
  readonly selector: string;
  readonly action: string;
  readonly happens: "sometimes" | "never";
  /** Why it is not permitted then, each in a few words; none: its turn never comes. */
  readonly unless: readonly string[];
}

/** In the order of the policy's text. */
export function sometimesIn({ model, graph }: Proof): readonly SometimesAction[] {
  const uses = new Map(graph.rules.map((use) => [`${use.path} ${use.rule}`, use]));
  return repeatsOf(model).flatMap((site): SometimesAction[] => {
    const rule = uses.get(`${site.path} ${site.rule}`);
    const use = rule?.actions[site.index];
    if (use === undefined || (use.taken !== null && use.refused.size === 0)) return [];
    const { on, line } = site;
    return [
      {
        path: on.name,
        line: line.line,
        selector: textOf(line.places.selector),
        action: actionText(model, site.action),
        happens: use.taken === null ? "never" : "sometimes",
        unless: CAUSES.flatMap(([cause, say]) => (use.refused.has(cause) ? [say(targetOf(model, site).name)] : [])),
      },
    ];
  });
}

/** In the order in which a reader looks for them. */
const CAUSES: readonly (readonly [Cause, (target: string) => string])[] = [
  ["unrepeatable", () => "the request may not be repeated"],
  ["token_seen", () => "a token may have been seen"],
  ["attempts", () => "all attempts are made"],
  ["retries", () => "all retries are made"],
  ["fallbacks", () => "all fallbacks are made"],
  ["time", () => "too little time is left"],
  ["server_wait", () => "the server asks for too long a wait"],
  ["tokens", () => "too few tokens are left"],
  ["cost", () => "too little money is left"],
  ["breaker", (target) => `the breaker of ${target} is open`],
  ["retry_budget", () => "the retry budget is spent"],
  ["used", (target) => `${target} was used before`],
  ["account", (target) => `the account of ${target} is exhausted`],
  ["window", (target) => `${target} is no larger`],
  ["defect", () => "a defect came before"],
  ["no_attempt", () => "no attempt has failed"],
  ["over", () => "the time is over"],
];

export interface Limit {
  /** `deadline 20s`, `retries 1`, `repeat` */
  readonly limit: string;
  /** Does it ever refuse something to a request, or end it? */
  readonly binds: boolean;
}

/** Each limit that the policy sets itself: what refuses for the sake of other requests may do so at any time. */
export function limitsOf({ model, graph }: Proof): readonly Limit[] {
  const causes = new Set(graph.rules.flatMap(({ actions }) => actions.flatMap(({ refused }) => [...refused.keys()])));
  const isCut = graph.nodes.some(({ state: command }) => command.kind === "attempt" && command.cutByDeadline);
  const { deadlineMs, attempts, retries, fallbacks, tokens, costNanos, currency } = model.budget;
  const limits: Limit[] = [
    { limit: `deadline ${duration(deadlineMs)}`, binds: isCut || causes.has("time") || causes.has("server_wait") },
    { limit: `attempts ${attempts}`, binds: causes.has("attempts") },
  ];
  if (retries > 0) limits.push({ limit: `retries ${retries}`, binds: causes.has("retries") });
  if (fallbacks > 0) limits.push({ limit: `fallbacks ${fallbacks}`, binds: causes.has("fallbacks") });
  if (tokens !== null) {
    limits.push({ limit: `tokens ${tokens}`, binds: causes.has("tokens") || isTooLarge(graph, "tokens") });
  }
  if (costNanos !== null) {
    limits.push({
      limit: `cost ${money(costNanos, currency)}`,
      binds: causes.has("cost") || isTooLarge(graph, "cost"),
    });
  }
  if (model.repeat.mode !== "always") limits.push({ limit: "repeat", binds: causes.has("unrepeatable") });
  return limits;
}

/** Is a request ever refused its first call for that? */
function isTooLarge({ ends }: Graph, what: "tokens" | "cost"): boolean {
  return ends.some((end) =>
    outcomeOf(end).decisions.some(({ refused }) =>
      refused.some(({ action, cause }) => action === "start" && cause.startsWith(`${what}: `)),
    ),
  );
}
