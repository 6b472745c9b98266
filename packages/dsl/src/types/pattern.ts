/**
 * Does a field's name match a `patternProperties` pattern? Patterns come from outside, so only those
 * are run whose cost is bounded; of the others (and of those that are no regular expression) it is
 * not known.
 */
export type Match = "yes" | "no" | "perhaps";

const LONGEST_NAME = 64;
const LONGEST_PATTERN = 256;
/** With so few repetitions and none of a group, a match costs at most this power of the name's length. */
const MOST_REPETITIONS = 3;

const compiled = new Map<string, RegExp | null>();
const MOST_COMPILED = 1000;

export function matchesPattern(pattern: string, name: string): Match {
  if (name.length > LONGEST_NAME) return "perhaps";
  const expression = expressionOf(pattern);
  if (expression === null) return "perhaps";
  return expression.test(name) ? "yes" : "no";
}

function expressionOf(pattern: string): RegExp | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  const expression = isCheap(pattern) ? compile(pattern) : null;
  compiled.set(pattern, expression);
  return expression;
}

function isCheap(pattern: string): boolean {
  if (pattern.length > LONGEST_PATTERN || /\\[1-9k]/u.test(pattern)) return false;
  const bare = pattern
    .replace(/\\./gsu, "_")
    .replace(/\[[^\]]*\]/gu, "_")
    .replaceAll("(?", "(");
  return !/\)[*+{?]/u.test(bare) && (bare.match(/[*+{?]/gu)?.length ?? 0) <= MOST_REPETITIONS;
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return null;
  }
}
