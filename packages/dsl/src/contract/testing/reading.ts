/** How a failure is read, as plainly as can be, and what its signal permits: the measure of conditions. */
import { BUILT_IN_SIGNALS, errorObject, type Pointer } from "@fbp/runtime/core";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { standardLines } from "../../check/standard-signals.ts";
import { span } from "../../source.ts";
import { matches } from "../conditions.ts";
import type { Contract } from "../document.ts";
import { listIndex, parsePointer } from "../pointer.ts";

/** What a status alone says. */
export function plainReading(status: number): string {
  return standardReading(status, null);
}

export function standardReading(status: number, error: unknown): string {
  const facts = { transport: null, sent: true, status, headers: {}, error };
  const line = standardLines(span({ name: "", text: "" }, 0, 0)).find(
    ({ when }) => when === null || evaluate(when, facts),
  );
  return BUILT_IN_SIGNALS[line?.signal ?? -1]?.name ?? "";
}

/** The first condition that holds, else the standard reading. `body` is parsed JSON, or the text of what is none. */
export function read(contract: Contract, status: number, body: unknown): { signal: string; condition: number } {
  const error = errorObject({ errorAt: contract.errors.at.map(placeOf) }, status, body);
  const condition = contract.errors.conditions.findIndex((one) => matches(one, { status, error }));
  return { signal: contract.errors.conditions[condition]?.signal ?? standardReading(status, error), condition };
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
