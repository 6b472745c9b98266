/** A list against the lists that a place takes. */
import { itemAt as item } from "../array.ts";
import { union } from "../combine.ts";
import { NEVER } from "../make.ts";
import type { ArrayType, Type } from "../type.ts";
import { all, type Comparer, FITS, type Fit, inside, no, perhaps } from "./fit.ts";

/** Items of their own that are compared one by one; further ones are compared as if they were all alike. */
const MOST_ITEMS = 200;

/** @param places one or more */
export function fitList(value: ArrayType, places: readonly ArrayType[], comparer: Comparer): Fit {
  let fit: Fit = FITS;
  for (const place of places) {
    fit = one(value, place, comparer);
    if (fit.kind === "yes") return fit;
  }
  return places.length === 1 ? fit : together(value, places, comparer);
}

function one(value: ArrayType, place: ArrayType, comparer: Comparer): Fit {
  const [most, room] = [mostOf(value), mostOf(place)];
  if (value.minItems > most) return FITS;
  if (value.minItems < place.minItems && comparer.purpose !== "skimmed")
    return no(`it may have fewer than ${items(place.minItems)}`);
  if (most > room) return no(`it may have more than ${items(room)}`);
  return all(itemsOf(value, [place], comparer));
}

/** That some item fits none of them is sure; that a list fits several only together is not looked for. */
function together(value: ArrayType, places: readonly ArrayType[], comparer: Comparer): Fit {
  const fewest = Math.min(...places.map((place) => place.minItems));
  const most = Math.max(...places.map(mostOf));
  if (value.minItems < fewest && comparer.purpose !== "skimmed") return no(`it may have fewer than ${items(fewest)}`);
  if (mostOf(value) > most) return no(`it may have more than ${items(most)}`);
  const fit = all(itemsOf(value, places, comparer));
  return fit.kind === "no" ? fit : perhaps("several kinds of list fit, and no single one takes all that it may be");
}

function* itemsOf(value: ArrayType, places: readonly ArrayType[], comparer: Comparer): Iterable<Fit> {
  const own = Math.max(value.prefix.length, ...places.map((place) => place.prefix.length));
  const most = mostOf(value);
  for (let index = 0; index < Math.min(own, most, MOST_ITEMS); index++) {
    yield inside(
      `[${index}]`,
      comparer.compare(itemAt(value, index), union(places.map((each) => itemAt(each, index)))),
    );
  }
  if (own > MOST_ITEMS && most > MOST_ITEMS) yield perhaps("the schemas are too large to be compared whole");
  if (most > own)
    yield inside("[]", comparer.compare(value.items.get(), union(places.map((each) => each.items.get()))));
}

function itemAt(list: ArrayType, index: number): Type {
  return list.maxItems !== null && index >= list.maxItems ? NEVER : item(list, index).get();
}

function mostOf({ maxItems, prefix, items: further }: ArrayType): number {
  const described = further.get().kind === "never" ? prefix.length : Number.POSITIVE_INFINITY;
  return Math.min(maxItems ?? Number.POSITIVE_INFINITY, described);
}

function items(count: number): string {
  return `${count} item${count === 1 ? "" : "s"}`;
}
