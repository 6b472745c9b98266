/** Names of the declared types, from what a contract calls a schema or from where it stands. */
import { parsePointer } from "../../contract/pointer.ts";
import { typeName } from "../../lower/names.ts";

/** Words for a name that is taken: a number would tell a reader nothing. */
const SUFFIXES = ["Type", "Shape", "Value", "Form"];

export class TypeNames {
  readonly #taken = new Set<string>();

  /** The first of the candidates that is free, else the first with one more word. */
  take(...candidates: readonly string[]): string {
    const names = candidates.map(typeName);
    const [first = "Type"] = names;
    const all = [...names, ...SUFFIXES.map((suffix) => `${first}${suffix}`)];
    const name = all.find((one) => !this.#taken.has(one)) ?? this.#longer(first);
    this.#taken.add(name);
    return name;
  }

  release(name: string): void {
    this.#taken.delete(name);
  }

  /** Only a contract that is out to break it comes here. */
  #longer(name: string): string {
    let longer = `${name}${SUFFIXES[0]}`;
    while (this.#taken.has(longer)) longer += SUFFIXES[0];
    return longer;
  }
}

/** `RequestMessage` for the items of `RequestMessages`: the name of one of many. */
export function itemName(name: string): string {
  if (/ies$/i.test(name)) return name.replace(/ies$/i, "y");
  if (/(?:ss|us|is)$/i.test(name)) return `${name}Item`;
  if (/(?:s|x|z|ch|sh)es$/i.test(name)) return name.replace(/es$/i, "");
  return /s$/i.test(name) ? name.slice(0, -1) : `${name}Item`;
}

/** Keywords that a pointer passes through: they tell nothing of what is there. */
const PASSED = /^(?:\$defs|definitions|properties|items|prefixItems|allOf|anyOf|oneOf|schema|\d+)$/;

/** What a schema that is no definition is called: its title, or the way to it. */
export function placeName(pointer: string, title: unknown): string {
  if (typeof title === "string" && /[A-Za-z]/.test(title)) return title;
  const steps = (parsePointer(pointer) ?? []).filter((step) => !PASSED.test(step));
  return steps.length === 0 ? "Document" : steps.map(typeName).join("");
}
