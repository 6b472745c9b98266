import type { SloPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import { textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { reportGivenTwice } from "./settings.ts";
import { durationOf } from "./values.ts";
import { countOrDurationWindow } from "./window.ts";
import { duration } from "./words.ts";

/** The path's one latency objective; null after something was reported, or where a syntax error left it out. */
export function checkSlo(
  block: tree.SloBlock,
  path: { readonly name: string; readonly mostMs: number | null },
  report: Report,
): SloPlan | null {
  const owner = `the SLO of \`${path.name}\``;
  const [objective, ...others] = block.objectives;
  if (objective === undefined) return null;
  for (const other of others) reportGivenTwice(report, owner, "an objective", other.span, objective.span);

  const percentile = percentileOf(objective.percentile, objective.percentileSpan, report);
  const belowMs = durationOf(report, "below", objective.below);
  const window = countOrDurationWindow(
    report,
    "over",
    { span: objective.span, size: objective.window, minimum: objective.minimum },
    owner,
    true,
  );
  if (belowMs !== null && path.mostMs !== null && belowMs > path.mostMs) {
    report.add("FBP6016", objective.below.span, {
      what: `a breach of ${owner}`,
      limit: duration(belowMs),
      path: path.name,
      timeout: duration(path.mostMs),
    });
  }
  if (percentile === null || belowMs === null || window === null) return null;
  return { percentile, belowMs, ...window };
}

function percentileOf(percentile: number, place: Span, report: Report): number | null {
  if (percentile > 0 && percentile <= 100) return percentile;
  report.add("FBP2021", place, {
    setting: "percentile",
    given: textOf(place),
    bound: "above p0 and at most p100",
  });
  return null;
}
