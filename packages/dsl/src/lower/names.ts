/**
 * Identifiers for generated text. Names that a policy brings are reduced to ASCII letters, digits and
 * `_`; names of the generator's own contain a `$`, so that the two never meet.
 */

/** Words that no generated binding may take: reserved in modules, or globals and helpers that the text uses. */
const TAKEN = new Set(
  `abstract arguments async await boolean break byte case catch char class const continue debugger default delete do
  double else enum eval export extends false final finally float for from function get goto if implements import in
  instanceof int interface let long native new null of package private protected public return set short static super
  switch synchronized this throw throws transient true try typeof using var void volatile while with yield undefined
  NaN Infinity isNaN isFinite parseInt parseFloat globalThis window self global process require module exports
  Object Array JSON Set Map RegExp String Number Boolean Math Symbol Function Proxy Reflect Date Error Promise
  any as declare never number object readonly string symbol type unknown namespace keyof is infer unique bigint
  f request response context signal own item filled lower numbered sieve holdsAny holds firstText fitsJson`.split(
    /\s+/,
  ),
);

export class Names {
  readonly #taken = new Set<string>();

  /** An identifier like the wanted one that was not given before; with a kind, `kind$wanted`. */
  take(wanted: string, kind?: string): string {
    const base = kind === undefined ? identifier(wanted) : `${kind}$${identifier(wanted)}`;
    let name = base;
    for (let count = 2; TAKEN.has(name) || this.#taken.has(name); count++) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** The ASCII identifier nearest to a name; it may be a reserved word. */
export function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]+/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** `chat_completions` -> `ChatCompletions` */
export function typeName(name: string): string {
  const parts = identifier(name)
    .split("_")
    .filter((part) => part !== "");
  const joined = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `T${joined}`;
}
