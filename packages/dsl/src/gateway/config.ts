/** Reads a gateway's configuration field by field: nothing of it is passed over in silence, and no key is kept. */
import { withoutKeys } from "@fbp/runtime/core";
import { type ImportDocument, isRecord, type Place } from "../contract/import/source.ts";
import { below } from "../contract/pointer.ts";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";

/** What is known of a field: it is used, or why there is no place for it in a policy. */
export type KnownFields = Readonly<Record<string, true | string>>;

export const USED = true;

export class Config {
  readonly #document: ImportDocument;
  readonly #report: Report;

  constructor(document: ImportDocument, report: Report) {
    this.#document = document;
    this.#report = report;
  }

  get root(): Place {
    return { pointer: "", value: this.#document.value };
  }

  /** Tells of each field of an object that is not used. */
  account({ pointer, value }: Place, known: KnownFields): void {
    if (!isRecord(value)) return;
    for (const name of Object.keys(value)) {
      const place = this.#document.spanOf(below(pointer, name));
      const what = Object.hasOwn(known, name) ? known[name] : undefined;
      const shown = withoutKeys(name).slice(0, LONGEST_NAME);
      if (what === undefined)
        this.#report.add("FBP3382", place, { name: shown, near: nearest(name, Object.keys(known)) });
      else if (what !== true) this.#report.add("FBP3383", place, { name: shown, why: what });
    }
  }

  /** The items of a list; what is there and is none is told. */
  list({ pointer, value }: Place, name: string): readonly Place[] {
    const held = fieldOf(value, name);
    const at = below(pointer, name);
    if (Array.isArray(held)) return held.map((item: unknown, index) => ({ pointer: below(at, index), value: item }));
    if (held !== undefined && held !== null) this.wrong(at, "a list");
    return [];
  }

  object({ pointer, value }: Place, name: string): Place | null {
    const held = fieldOf(value, name);
    const at = below(pointer, name);
    if (isRecord(held)) return { pointer: at, value: held };
    if (held !== undefined && held !== null) this.wrong(at, "an object");
    return null;
  }

  text({ pointer, value }: Place, name: string): string | null {
    const held = fieldOf(value, name);
    if (typeof held === "string") return held;
    if (held !== undefined && held !== null) this.wrong(below(pointer, name), "text");
    return null;
  }

  /** Not below 0; a number in text counts too, as YAML files often have it. */
  number({ pointer, value }: Place, name: string): number | null {
    const held = fieldOf(value, name);
    const number = typeof held === "string" && /^\d+(\.\d+)?$/.test(held) ? Number(held) : held;
    if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
    if (held !== undefined && held !== null) this.wrong(below(pointer, name), "a number");
    return null;
  }

  whole(place: Place, name: string): number | null {
    const number = this.number(place, name);
    if (number === null || Number.isInteger(number)) return number;
    this.wrong(below(place.pointer, name), "a whole number");
    return null;
  }

  wrong(pointer: string, wanted: string): void {
    this.#report.add("FBP3386", this.#document.spanOf(pointer), { wanted });
  }

  unknownModel(pointer: string, name: string): void {
    this.#report.add("FBP3385", this.#document.spanOf(pointer), { name: withoutKeys(name).slice(0, LONGEST_NAME) });
  }

  leftOut(pointer: string, name: string, why: string): void {
    this.#report.add("FBP3383", this.#document.spanOf(pointer), { name, why });
  }

  /**
   * The variable that holds a key: `os.environ/NAME`, `${NAME}` and `{{NAME}}` name one. A key itself is
   * told of, and is never kept.
   */
  keyVariable({ pointer, value }: Place, name: string): string | null {
    const held = fieldOf(value, name);
    if (held === undefined || held === null) return null;
    const [, ...names] =
      typeof held === "string" ? (/^(?:os\.environ\/(\w+)|\$\{?(\w+)\}?|\{\{\s*(\w+)\s*\}\})$/.exec(held) ?? []) : [];
    const variable = names.find((one) => one !== undefined) ?? null;
    if (variable !== null && /^[A-Za-z_]\w{0,127}$/.test(variable)) return variable;
    this.#report.add("FBP3384", this.#document.spanOf(below(pointer, name)), { name });
    return null;
  }

  /** An address without user, password, query and fragment; null where there is none, or a variable holds it. */
  address(place: Place, name: string): { readonly address: string | null; readonly variable: string | null } {
    const text = this.text(place, name);
    if (text === null) return { address: null, variable: null };
    const [, variable = null] = /^os\.environ\/([A-Za-z_]\w{0,127})$/.exec(text) ?? [];
    if (variable !== null) return { address: null, variable };
    try {
      const url = new URL(text);
      if (url.protocol === "https:" || url.protocol === "http:") {
        const hasMore = url.username !== "" || url.password !== "" || url.search !== "";
        if (hasMore) this.#report.add("FBP3384", this.#document.spanOf(below(place.pointer, name)), { name });
        return { address: `${url.origin}${url.pathname}`, variable: null };
      }
    } catch {}
    this.wrong(below(place.pointer, name), "an address, as https://HOST/v1");
    return { address: null, variable: null };
  }
}

const LONGEST_NAME = 60;

/** An own field; undefined of anything else. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A model's name, as it may stand in a file: without what looks like a key. */
export function shownModel(text: string): string {
  return withoutKeys(text).slice(0, 200);
}
