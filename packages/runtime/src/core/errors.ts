/** The provider's error object: where it stands, and what of it a record may hold. */
import { at } from "./pointer.ts";
import type { ContractPlan, RecordPlan } from "./policy.ts";

/** A body or an error that is plain text is kept up to this many UTF-16 units. */
const TEXT_LIMIT = 2048;

/**
 * The error object of a body; null where there is none.
 *
 * With a status other than 2xx it is the first place of the contract's `errors.at` that holds an object or a
 * text; the body itself counts only if it is an object with a `message` in words or a `code`. Under 2xx
 * a place other than the body itself counts, if it holds an object or a text that is not empty. A text `t` is
 * read as `{ message: t }`, and so is a body that is not JSON.
 *
 * @param body the parsed JSON, or the text of a body that is none
 */
export function errorObject(contract: Pick<ContractPlan, "errorAt">, status: number, body: unknown): unknown {
  const answered = status >= 200 && status < 300;
  if (typeof body === "string") return answered || body === "" ? null : asMessage(body);
  for (const place of contract.errorAt) {
    const found = at(body, place);
    if (typeof found === "string") {
      if (found !== "") return asMessage(found);
    } else if (isObject(found) && (place.length > 0 || (!answered && looksLikeError(found)))) {
      return found;
    }
  }
  return null;
}

function asMessage(text: string): { readonly message: string } {
  return { message: text.slice(0, TEXT_LIMIT) };
}

function looksLikeError(body: object): boolean {
  return typeof at(body, ["message"]) === "string" || (at(body, ["code"]) ?? null) !== null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a record may hold of an error object: the allowed fields that are plain values, each without anything
 * that looks like a key, cut to the policy's bound. null when nothing is left.
 */
export function recordedError(plan: RecordPlan, error: unknown): Readonly<Record<string, string>> | null {
  if (!isObject(error)) return null;
  let kept: Record<string, string> | null = null;
  for (const field of plan.errorFields) {
    const value = at(error, [field]);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      kept ??= Object.create(null) as Record<string, string>;
      kept[field] = cutToBytes(withoutKeys(String(value).slice(0, plan.errorBytes + TEXT_LIMIT)), plan.errorBytes);
    }
  }
  return kept;
}

/** What looks like a key: bearer tokens, the providers' prefixes, and unbroken runs of 32 and more letters and digits. */
const KEYS = /\bBearer\s+\S+|\b(?:sk|gsk|xai|pplx|hf|r8)[-_][\w*.-]{6,}|[A-Za-z0-9]{32,}/gi;

export function withoutKeys(text: string): string {
  return text.replace(KEYS, "[redacted]");
}

/** The longest beginning of `text` that takes at most `bytes` in UTF-8; never half a character. */
export function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
}
