import type { StreamPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import { durationOf, tokensOf } from "./values.ts";

/** Without a `stream` line answers are held until they have passed `accept`. */
const HELD: StreamPlan = { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false };

export function checkStream(item: tree.StreamItem | undefined, report: Report): StreamPlan {
  if (item === undefined) return HELD;
  const plan = { ...HELD, mode: item.mode, skipBadChunks: item.skipBadChunks };
  if (item.for === null) return plan;
  switch (item.for.unit.kind) {
    case "duration":
      return { ...plan, heldMs: durationOf(report, "held for", item.for) };
    case "tokens":
      return { ...plan, heldTokens: tokensOf(report, "held for", item.for) };
    default:
      return plan;
  }
}

/** The line as written where the user may see a token before the answer is complete; else null. */
export function visibleAs(item: tree.StreamItem | undefined): string | null {
  if (item === undefined || (item.mode === "held" && item.for === null)) return null;
  return item.mode === "visible" ? "stream visible" : "stream held for …";
}
