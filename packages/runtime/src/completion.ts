/** What the caller of `complete` gets, made from the machine's ending. */
import type { Outcome } from "./core/outcome.ts";
import type { Ending } from "./core/protocol.ts";
import type { Completion, PolicyTypes } from "./types.ts";

/** @param response the parsed answer; only read where `ending` is one */
export function completionOf(outcome: Outcome, ending: Ending, response: unknown): Completion<PolicyTypes> {
  switch (ending.kind) {
    case "answer":
      return { kind: "answer", response, outcome, source: outcome.source ?? "" };
    case "degraded":
      return { kind: "degraded", response: null, outcome, text: ending.text };
    case "deferred":
      return { kind: "deferred", response: null, outcome, to: ending.to };
    case "failure": {
      const last = outcome.attempts.at(-1);
      return {
        kind: "failure",
        response: null,
        outcome,
        reason: outcome.reason,
        status: last?.status ?? null,
        error: last?.error ?? null,
        partial: ending.partial,
      };
    }
    case "aborted":
      return { kind: "aborted", response: null, outcome };
  }
}
