/** Where outcomes go. */
import type { Outcome } from "../core/outcome.ts";

export interface Sink {
  /**
   * Takes one record, once for each request. Returns at once; what it throws is counted and never
   * reaches the request.
   */
  write(outcome: Outcome): void;
  /** Everything written so far is where it belongs, or counted as lost. */
  flush?(): Promise<void>;
  /** As `flush`, and nothing is taken any more. */
  close?(): Promise<void>;
  /** Records that were taken or refused and are lost. */
  readonly dropped?: number;
}
