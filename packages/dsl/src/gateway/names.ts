/** Names of the language made of whatever names a configuration has, each different. */
export class Names {
  readonly #taken = new Set<string>();

  /** Letters, digits and `_`; `name_2` where the name is taken already. */
  take(text: string): string {
    const plain = text
      .replace(/[^A-Za-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, LONGEST)
      .toLowerCase();
    const name = plain === "" ? "path" : /^\d/.test(plain) ? `m_${plain}` : plain;
    let free = name;
    for (let count = 2; this.#taken.has(free); count++) free = `${name}_${count}`;
    this.#taken.add(free);
    return free;
  }
}

const LONGEST = 40;
