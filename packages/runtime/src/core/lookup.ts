/**
 * The entry of a policy's list with this number.
 *
 * @throws RangeError when there is none: a bug of whoever gave the number
 */
export function nth<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no number ${index} in this policy`);
  return item;
}
