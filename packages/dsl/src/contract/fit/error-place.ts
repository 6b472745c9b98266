/** Where the error object of a body stands; found by the runtime's own rule. */
import { at, errorObject } from "@fbp/runtime/core";
import { stepsOf } from "./recognise.ts";

export interface FoundError {
  /** The object itself; a text is read as its message. */
  readonly error: unknown;
  /** The steps to it; null where it is a text. */
  readonly at: readonly (string | number)[] | null;
}

/** @param status null: not known, and so taken for one of a failure where the body looks like one */
export function findError(places: readonly string[], status: number | null, body: unknown): FoundError | null {
  const errorAt = places.map(stepsOf);
  const error =
    status === null
      ? (errorObject({ errorAt }, 200, body) ?? errorObject({ errorAt }, 400, body))
      : errorObject({ errorAt }, status, body);
  if (error === null) return null;
  return { error, at: errorAt.find((steps) => at(body, steps) === error) ?? null };
}
