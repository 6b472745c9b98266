/** Alerts that are right and yet cannot tell what they are there for. */
import { bucketBounds } from "@fbp/runtime/prometheus";
import type { AlertCondition, AlertModel, PolicyModel } from "../../check/model.ts";
import { duration } from "../../check/words.ts";
import { comparisonsOf } from "./words.ts";

export interface AlertNote {
  readonly policy: string;
  readonly alert: string;
  /** One sentence, lower case. */
  readonly text: string;
}

/** Two samples a minute are the fewest with which a minute holds an increase. */
const SHORTEST_MS = 60_000;

export function alertNotes(policy: PolicyModel): readonly AlertNote[] {
  const bounds = bucketBounds(policy);
  return policy.alerts.flatMap((alert) =>
    comparisonsOf(alert.when)
      .flatMap((comparison) => notesOf(comparison, alert, bounds))
      .map((text) => ({ policy: policy.name, alert: alert.name, text })),
  );
}

type Comparison = Extract<AlertCondition, { readonly kind: "compare" }>;

function notesOf(
  { measure, threshold }: Comparison,
  { forMs }: AlertModel,
  bounds: readonly number[],
): readonly string[] {
  const notes: string[] = [];
  if (measure.kind === "slow_rate" && !bounds.includes(measure.thanMs)) {
    const than = duration(measure.thanMs);
    notes.push(
      `no bucket ends at ${than}, so it stays silent unless the service gives prometheusSink \`buckets: [${measure.thanMs / 1000}]\``,
    );
  }
  if (measure.kind === "percentile" && threshold.kind === "value" && threshold.value >= (bounds.at(-1) ?? 0)) {
    notes.push(`no bucket ends above ${duration(threshold.value)}, and no percentile is found beyond the last`);
  }
  if (measure.kind === "count" && measure.windowMs < SHORTEST_MS) {
    notes.push(`within ${duration(measure.windowMs)} a server that scrapes twice a minute may have no two samples`);
  }
  if (threshold.kind === "baseline" && threshold.agoMs <= forMs) {
    const [ago, held] = [duration(threshold.agoMs), duration(forMs)];
    notes.push(`a change has reached the baseline of ${ago} before it has lasted for ${held}`);
  }
  return notes;
}
