/** Retries and fallbacks that no request ever comes to, whatever happens to it. */
import type { Policy } from "@fbp/runtime/core";
import type { PolicyModel } from "../../check/model.ts";
import type { Diagnostic, Related, Report } from "../../diagnostics/index.ts";
import { explore } from "../explore/explore.ts";
import type { Edge, Graph } from "../explore/graph.ts";
import { groundOf } from "../explore/ground.ts";
import type { ActionUse, Cause } from "../explore/uses.ts";
import { MOST_NODES, type Proof } from "../proof.ts";
import type { Outage } from "./outage.ts";
import { repeatsOf, type Site, targetOf } from "./site.ts";
import { actionText, callsText } from "./words.ts";

type Count = "attempts" | "retries" | "fallbacks";

/** An action that does not happen, for these causes. */
interface Never {
  readonly site: Site;
  readonly causes: readonly Cause[];
  /** The limits that are used up, where that is all there is to say; and the calls that did it. */
  readonly spent: { readonly limit: Count; readonly calls: readonly { readonly path: string }[] } | null;
  /** What may refuse the actions before it, so that it happens all the same; none: it never does. */
  readonly unless: readonly string[];
}

/**
 * Gives the actions that it has told of.
 *
 * @param late those of which the arithmetic of time-outs was told
 * @param told what was reported before
 */
export function reportActions(
  proof: Proof,
  outages: readonly Outage[],
  late: ReadonlySet<Site>,
  told: readonly Diagnostic[],
  report: Report,
): ReadonlySet<Site> {
  const { model, graph } = proof;
  const sites = repeatsOf(model).filter((site) => !late.has(site));
  const uses = usesIn(graph, sites);
  const known = toldBefore(model, sites, told);
  const never = sites.flatMap((site): Never[] => {
    const use = uses.get(site);
    return use === undefined || use.taken !== null || known.has(site) ? [] : [neverOf(proof, site, use, outages)];
  });
  const rarely = rarelyTaken(proof, sites, uses, outages);
  const groups = new Map<string, Never[]>();
  for (const one of [...never, ...rarely]) {
    const { site, causes, spent } = one;
    const key = JSON.stringify([actionText(model, site.action), spent?.limit ?? causes, one.unless]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const unused = pathsUnused(graph);
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const related = [
      ...others.map(({ site }): Related => ({ span: site.action.span, text: "nor here" })),
      ...(unused.has(targetOf(model, first.site).name) && first.site.action.kind === "fallback"
        ? [
            {
              span: targetOf(model, first.site).places.name,
              text: `so that no request comes to \`${targetOf(model, first.site).name}\``,
            },
          ]
        : []),
    ];
    reportNever(model, first, related, report);
  }
  return new Set([...known, ...never.map(({ site }) => site), ...rarely.map(({ site }) => site)]);
}

/** Of the rules that are applied at all. */
function usesIn(graph: Graph, sites: readonly Site[]): ReadonlyMap<Site, ActionUse> {
  const rules = new Map(graph.rules.map((use) => [`${use.path} ${use.rule}`, use]));
  return new Map(
    sites.flatMap((site): [Site, ActionUse][] => {
      const use = rules.get(`${site.path} ${site.rule}`)?.actions[site.index];
      return use === undefined ? [] : [[site, use]];
    }),
  );
}

/** What the checks have said of the same cause: a chain that is too long, a budget of one attempt. */
function toldBefore(model: PolicyModel, sites: readonly Site[], told: readonly Diagnostic[]): ReadonlySet<Site> {
  const chains = sites.filter(({ action }) =>
    told.some(({ code, span }) => code === "FBP6007" && isSame(span, action.span)),
  );
  const targets = new Set(chains.map((site) => targetOf(model, site)));
  const isSingle = model.budget.attempts === 1 && told.some(({ code }) => code === "FBP6004");
  return new Set(
    sites.filter((site) => isSingle || (site.action.kind === "fallback" && targets.has(targetOf(model, site)))),
  );
}

function isSame(a: Diagnostic["span"], b: Diagnostic["span"]): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}

function neverOf({ graph }: Proof, site: Site, use: ActionUse, outages: readonly Outage[]): Never {
  const all = [...use.refused.keys()].sort();
  // Had these let it through, the others would have refused it.
  const firm = all.filter((cause) => cause !== "breaker" && cause !== "retry_budget");
  const causes = firm.length > 0 ? firm : all;
  const [only] = causes;
  const limit = causes.length === 1 && isCount(only) ? only : null;
  const edge = limit === null ? undefined : use.refused.get(limit)?.edge;
  const calls = callsBefore(site, outages) ?? (edge === undefined ? [] : callsOnEdge(graph, edge));
  return { site, causes, spent: limit === null ? null : { limit, calls }, unless: [] };
}

function isCount(cause: Cause | "taken" | undefined): cause is Count {
  return cause === "attempts" || cause === "retries" || cause === "fallbacks";
}

/** The calls of an outage before a limit has refused the action. */
function callsBefore(site: Site, outages: readonly Outage[]): readonly { readonly path: string }[] | null {
  for (const { calls, trials } of outages) {
    const trial = trials.find(
      ({ path, rule, tried }) => path === site.path && rule === site.rule && isCount(tried[site.index]),
    );
    if (trial !== undefined) return calls.slice(0, trial.calls);
  }
  return null;
}

function callsOnEdge({ ground }: Graph, { from, stimulus }: Edge): readonly { readonly path: string }[] {
  const nameOf = (path: number): { path: string } => ({ path: ground.policy.paths[path]?.name ?? "" });
  const [node] = from;
  if (node === undefined) return [];
  const command = node.state;
  const { past } = command;
  const calls: { path: string }[] =
    stimulus.kind === "failed" && command.kind === "attempt" ? [nameOf(command.path)] : [];
  for (let call = past.calls; call !== null; call = call.before) calls.unshift(nameOf(call.asked.path));
  return calls;
}

