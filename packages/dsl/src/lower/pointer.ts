import type { Pointer } from "@fbp/runtime/core";
import { listIndex, parsePointer } from "../contract/pointer.ts";

/**
 * A JSON Pointer as the runtime reads it: `/choices/0/message` is `["choices", 0, "message"]`. A segment
 * that is a whole number is taken for an index.
 *
 * @throws Error for a text that is no pointer: a bug of the contract's check.
 */
export function pointerSegments(pointer: string): Pointer {
  const segments = parsePointer(pointer);
  if (segments === null) throw new Error(`${pointer} is not a JSON Pointer`);
  return segments.map((segment) => listIndex(segment) ?? segment);
}
