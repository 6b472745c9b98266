/** Types of lists. Each is in its plain form: where no item can stand, the list is no longer. */
import { type Algebra, either, meet } from "./lazily.ts";
import { ARRAY, NEVER, NOTHING } from "./make.ts";
import type { ArrayType, Lazy, Type } from "./type.ts";

/** The list type in its plain form; `never` where no list can fit. */
export function arrayOf(parts: Partial<Omit<ArrayType, "kind">>): Type {
  const type: ArrayType = { ...ARRAY, ...parts };
  const barred = type.prefix.findIndex(isNothing);
  const reach = barred >= 0 ? barred : isNothing(type.items) ? type.prefix.length : null;
  const maxItems = least(type.maxItems, reach);
  if (maxItems !== null && type.minItems > maxItems) return NEVER;
  const isFull = maxItems !== null && type.prefix.length >= maxItems;
  return {
    ...type,
    prefix: isFull ? type.prefix.slice(0, maxItems) : type.prefix,
    items: isFull ? NOTHING : type.items,
    maxItems,
  };
}

function isNothing(type: Lazy<Type>): boolean {
  return type.known?.kind === "never";
}

/** What may stand at the position, where the list is that long. */
export function itemAt(list: ArrayType, index: number): Lazy<Type> {
  return list.prefix[index] ?? list.items;
}

export function intersectArrays(a: ArrayType, b: ArrayType, algebra: Algebra): Type {
  const length = Math.max(a.prefix.length, b.prefix.length);
  return arrayOf({
    prefix: Array.from({ length }, (_, index) => meet(itemAt(a, index), itemAt(b, index), algebra)),
    items: meet(a.items, b.items, algebra),
    minItems: Math.max(a.minItems, b.minItems),
    maxItems: least(a.maxItems, b.maxItems),
  });
}

/** The narrowest single type that holds all lists of each; `types` holds at least one. */
export function joinArrays(types: readonly ArrayType[], algebra: Algebra): ArrayType {
  const length = types.reduce((most, type) => Math.max(most, type.prefix.length), 0);
  const at = (index: number) =>
    either(
      types.map((type) => itemAt(type, index)),
      algebra,
    );
  return {
    ...ARRAY,
    prefix: Array.from({ length }, (_, index) => at(index)),
    items: either(
      types.map((type) => type.items),
      algebra,
    ),
    minItems: types.reduce((few, type) => Math.min(few, type.minItems), Number.POSITIVE_INFINITY),
    maxItems: types.some((type) => type.maxItems === null)
      ? null
      : types.reduce((most, type) => Math.max(most, type.maxItems ?? 0), 0),
  };
}

/** `null` is no bound: more than every number. */
function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
