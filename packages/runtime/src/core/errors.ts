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
 * read as `{ message: t }`, and so is a body that is not JSON; of a page of HTML the title is the text, with
 * its tags.
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

/**
 * The error object of one event of a stream that began well; null where the event is none. It stands where it
 * stands in an answer, beside choices too. An event that is named `error` is one whatever it holds.
 *
 * @param name of the event, as server-sent events have it: "message" where the provider gives none
 * @param chunk the event's data as parsed JSON, or its text where it is none
 */
export function chunkError(contract: Pick<ContractPlan, "errorAt">, name: string, chunk: unknown): unknown {
  const found = errorObject(contract, STREAMING, chunk);
  if (found !== null || name !== "error") return found;
  return isObject(chunk) ? chunk : asMessage(typeof chunk === "string" ? chunk : "");
}

/** A stream has begun under 200, whatever it brings later. */
const STREAMING = 200;

function asMessage(text: string): { readonly message: string } {
  return { message: (PAGE.test(text) ? titleOf(text) : text).slice(0, TEXT_LIMIT) };
}

/** How a page of HTML begins; what a contract calls `body: "html"` is a message that begins so. */
const PAGE = /^\s*<(?:!doctype html|html|head|title)/i;

/** The rest of a page is markup and scripts of whoever stands between. A page without a title is left as it is. */
function titleOf(page: string): string {
  const [title] = /<title[^<]{0,300}(?:<\/title>)?/i.exec(page) ?? [];
  return title?.replace(/\s+/g, " ") ?? page.trimStart();
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
