/** What a policy does to a provider that is down: paths that retry in turn, and fallbacks that fall with the path before them. */
import { nth } from "@fbp/runtime/core";
import type { PathModel, PolicyModel } from "../../check/model.ts";
import type { Related, Report } from "../../diagnostics/index.ts";
import type { Outage } from "./outage.ts";
import { repeatsOf, type Site, targetOf } from "./site.ts";
import { actionText, callsText } from "./words.ts";

/** Of all outages the one with the most calls is told. */
export function reportTurns(model: PolicyModel, outages: readonly Outage[], report: Report): void {
  const sites = repeatsOf(model);
  let worst: { readonly outage: Outage; readonly retried: readonly Site[] } | null = null;
  for (const outage of outages) {
    const retried = retriedIn(outage, sites);
    const paths = new Set(retried.map(({ path }) => path));
    if (paths.size < 2 || outage.calls.length <= (worst?.outage.calls.length ?? 0)) continue;
    worst = { outage, retried };
  }
  if (worst === null) return;
  const { outage, retried } = worst;
  const [first, ...rest] = retried;
  const others = rest.filter(({ path }) => path !== first?.path);
  const [second] = others;
  if (first === undefined || second === undefined) return;
  const related: Related[] = [{ span: first.action.span, text: `\`${first.on.name}\` retries here` }];
  report.add(
    "FBP6033",
    second.action.span,
    {
      path: second.on.name,
      first: first.on.name,
      total: outage.calls.length,
      calls: callsText(outage.calls),
      others: [...new Set(others.map(({ on }) => `on ${on.name}`))],
      retries: retried.length - others.length,
    },
    { related },
  );
}

/** The retries that were made, in their order. */
function retriedIn({ trials }: Outage, sites: readonly Site[]): readonly Site[] {
  return trials.flatMap(({ path, rule, tried }) => {
    const index = tried.indexOf("taken");
    return sites.filter(
      (site) => site.path === path && site.rule === rule && site.index === index && site.action.kind === "retry",
    );
  });
}

/** Fallbacks after a path's own failures to the same model at the same address, behind a breaker that they open. */
export function reportTwins(model: PolicyModel, report: Report): void {
  const told = new Set<PathModel>();
  for (const site of repeatsOf(model)) {
    if (site.action.kind !== "fallback") continue;
    const target = targetOf(model, site);
    if (target.breaker === null || told.has(target) || !isTwin(model, site.on, target)) continue;
    if (!site.line.signals.some((signal) => nth(model.signals, signal).class === "transient")) continue;
    told.add(target);
    const related: Related[] = [{ span: target.places.name, text: `the path \`${target.name}\`` }];
    report.add(
      "FBP6036",
      site.action.span,
      { action: actionText(model, site.action), path: target.name, from: site.on.name, model: target.model },
      { related },
    );
  }
}

function isTwin({ contracts }: PolicyModel, a: PathModel, b: PathModel): boolean {
  const [one, other] = [a, b].map(({ contract }) => nth(contracts, contract).contract.endpoint);
  return a.model === b.model && one?.baseUrl === other?.baseUrl && one?.path === other?.path;
}
