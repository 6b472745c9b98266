/** The places that predicates read, each once, with what it stands in. */
import type { FactRoot, Read } from "../../check/model.ts";

export type Root = FactRoot | "outcome";

export interface Place {
  /** Counts from 0, in the order in which places were met. */
  readonly id: number;
  readonly root: Root;
  readonly segments: readonly (string | number)[];
  /** null: the root as a whole. */
  readonly parent: Place | null;
  /** The last of the segments. */
  readonly segment: string | number | null;
  readonly children: Map<string | number, Place>;
}

export class Places {
  readonly #roots = new Map<Root, Place>();
  #count = 0;

  at(root: Root, segments: Read["segments"]): Place {
    let place = this.#roots.get(root) ?? this.#add(root, [], null);
    segments.forEach((segment, index) => {
      place = place.children.get(segment) ?? this.#add(root, segments.slice(0, index + 1), place);
    });
    return place;
  }

  /** Only where something of the root was read. */
  root(root: Root): Place | null {
    return this.#roots.get(root) ?? null;
  }

  #add(root: Root, segments: Read["segments"], parent: Place | null): Place {
    const segment = segments.at(-1) ?? null;
    const place: Place = { id: this.#count++, root, segments, parent, segment, children: new Map() };
    if (parent === null || segment === null) this.#roots.set(root, place);
    else parent.children.set(segment, place);
    return place;
  }
}
