/** What a provider says it charges for, a call a line. Money is nano-units of a currency, times are milliseconds since 1970. */

export interface Billing {
  /** As the user names it. */
  readonly file: string;
  readonly entries: readonly BillingEntry[];
}

/** null: the export does not say. */
export interface BillingEntry {
  /** In the export, from 1. */
  readonly line: number;
  readonly at: number | null;
  /** How exact `at` is: 86,400,000 where only the day is given. The time lies within `[at, at + withinMs)`. */
  readonly withinMs: number;
  readonly model: string | null;
  readonly requestId: string | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly costNanos: number | null;
  /** One unit of the last decimal place that the cost is given in. */
  readonly costStepNanos: number;
  readonly currency: string | null;
}
