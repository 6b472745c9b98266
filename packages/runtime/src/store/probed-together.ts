import { Breaker, type Verdict } from "../core/breaker.ts";
import type { Permit } from "../core/protocol.ts";
import type { SharedBreaker } from "./breaker.ts";

/** A breaker whose probes are limited over all processes: it asks for leave and tells what became of it. */
export class ProbedTogether extends Breaker {
  /** null: from now on it is this process's alone. */
  share: SharedBreaker | null = null;

  override refuses(now: number, then: number): boolean {
    return super.refuses(now, then) || (this.state !== "closed" && this.share?.mayProbe(now, then) === false);
  }

  override take(now: number): Permit {
    const isProbe = this.state !== "closed";
    const permit = super.take(now);
    if (isProbe) this.share?.probeBegan(permit, now);
    return permit;
  }

  override end(permit: Permit, verdict: Verdict): boolean {
    const isOut = super.end(permit, verdict);
    if (isOut) this.share?.probeEnded(permit, verdict);
    return isOut;
  }
}
