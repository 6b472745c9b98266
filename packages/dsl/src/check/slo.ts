import type { SloPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import type { Declarations } from "./declarations.ts";
import { reportGivenTwice, reportMissing } from "./settings.ts";
import { durationOf } from "./values.ts";
import { countOrDurationWindow } from "./window.ts";
import { duration } from "./words.ts";

/** The path's one latency objective; null after something was reported, or where a syntax error left it out. */
export function checkSlo(
  block: tree.SloBlock,
  path: { readonly name: string; readonly mostMs: number | null },
  declared: Declarations,
  report: Report,
): SloPlan | null {
  const owner = `the SLO of \`${path.name}\``;
  const [objective, ...others] = block.objectives;
  if (objective === undefined) {
    const example = "p95 below 6s over 5m, at least 50 calls";
    reportMissing(report, declared, owner, block.path.span, block.span, [["p… below …", example]], () => false);
    return null;
  }
  for (const other of others) reportGivenTwice(report, owner, "p… below …", other.span, objective.span);

  // A percentile that is none was reported by the parser.
  const { percentile } = objective;
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
  if (!(percentile > 0 && percentile < 100) || belowMs === null || window === null) return null;
  return { percentile, belowMs, ...window };
}
