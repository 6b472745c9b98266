/** What a request has spent so far: settled usage, and reservations that stand. */
export interface Ledger {
  readonly tokens: number;
  readonly costNanos: number;
}
