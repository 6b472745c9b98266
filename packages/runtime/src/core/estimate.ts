/** What a request may use, read from the request itself, for the reservation before a call. */
import type { ContractPlan } from "./policy.ts";

export const BYTES_PER_TOKEN = 4;
/** The beginning of the answer. */
const TOKENS_PER_ANSWER = 3;
/** 8 tiles of 170 tokens and 85 more. */
const MOST_PER_IMAGE = 1445;

/** So many values are looked at; what comes after is not counted. */
const MOST_VALUES = 100_000;
/** A text up to this length is measured whole; of a longer one so much is, in samples. */
const MEASURED = 1024;
const SAMPLES = 8;

/**
 * A rough count of the prompt's tokens; the service may give a better one. Counted are the prompt field and every
 * other field that holds a list or an object (tools, an answer's schema). Never throws on JSON, however deep, and
 * takes a bounded time.
 *
 * Formula: a quarter of the bytes in UTF-8 of all texts, numbers and field names, plus 3. Sources: "1 token ~= 4 chars in
 * English" (OpenAI Help Center, "What are tokens and how to count them?"; bytes, because other scripts take more tokens a
 * character); 3 tokens for the frame of each message, which the names `role` and `content` make up for, and 3 for the
 * beginning of the answer (OpenAI Cookbook, "How to count tokens with tiktoken"). Data inlined as a `data:` address counts
 * as at most 1,445 tokens, the most that an image takes in 512-pixel tiles (OpenAI, "Images and vision").
 */
export function estimatePromptTokens(contract: Pick<ContractPlan, "promptField">, request: unknown): number {
  if (typeof request !== "object" || request === null) return 0;
  const open: unknown[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (name === contract.promptField || typeof value === "object") open.push(value);
  }
  let bytes = 0;
  let tokens = TOKENS_PER_ANSWER;
  for (let seen = 0; open.length > 0 && seen < MOST_VALUES; seen++) {
    const value = open.pop();
    if (typeof value === "string") {
      const most = value.startsWith("data:") ? MOST_PER_IMAGE : Infinity;
      if (value.length > most * BYTES_PER_TOKEN) tokens += most;
      else bytes += textBytes(value);
    } else if (typeof value === "number" || typeof value === "boolean") {
      bytes += String(value).length;
    } else if (Array.isArray(value)) {
      for (let i = Math.min(value.length, MOST_VALUES) - 1; i >= 0; i--) open.push(value[i]);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        bytes += textBytes(name);
        open.push(inner);
      }
    }
  }
  return tokens + Math.ceil(bytes / BYTES_PER_TOKEN);
}

/**
 * The request's own limit for the answer, in tokens: the first of the contract's fields that is there. null where there
 * is none, or it is no whole number.
 */
export function outputLimit(contract: Pick<ContractPlan, "outputLimitFields">, request: unknown): number | null {
  if (typeof request !== "object" || request === null) return null;
  for (const field of contract.outputLimitFields) {
    const value = Object.hasOwn(request, field) ? (request as Readonly<Record<string, unknown>>)[field] : null;
    if (value !== null && value !== undefined) return isLimit(value) ? value : null;
  }
  return null;
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Bytes in UTF-8: exact for short texts, by evenly spread samples for long ones. */
export function textBytes(text: string): number {
  const { length } = text;
  if (length <= MEASURED) return measuredBytes(text, 0, length);
  const run = MEASURED / SAMPLES;
  let bytes = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const from = Math.floor((sample * (length - run)) / (SAMPLES - 1));
    bytes += measuredBytes(text, from, from + run);
  }
  return Math.ceil((bytes / MEASURED) * length);
}

/** A half of a surrogate pair counts 2, so that the pair counts 4. */
function measuredBytes(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}
