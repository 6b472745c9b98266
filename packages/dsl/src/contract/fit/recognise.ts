/** What a captured value is, by its shape and by where the contract says that things stand. */
import { at, errorObject } from "@fbp/runtime/core";
import type { Contract } from "../document.ts";
import { listIndex, parsePointer } from "../pointer.ts";
import type { CaptureKind } from "./capture.ts";

type Steps = readonly (string | number)[];

export class Recogniser {
  readonly #prompt: string;
  /** What an answer stands in: `/choices/0/message` of `/choices/0/message/content`. */
  readonly #aroundAnswer: readonly Steps[];
  readonly #errorAt: readonly Steps[];

  constructor({ request, response, errors }: Contract) {
    this.#prompt = request.prompt;
    this.#aroundAnswer = response.answer.map((pointer) => stepsOf(pointer).slice(0, -1));
    this.#errorAt = errors.at.map(stepsOf);
  }

  /** null where the shape says nothing. */
  kindOf(value: unknown): CaptureKind | null {
    if (typeof value === "string") return "error";
    if (Array.isArray(value)) return this.#hasError(value, 200) ? "error" : null;
    if (!isRecord(value)) return null;
    // An error may come dressed as a chunk, or as an answer.
    if (this.#hasError(value, 200)) return "error";
    if (isChunk(value)) return "chunk";
    if (this.#aroundAnswer.some((steps) => steps.length > 0 && isRecord(at(value, steps)))) return "response";
    if (Object.hasOwn(value, this.#prompt) && !Object.hasOwn(value, "choices")) return "request";
    if (typeof value.object === "string" && value.object.endsWith(".completion")) return "response";
    return this.#hasError(value, 400) ? "error" : null;
  }

  /** Is there an error object, in an answer with this status? */
  #hasError(value: unknown, status: number): boolean {
    return errorObject({ errorAt: this.#errorAt }, status, value) !== null;
  }
}

function isChunk(value: Readonly<Record<string, unknown>>): boolean {
  if (typeof value.object === "string" && value.object.endsWith(".chunk")) return true;
  if (!Array.isArray(value.choices)) return false;
  // The last chunk of many providers holds the usage, and no choice.
  return value.choices.length === 0 || value.choices.some((choice) => isRecord(choice) && isRecord(choice.delta));
}

export function stepsOf(pointer: string): Steps {
  return (parsePointer(pointer) ?? []).map((segment) => listIndex(segment) ?? segment);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A row of status, headers and body: how error answers are collected. */
export function isRow(value: unknown): value is Readonly<Record<string, unknown>> & { readonly status: number } {
  return isRecord(value) && typeof value.status === "number" && Object.hasOwn(value, "body");
}
