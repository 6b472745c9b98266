/** Where things stand in the bodies that a document describes: the places that a contract names. */

import { below } from "../pointer.ts";
import { declaredAt, declares, inPlace, listedAt } from "./declared.ts";

/** OpenAI's places, which all that call themselves compatible share. */
const ANSWERS = ["/choices/0/message/content", "/choices/0/message/tool_calls"];
const FINISH_REASON = "/choices/0/finish_reason";
const OUTPUT_LIMITS = ["max_completion_tokens", "max_tokens", "max_output_tokens", "max_new_tokens"];
/** Finish reasons of answers that were cut, and of such that were refused. */
const CUT = ["length", "max_tokens", "model_length", "max_output_tokens", "error", "insufficient_system_resource"];
const REFUSED = ["content_filter", "safety"];

export interface RequestPlaces {
  readonly model: string;
  readonly stream: string | null;
  readonly prompt: string;
  readonly outputLimits: readonly string[];
}

/** @param schema pointer of the request's schema in the document */
export function requestPlaces(root: unknown, schema: string): RequestPlaces {
  const has = (name: string) => declares(root, schema, below("", name));
  return {
    model: "model",
    stream: has("stream") ? "stream" : null,
    prompt: ["messages", "prompt", "input"].find(has) ?? "messages",
    outputLimits: OUTPUT_LIMITS.filter(has),
  };
}

export interface ResponsePlaces {
  readonly answer: readonly string[];
  readonly finishReason: string;
  readonly cutReasons: readonly string[];
  readonly refusedReasons: readonly string[];
  readonly usage: { readonly input: string; readonly output: string };
  /** What the schema does not name: the places are what is usual. */
  readonly unnamed: readonly string[];
}

export function responsePlaces(root: unknown, schema: string): ResponsePlaces {
  const has = (place: string) => declares(root, schema, place);
  const answer = ANSWERS.filter(has);
  const isNew = !has("/usage/prompt_tokens") && has("/usage/input_tokens");
  const usage = isNew
    ? { input: "/usage/input_tokens", output: "/usage/output_tokens" }
    : { input: "/usage/prompt_tokens", output: "/usage/completion_tokens" };
  const reasons = listedAt(root, schema, FINISH_REASON);
  const used = answer.length > 0 ? answer : ANSWERS;
  return {
    answer: used,
    finishReason: FINISH_REASON,
    cutReasons: reasons === null ? ["length"] : CUT.filter((reason) => reasons.includes(reason)),
    refusedReasons: reasons === null ? ["content_filter"] : REFUSED.filter((reason) => reasons.includes(reason)),
    usage,
    unnamed: [...(answer.length > 0 ? [] : ANSWERS.slice(0, 1)), FINISH_REASON, usage.input, usage.output].filter(
      (place) => !has(place),
    ),
  };
}

/** Some documents describe a whole event of a stream: the chunk is its data. */
export function chunkSchema(root: unknown, schema: string): string {
  if (declares(root, schema, "/choices")) return schema;
  return declaredAt(root, schema, "/data")[0] ?? schema;
}

export interface ErrorPlaces {
  readonly at: readonly string[];
  /** Pointer of the error object's schema in the document. */
  readonly schema: string;
}

/** @param schema pointer of the schema of a whole error body */
export function errorPlaces(root: unknown, schema: string): ErrorPlaces {
  for (const place of ["/error", "/errors/0", "/detail/0", "/detail"]) {
    const [found] = declaredAt(root, schema, place);
    if (found !== undefined) return { at: [place], schema: found };
  }
  return { at: [""], schema: inPlace(root, schema)[0] ?? schema };
}
