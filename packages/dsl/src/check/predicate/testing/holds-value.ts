/** Is the value in the set? Asked by the properties alone: the checks never have a value at hand. */
import { holdsText } from "../flow/texts.ts";
import type { Values } from "../flow/values.ts";

export function holdsValue(values: Values, value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return values.booleans.has(value);
    case "number":
      return values.numbers.some(
        ({ low, high, lowOpen, highOpen, integer }) =>
          (lowOpen ? value > low : value >= low) &&
          (highOpen ? value < high : value <= high) &&
          (!integer || Number.isInteger(value)),
      );
    case "string":
      return values.texts.some((piece) => holdsText(piece, value));
    default:
      if (Array.isArray(value)) return value.length === 0 ? values.lists.empty : values.lists.full;
      if (value === null || typeof value !== "object") return false;
      return Object.keys(value).length === 0 ? values.objects.empty : values.objects.full;
  }
}