/** Actions that an outage does not come to, for the calls before them use up a limit, unless something refuses those. */
function rarelyTaken(
  { model, graph, situations }: Proof,
  sites: readonly Site[],
  uses: ReadonlyMap<Site, ActionUse>,
  outages: readonly Outage[],
): readonly Never[] {
  const suspects = sites.filter((site) => {
    if ((uses.get(site)?.taken ?? null) === null) return false;
    const tried = outages.flatMap(({ trials }) =>
      trials.flatMap(({ path, rule, tried }) => (path === site.path && rule === site.rule ? [tried[site.index]] : [])),
    );
    return !tried.includes("taken") && tried.some(isCount);
  });
  if (suspects.length === 0) return [];
  const willing = situations.map((all) => all.map((situation) => ({ ...situation, mayAskWait: false })));
  const healthy = explore(groundOf(model, withoutHealth(graph.ground.policy), []), {
    worlds: graph.worlds,
    situations: (path) => willing[path] ?? [],
    mostNodes: MOST_NODES,
  });
  if (!healthy.complete) return [];
  const left = usesIn(healthy, suspects);
  return suspects.flatMap((site): Never[] => {
    const use = left.get(site);
    const causes = [...(use?.refused.keys() ?? [])];
    const [limit] = causes;
    if (use === undefined || use.taken !== null || causes.length !== 1 || !isCount(limit)) return [];
    const spent = { limit, calls: callsBefore(site, outages) ?? [] };
    return [{ site, causes, spent, unless: refusersBefore(site, sites, uses) }];
  });
}

/** The policy, as it is while nothing refuses a call. */
function withoutHealth(policy: Policy): Policy {
  const paths = policy.paths.map((path) => ({ ...path, breaker: null, slo: null, retryBudget: null }));
  return { ...policy, paths, retryBudget: null };
}

const REFUSERS: readonly (readonly [Cause, string])[] = [
  ["breaker", "an open breaker"],
  ["retry_budget", "a retry budget"],
  ["server_wait", "a wait that the server asks for"],
];

function refusersBefore(
  { line, index }: Site,
  sites: readonly Site[],
  uses: ReadonlyMap<Site, ActionUse>,
): readonly string[] {
  const before = sites.filter((site) => site.line === line && site.index < index);
  const found = REFUSERS.filter(([cause]) => before.some((site) => uses.get(site)?.refused.has(cause)));
  return found.length === 0 ? ["something else"] : found.map(([, words]) => words);
}

function pathsUnused({ nodes, ground }: Graph): ReadonlySet<string> {
  const used = new Set(nodes.flatMap(({ state: command }) => (command.kind === "attempt" ? [command.path] : [])));
  return new Set(ground.policy.paths.flatMap(({ name }, path) => (used.has(path) ? [] : [name])));
}

function reportNever(model: PolicyModel, never: Never, related: readonly Related[], report: Report): void {
  const { site, spent, causes, unless } = never;
  const action = actionText(model, site.action);
  if (spent !== null) {
    const { limit, calls } = spent;
    const count = model.budget[limit];
    report.add("FBP6032", site.action.span, { action, limit, count, calls: callsText(calls), unless }, { related });
    return;
  }
  const why = causes.map((cause) => whyNot(model, site, cause));
  report.add(
    "FBP5021",
    site.action.span,
    {
      action,
      why: why.length === 0 ? [`${beforeIt(model, site)} always happens`] : why,
      instead: insteadOf(never),
    },
    { related },
  );
}

/** What is tried before the action. */
function beforeIt(model: PolicyModel, { line, index }: Site): string {
  const before = line.actions[index - 1];
  return before === undefined ? "what is before it" : `\`${actionText(model, before)}\` before it`;
}

function whyNot(model: PolicyModel, site: Site, cause: Cause): string {
  const { name, leastMs } = targetOf(model, site);
  switch (cause) {
    case "attempts":
    case "retries":
    case "fallbacks":
      return `\`${cause} ${model.budget[cause]}\` ${model.budget[cause] === 1 ? "is" : "are"} used up by then`;
    case "time":
      return `less than the ${leastMs}ms that it needs are left by then`;
    case "server_wait":
      return "the server asks for a longer wait than is left";
    case "tokens":
    case "cost":
      return `what it reserves is more than is left of \`${cause}\``;
    case "used":
      return `every request that comes here has used \`${name}\` before`;
    case "account":
      return `\`${name}\` is on an account whose quota is exhausted by then`;
    case "window":
      return `\`${name}\` has no larger context window than a path that the request was too long for`;
    case "unrepeatable":
      return "the request has reached the provider, and the policy's `repeat` does not let it be sent again";
    case "token_seen":
      return "a token may have been seen by then";
    case "breaker":
      return `the breaker of \`${name}\` is open`;
    case "retry_budget":
      return "the retry budget is spent";
    case "defect":
    case "no_attempt":
    case "over":
    case "other":
      return "nothing may follow this failure";
  }
}

/** What to do about it, by the first of the causes. */
function insteadOf({ causes: [cause] }: Never): string {
  switch (cause) {
    case undefined:
      return "remove it, or what is before it";
    case "unrepeatable":
      return "remove it, or say which requests may be sent again: `repeat only when …`";
    case "used":
      return "remove it, or fall back to a path that no request has used by then";
    case "attempts":
    case "retries":
    case "fallbacks":
    case "tokens":
    case "cost":
      return `raise \`${cause}\`, or remove it`;
    case "time":
    case "server_wait":
      return "raise the deadline, or remove it";
    default:
      return "remove it";
  }
}
