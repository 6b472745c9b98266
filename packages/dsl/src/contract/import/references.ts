/** References between the parts of a document. Nothing is ever fetched. */

import type { Report } from "../../diagnostics/index.ts";
import { nearest } from "../../did-you-mean.ts";
import type { Span } from "../../source.ts";
import { resolveReference } from "../../types/reference.ts";
import { below } from "../pointer.ts";
import { type ImportDocument, type Place, placeAt, textField } from "./source.ts";

/** A reference may lead to a reference, this often. */
const MOST_HOPS = 16;

export class References {
  readonly #document: ImportDocument;
  readonly #report: Report;
  /** Places that were reported: one that leads nowhere is often asked twice. */
  readonly #reported = new Set<string>();

  constructor(document: ImportDocument, report: Report) {
    this.#document = document;
    this.#report = report;
  }

  /** What stands at the end of the references; null where one leads nowhere, which was reported. */
  followed(place: Place): Place | null {
    let here = place;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const reference = textField(here.value, "$ref");
      if (reference === null) return here;
      const next = this.target(here.pointer, reference);
      if (next === null) return null;
      here = next;
    }
    this.#nowhere(place.pointer, textField(place.value, "$ref") ?? "");
    return null;
  }

  /** Where `reference`, as written in the object at `pointer`, leads; null where it was reported. */
  target(pointer: string, reference: string): Place | null {
    const found = resolveReference(this.#document.value, pointer, reference);
    if (found.kind === "found") return placeAt(this.#document, found.pointer);
    if (reference.startsWith("#")) this.#nowhere(pointer, reference);
    else if (this.#isFirst(pointer)) this.#report.add("FBP3356", this.#spanOf(pointer), { ref: reference });
    return null;
  }

  #nowhere(pointer: string, reference: string): void {
    if (!this.#isFirst(pointer)) return;
    this.#report.add("FBP3357", this.#spanOf(pointer), { ref: reference, near: this.#nearest(reference) });
  }

  #isFirst(pointer: string): boolean {
    const isFirst = !this.#reported.has(pointer);
    this.#reported.add(pointer);
    return isFirst;
  }

  #spanOf(pointer: string): Span {
    return this.#document.spanOf(below(pointer, "$ref"));
  }

  /** The neighbour of what is not there, whose name is most like it. */
  #nearest(reference: string): string | undefined {
    const end = reference.lastIndexOf("/");
    const folder = reference.slice(1, end);
    const { value } = placeAt(this.#document, folder);
    if (typeof value !== "object" || value === null) return undefined;
    const near = nearest(reference.slice(end + 1), Object.keys(value));
    return near === undefined ? undefined : `#${below(folder, near)}`;
  }
}
