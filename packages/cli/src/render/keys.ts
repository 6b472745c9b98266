/** What looks like a key, taken out of what is shown of a file: messages quote it, and excerpts show its lines. */
import { withoutKeys } from "@fbp/runtime/core";
import type { Finding } from "./finding.ts";

/** Words, and what stands between them. */
const WORDS = /([\w*.+/=:@%~-]+)/;
const DIGEST = /^sha(?:256|384|512)-[\w+/=-]+$/;
/** A user and a password before a host. */
const CREDENTIALS = /\/\/[^/@]+@/;
const LETTERS = /^[A-Za-z_.]+$/;

/** Each word that looks like a key, as `replace` has it; the text is the same but for these. */
function withKeys(text: string, replace: (word: string) => string): string {
  if (!MAY_HOLD.test(text)) return text;
  return text
    .split(ESCAPES)
    .map((piece) => withKeysIn(piece, replace))
    .join("");
}

/** As JSON has them: the letter belongs to no word. */
const ESCAPES = /(\\[bfnrt])/;

function withKeysIn(text: string, replace: (word: string) => string): string {
  const parts = text.split(WORDS);
  return parts
    .map((part, index) => {
      const isWord = index % 2 === 1;
      const isBearers = /bearer$/i.test(parts[index - 2] ?? "") && /^\s+$/.test(parts[index - 1] ?? "");
      return isWord && (isBearers || looksLikeKey(part)) ? replace(part) : part;
    })
    .join("");
}

/** Most texts hold nothing that would be worth taking apart. */
const MAY_HOLD = /bearer\s|[-_]\w{6}|\w{32}|\/\//i;

function looksLikeKey(word: string): boolean {
  if (CREDENTIALS.test(word)) return true;
  return withoutKeys(word) !== word && !DIGEST.test(word) && !LETTERS.test(word);
}

/** For a message. */
export function keysTakenOut(text: string): string {
  return withKeys(text, () => "[redacted]");
}

/** For a line that is shown with marks below: as long as it was. */
export function keysHidden(line: string): string {
  return withKeys(line, (word) => "*".repeat(word.length));
}

/** For a provider's id of a request, which may well be a long run of letters and digits. */
export function idWithoutKeys(id: string): string {
  return withKeys(id, (word) => (/^[A-Za-z0-9]+$/.test(word) ? word : "[redacted]"));
}

/** The finding, with nothing in its words that looks like a key. */
export function withoutKeysIn(finding: Finding): Finding {
  const { hint, story } = finding;
  return {
    ...finding,
    text: keysTakenOut(finding.text),
    hint: hint === undefined ? undefined : keysTakenOut(hint),
    related: finding.related.map((related) => ({ ...related, text: keysTakenOut(related.text) })),
    ...(story === undefined
      ? {}
      : {
          story: {
            steps: story.steps.map(keysTakenOut),
            scenario: story.scenario === null ? null : keysTakenOut(story.scenario),
          },
        }),
  };
}
