/**
 * The few functions that generated predicates call; a module gets those that it uses. Each is total:
 * it takes any value and does not throw.
 */
const TEXTS = {
  /** A field by a name that some prototype has too. Lists and texts have no fields. */
  own: `const own = (value, name) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;`,
  item: "const item = (value, index) => (Array.isArray(value) ? value[index] : undefined);",
  /** Holds something: not absent, null, "", [] or {}. */
  filled: `const filled = (value) => {
  if (typeof value !== "object") return value !== undefined && value !== "";
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  for (const name in value) if (Object.hasOwn(value, name)) return true;
  return false;
};`,
  /** In lower case; "" of what is no text, or shorter than what is looked for. */
  lower:
    'const lower = (value, least) => (typeof value === "string" && value.length >= least ? value.toLowerCase() : "");',
  /** A table of values, numbered from 1. */
  numbered: "const numbered = (values) => new Map(values.map((value, at) => [value, at + 1]));",
  /**
   * A function that gives a text in lower case, or "" where it holds no part of any list, which is the rule: one
   * pass shows it, and a text that is shorter than every part needs none. The parts are in lower case.
   */
  sieve: `const sieve = (...lists) => {
  const parts = lists.flat();
  const any = new RegExp(parts.map((part) => part.replace(/\\W/g, "\\\\$&")).join("|"));
  const least = Math.min(...parts.map((part) => (part.includes("\\u0307") ? 0 : part.length)));
  return (value) => {
    if (typeof value !== "string" || value.length < least) return "";
    const text = value.toLowerCase();
    return any.test(text) ? text : "";
  };
};`,
  holdsAny: `const holdsAny = (text, parts) => {
  if (text !== "") for (const part of parts) if (text.includes(part)) return true;
  return false;
};`,
  /** A list holds the value, or an object has the field and it holds something. */
  holds: `const holds = (value, wanted) =>
  Array.isArray(value)
    ? value.includes(wanted)
    : typeof wanted === "string" && typeof value === "object" && value !== null && Object.hasOwn(value, wanted)
      ? value[wanted] != null
      : false;`,
  firstText: `const firstText = (...values) => values.find((value) => typeof value === "string" && value !== "");`,
  fitsJson: `const fitsJson = (text, fits) => {
  try {
    return text !== undefined && fits(JSON.parse(text));
  } catch {
    return false;
  }
};`,
} as const;

export type HelperName = keyof typeof TEXTS;

/** What the functions of one generated module share: helpers, and constants, each once. */
export class Shared {
  readonly #helpers = new Set<HelperName>();
  readonly #constants = new Map<string, string>();

  /** The helper's name, which the module will then define. */
  helper(name: HelperName): HelperName {
    this.#helpers.add(name);
    return name;
  }

  /** The name of a constant with this value, given as an expression; `kind` begins the name. */
  constant(kind: string, text: string): string {
    let name = this.#constants.get(text);
    if (name === undefined) {
      name = `${kind}$${this.#constants.size + 1}`;
      this.#constants.set(text, name);
    }
    return name;
  }

  /** Definitions of all that was asked for, in a fixed order. */
  text(): string {
    const helpers = (Object.keys(TEXTS) as HelperName[]).filter((name) => this.#helpers.has(name));
    const constants = [...this.#constants].map(([text, name]) => `const ${name} = ${text};`);
    return [...helpers.map((name) => TEXTS[name]), ...constants].join("\n");
  }
}
