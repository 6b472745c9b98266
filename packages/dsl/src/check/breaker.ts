import type { BreakerPlan, WindowPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Declarations } from "./declarations.ts";
import { type RequiredSetting, reportGivenTwice, reportMissing, settingsOf } from "./settings.ts";
import { countOf, durationOf, inOrder, shareOf } from "./values.ts";
import { countOrDurationWindow } from "./window.ts";
import { duration } from "./words.ts";

/** More probes at once than this are no probes. */
const MOST_PROBES = 1000;

/** Counted calls of one window are kept one by one. */
const MOST_CALLS = 1_000_000;

/** A breaker as declared, for any path: without a lease of its own it takes the path's timeout. */
export interface KnownBreaker {
  readonly block: tree.BreakerBlock;
  readonly plan: Omit<BreakerPlan, "leaseMs"> | null;
  readonly leaseMs: number | null;
  readonly leaseSpan: Span | null;
  readonly slower: { readonly thanMs: number; readonly span: Span } | null;
}

interface Triggers {
  readonly failedShare: number | null;
  readonly slowShare: number | null;
  readonly slowMs: number | null;
  readonly consecutive: number | null;
}

const OPENS: RequiredSetting = ["opens", "opens at 50% failed"];
const OPEN: RequiredSetting = ["open", "open for 30s"];
const HALF_OPEN: RequiredSetting = ["half_open", "half_open 2 probes"];
const WINDOW: RequiredSetting = ["window", "window 60s, at least 20 calls"];

/** `owner` is the breaker in the operator's words; `place` is where to say what is missing. */
export function checkBreaker(
  block: tree.BreakerBlock,
  owner: string,
  place: Span,
  declared: Declarations,
  report: Report,
): KnownBreaker {
  const settings = settingsOf(report, owner, block.settings ?? []);
  const opens = settings.get("opens");
  // Failures in a row need no window; shares of a window do.
  const needsWindow = opens === undefined || opens.at.some((trigger) => trigger.kind !== "consecutive");
  const required = needsWindow ? [WINDOW, OPENS, OPEN, HALF_OPEN] : [OPENS, OPEN, HALF_OPEN];
  reportMissing(report, declared, owner, place, block.span, required, (kind) =>
    settings.has(kind as tree.BreakerSetting["kind"]),
  );

  const window = windowOf(settings.get("window"), needsWindow, owner, report);
  const triggers = opens === undefined ? null : triggersOf(opens.at, owner, report);
  const open = openOf(settings.get("open"), report);
  const half = settings.get("half_open");
  const probes =
    half === undefined ? null : countOf(report, "half_open", half.probes, { least: 1, most: MOST_PROBES }, "probes");
  const lease = half?.lease ?? null;

  return {
    block,
    plan:
      window === null || triggers === null || open === null || probes === null
        ? null
        : { ...window, ...triggers, ...open, probes },
    leaseMs: lease === null ? null : durationOf(report, "half_open", lease),
    leaseSpan: lease?.span ?? null,
    slower: slowerOf(opens?.at ?? [], triggers),
  };
}

function windowOf(
  setting: Extract<tree.BreakerSetting, { kind: "window" }> | undefined,
  needed: boolean,
  owner: string,
  report: Report,
): { readonly window: WindowPlan; readonly minimumCalls: number } | null {
  if (setting !== undefined) return countOrDurationWindow(report, "window", setting, owner, needed);
  // Only failures in a row count: one call is window enough.
  return needed ? null : { window: { kind: "calls", calls: 1 }, minimumCalls: 1 };
}

function triggersOf(at: readonly tree.BreakerTrigger[], owner: string, report: Report): Triggers | null {
  const first = new Map<string, tree.BreakerTrigger>();
  const before = report.diagnostics.length;
  let triggers: Triggers = { failedShare: null, slowShare: null, slowMs: null, consecutive: null };
  for (const trigger of at) {
    const known = first.get(trigger.kind);
    if (known !== undefined) {
      const word = trigger.kind === "consecutive" ? "in a row" : trigger.kind;
      reportGivenTwice(report, owner, `opens at … ${word}`, trigger.span, known.span);
      continue;
    }
    first.set(trigger.kind, trigger);
    switch (trigger.kind) {
      case "failed":
        triggers = { ...triggers, failedShare: shareOf(report, "opens", trigger.share) };
        break;
      case "slower":
        triggers = {
          ...triggers,
          slowShare: shareOf(report, "opens", trigger.share),
          slowMs: durationOf(report, "opens", trigger.than),
        };
        break;
      case "consecutive":
        triggers = {
          ...triggers,
          consecutive: countOf(report, "opens", trigger.calls, { least: 1, most: MOST_CALLS }, "calls"),
        };
        break;
    }
  }
  return first.size === 0 || report.diagnostics.length > before ? null : triggers;
}

function openOf(
  setting: Extract<tree.BreakerSetting, { kind: "open" }> | undefined,
  report: Report,
): { readonly openMs: number; readonly openMostMs: number } | null {
  if (setting === undefined) return null;
  const openMs = durationOf(report, "open", setting.for);
  if (setting.most === null) return openMs === null ? null : { openMs, openMostMs: openMs };
  const openMostMs = durationOf(report, "open", setting.most);
  if (openMs === null || openMostMs === null || !inOrder(report, "open", setting.for, setting.most)) return null;
  return { openMs, openMostMs };
}

function slowerOf(at: readonly tree.BreakerTrigger[], triggers: Triggers | null): KnownBreaker["slower"] {
  const trigger = at.find((candidate) => candidate.kind === "slower");
  if (trigger === undefined || triggers === null || triggers.slowMs === null) return null;
  return { thanMs: triggers.slowMs, span: trigger.span };
}

/** The breaker as a path of that timeout gets it, after the two were compared. */
export function breakerFor(
  breaker: KnownBreaker,
  path: { readonly name: string; readonly mostMs: number | null },
  place: Span,
  report: Report,
): BreakerPlan | null {
  const { mostMs } = path;
  if (breaker.plan === null || mostMs === null) return null;
  const timeout = duration(mostMs);
  if (breaker.leaseMs !== null && breaker.leaseMs < mostMs) {
    report.add("FBP6015", breaker.leaseSpan ?? place, { lease: duration(breaker.leaseMs), path: path.name, timeout });
  }
  if (breaker.slower !== null && breaker.slower.thanMs >= mostMs) {
    report.add("FBP6016", breaker.slower.span, {
      what: "a call that counts as slow",
      limit: duration(breaker.slower.thanMs),
      path: path.name,
      timeout,
    });
  }
  return { ...breaker.plan, leaseMs: breaker.leaseMs ?? mostMs };
}
