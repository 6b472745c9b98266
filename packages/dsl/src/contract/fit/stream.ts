/** What was seen of one stream, chunk by chunk. */
import { at, usageOf } from "@fbp/runtime/core";
import type { Contract } from "../document.ts";
import type { Captured, Place } from "./capture.ts";
import { isRecord, stepsOf } from "./recognise.ts";

export class Stream {
  readonly #end: string | null;
  readonly #finishReason: readonly (string | number)[];
  readonly #usage: Parameters<typeof usageOf>[0]["usage"];
  #marker = false;
  #isEvents = false;
  first: Place | null = null;
  chunks = 0;
  hasFinishReason = false;
  hasUsage = false;
  hasToken = false;
  hasError = false;

  constructor(response: Contract["response"]) {
    this.#end = response.stream?.end ?? null;
    this.#finishReason = stepsOf(response.finishReason);
    this.#usage = { input: stepsOf(response.usage.input), output: stepsOf(response.usage.output) };
  }

  /** Did the end marker come? null where it cannot: in chunks without their framing, or without one in the contract. */
  get hasMarker(): boolean | null {
    return this.#isEvents && this.#end !== null ? this.#marker : null;
  }

  /** An event has come. */
  began(place: Place): void {
    this.first ??= place;
    this.#isEvents = true;
  }

  /** Is this the marker that ends the stream? One that the contract does not name is no chunk either. */
  isEnd(data: string): boolean {
    const text = data.trim();
    if (text === this.#end) this.#marker = true;
    return text === this.#end || text === "[DONE]";
  }

  chunk({ value, place }: Captured): void {
    this.first ??= place;
    this.chunks++;
    if ((at(value, this.#finishReason) ?? null) !== null) this.hasFinishReason = true;
    if (usageOf({ usage: this.#usage }, value) !== null) this.hasUsage = true;
    if (!this.hasToken && hasToken(value)) this.hasToken = true;
  }

  error(): void {
    this.hasError = true;
  }
}

/** Does the chunk bring a piece of an answer? A role alone is none. */
function hasToken(value: unknown): boolean {
  const choices: unknown = at(value, ["choices"]);
  if (!Array.isArray(choices)) return false;
  return choices.some((choice) => {
    const delta: unknown = at(choice, ["delta"]);
    return isRecord(delta) && Object.entries(delta).some(([name, held]) => name !== "role" && isPiece(held));
  });
}

function isPiece(held: unknown): boolean {
  if (typeof held === "string") return held !== "";
  return typeof held === "object" && held !== null && Object.keys(held).length > 0;
}
