/** The plain reading of HTTP and what a class permits, as docs/language.md has them: the measure of conditions. */
import { BUILT_IN_SIGNALS, errorObject, type Pointer } from "@fbp/runtime/core";
import { matches } from "../conditions.ts";
import type { Contract } from "../document.ts";
import { listIndex, parsePointer } from "../pointer.ts";

export function plainReading(status: number): string {
  if ([408, 504, 524].includes(status)) return "transport_timeout";
  if (status === 401 || status === 403) return "auth_or_account";
  if (status === 402) return "quota_exhausted";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "route_unavailable";
  if (status >= 500) return "server_error";
  return status >= 200 && status < 300 ? "unusable_output" : "client_invalid";
}

/** The first condition that holds, else the plain reading. `body` is parsed JSON, or the text of what is none. */
export function read(contract: Contract, status: number, body: unknown): { signal: string; condition: number } {
  const error = errorObject({ errorAt: contract.errors.at.map(placeOf) }, status, body);
  const condition = contract.errors.conditions.findIndex((one) => matches(one, { status, error }));
  return { signal: contract.errors.conditions[condition]?.signal ?? plainReading(status), condition };
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function placeOf(pointer: string): Pointer {
  return (parsePointer(pointer) ?? []).map((segment) => listIndex(segment) ?? segment);
}

/** What may follow a signal: a second call on the path, on any other, on another account, on a larger model. */
export function permitted(signal: string): ReadonlySet<string> {
  switch (BUILT_IN_SIGNALS.find((one) => one.name === signal)?.class) {
    case "transient":
    case "capacity":
    case "output_defect":
      return new Set(["retry", "fallback", "fallback to another account", "fallback to a larger model"]);
    case "quota":
      return new Set(["fallback to another account"]);
    case "route_limit":
      return new Set(["fallback to a larger model"]);
    default:
      return new Set();
  }
}
