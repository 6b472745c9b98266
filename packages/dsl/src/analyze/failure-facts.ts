import type { Failure } from "@fbp/runtime/core";
import type { Facts } from "../check/predicate/evaluate.ts";

/** The part of the facts that an attempt leaves behind. */
export function failureOf({ transport, sent, status, headers, error }: Facts): Failure {
  return {
    transport: transport ?? null,
    sent: sent ?? false,
    status: status ?? 0,
    headers: headers ?? {},
    error: error ?? null,
  };
}
