/** Where outcomes go. */
import type { Outcome } from "../core/outcome.ts";
import type { InvalidOutput } from "./invalid-output.ts";

export interface Sink {
  /**
   * Takes one record, once for each request. Returns at once; what it throws, or the promise rejects with where it is
   * async, is counted and never reaches the request.
   *
   * @param origin what `origin` gave when the request began; undefined where the sink has none
   */
  write(outcome: Outcome, origin?: unknown): void;
  /** Asked when a request begins, where its caller is: whatever it gives comes back with the record. */
  origin?(): unknown;
  /** Takes an answer that `accept` refused, where the policy keeps them; under the same terms as `write`. */
  keep?(sample: InvalidOutput): void;
  /** false: what `keep` is given goes nowhere, so that it need not be made. */
  readonly keeps?: boolean;
  /** Everything written so far is where it belongs, or counted as lost. */
  flush?(): Promise<void>;
  /** As `flush`, and nothing is taken any more. */
  close?(): Promise<void>;
  /** Records that were taken or refused and are lost. */
  readonly dropped?: number;
}
