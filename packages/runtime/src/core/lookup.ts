/**
 * The entry of a policy's list with this number. The numbers of a compiled policy are all in range; a policy made by hand
 * has to see to it, and is stopped by a `TypeError` where it does not.
 */
export function nth<Item>(list: readonly Item[], index: number): Item {
  return list[index] as Item;
}
