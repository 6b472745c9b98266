/** How the compiler gets the files that other files name. */
import type { Source } from "./source.ts";

/** What became of a file that another one names. */
export type Loaded =
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "missing" | "outside" }
  /** `why` in the operator's words, after "cannot be read:". */
  | { readonly kind: "unreadable"; readonly why: string };

/**
 * Gives the text of the file that `path`, as written in the file `from`, names. It never throws for a
 * file that cannot be read. A file whose text has not changed should be the same `Source` object at
 * each call: what was read of it is kept by that object.
 */
export type Load = (path: string, from: Source) => Loaded;
