/** What may be read, root by root: the ground on which predicates are asked. */
import type { Type } from "../../types/type.ts";
import type { Root } from "./places.ts";

/** A root that is left out holds nothing. */
export type Frame = Readonly<Partial<Record<Root, RootFrame>>>;

export interface RootFrame {
  readonly type: Type;
  /** May there be nothing? */
  readonly optional: boolean;
  readonly usual?: Usual;
}

/** What a reader expects to see at a place, and at places in it: taken wherever nothing speaks against it. */
export interface Usual {
  /** The first that fits is taken. */
  readonly values?: readonly unknown[];
  readonly fields?: ReadonlyMap<string, Usual>;
}
