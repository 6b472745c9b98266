/** Takes the service's own key out of what a provider sends back: some echo it in their error messages. */

/** Anything shorter is a placeholder of a local provider, and would turn up in ordinary words. */
const SHORTEST_KEY = 8;

const REDACTED = "[redacted]";

export function withoutKey(text: string, key: string | null): string {
  return key !== null && key.length >= SHORTEST_KEY && text.includes(key) ? text.replaceAll(key, REDACTED) : text;
}

/** Of a body as it came: there a key may stand as JSON has it, some escape slashes too. */
export function bodyWithoutKey(body: string, key: string | null): string {
  if (key === null) return body;
  const escaped = JSON.stringify(key).slice(1, -1);
  const slashed = escaped.replaceAll("/", "\\/");
  let left = withoutKey(body, key);
  if (escaped !== key) left = withoutKey(left, escaped);
  if (slashed !== escaped) left = withoutKey(left, slashed);
  return left;
}

/** The same error object, or a copy whose texts are without the key. What is nested in it is never recorded. */
export function errorWithoutKey(error: unknown, key: string | null): unknown {
  if (key === null || typeof error !== "object" || error === null) return error;
  let cleaned: Record<string, unknown> | null = null;
  for (const [name, value] of Object.entries(error)) {
    if (typeof value !== "string") continue;
    const clean = withoutKey(value, key);
    if (clean === value) continue;
    cleaned ??= { ...error };
    cleaned[name] = clean;
  }
  return cleaned ?? error;
}

/** Shorter texts stand in every answer. */
const SHORTEST_PROMPT = 12;

/** Of a longer text what begins with so many of its characters is the same text. */
const MARK = 64;

/** So many texts of a prompt are looked for, the last ones, and so deep. */
const MOST_TEXTS = 200;
const DEEPEST = 8;

/** Names of tools, ids and roles: without them a sample tells nothing. */
const IDENTIFIER = /^[\w.:-]+$/;

/**
 * `text` without what it repeats of a prompt word for word, as it stands and as JSON has it: of each text in it the
 * whole, or as much of its beginning as is there. What is quoted from within cannot be told from an answer, and stays.
 * The work grows with the length of `text` alone.
 *
 * @param prompt the messages as the request has them
 */
export function withoutPrompt(text: string, prompt: unknown): string {
  // An empty text would be found in itself for ever.
  if (text.length < SHORTEST_PROMPT) return text;
  let left = text;
  for (const each of textsOf(prompt)) {
    const looked = each.slice(0, text.length);
    left = without(left, looked);
    left = without(left, JSON.stringify(looked).slice(1, -1));
  }
  return left;
}

function without(text: string, looked: string): string {
  const mark = looked.slice(0, MARK);
  let left = "";
  let kept = 0;
  for (let begin = text.indexOf(mark); begin >= 0; begin = text.indexOf(mark, kept)) {
    let length = mark.length;
    while (length < looked.length && text[begin + length] === looked[length]) length += 1;
    left += text.slice(kept, begin) + REDACTED;
    kept = begin + length;
  }
  return kept === 0 ? text : left + text.slice(kept);
}

/** The longest first, so that one that holds another goes as a whole. */
function textsOf(prompt: unknown): readonly string[] {
  const texts = new Set<string>();
  const collect = (value: unknown, depth: number): void => {
    if (texts.size >= MOST_TEXTS || depth > DEEPEST) return;
    if (typeof value === "string") {
      if (value.length >= SHORTEST_PROMPT && !IDENTIFIER.test(value.slice(0, MARK))) texts.add(value);
    } else if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0; at -= 1) collect(value[at], depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const field of Object.values(value)) collect(field, depth + 1);
    }
  };
  collect(prompt, 0);
  return [...texts].sort((one, other) => other.length - one.length);
}
