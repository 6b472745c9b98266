/**
 * The chunks of a streamed chat completion (`choices[].delta`) -> the answer as it would have come whole
 * (`choices[].message`), and back. Total: chunks may hold anything that is JSON.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { BYTES_PER_TOKEN, textBytes } from "../core/estimate.ts";
import { Fields, indexOf, isJson, type Json } from "./merge.ts";

/** Only so long as the chunks that it was given: whoever adds them bounds their bytes. Time is linear in those. */
export class Assembly {
  readonly #fields = new Map<string, unknown>();
  readonly #choices = new Map<number, Choice>();
  #textBytes = 0;
  #unfinished = 0;

  /** A chunk as it was parsed; it is not changed, and parts of it may stand in the answer. */
  add(chunk: unknown): void {
    if (!isJson(chunk)) return;
    for (const name of Object.keys(chunk)) {
      const value = chunk[name];
      if (name === "choices") this.#addChoices(value);
      else if (name === "usage") {
        if (value !== null || !this.#fields.has(name)) this.#fields.set(name, value);
      } else if (isUnsaid(this.#fields.get(name)) && !PADDING.has(name)) this.#fields.set(name, value);
    }
  }

  /** A rough count of the answer's tokens so far: a quarter of the bytes of its texts, by the estimator's rule. */
  get tokens(): number {
    return Math.ceil(this.#textBytes / BYTES_PER_TOKEN);
  }

  /** Has a piece of an answer come: text, reasoning, a refusal, a tool's name or arguments; not a role alone? */
  get hasToken(): boolean {
    return this.#textBytes > 0;
  }

  /** Has each choice that began a finish reason, and is there one? */
  get finished(): boolean {
    return this.#choices.size > 0 && this.#unfinished === 0;
  }

  /** How many choices have begun. */
  get choices(): number {
    return this.#choices.size;
  }

  answer(): unknown {
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([, choice]) => choice.whole());
    return Object.fromEntries(
      [...this.#fields].map(([name, value]) => {
        if (name === "choices") return [name, choices];
        return [name, name === "object" && typeof value === "string" ? WHOLE : value];
      }),
    );
  }

  #addChoices(pieces: unknown): void {
    this.#fields.set("choices", null);
    if (!Array.isArray(pieces)) return;
    for (const [place, piece] of pieces.entries()) {
      if (!isJson(piece)) continue;
      const index = indexOf(piece) ?? place;
      const choice = this.#choices.get(index) ?? this.#begin(index);
      const wasFinished = choice.finished;
      choice.add(piece);
      if (choice.finished && !wasFinished) this.#unfinished--;
    }
  }

  #begin(index: number): Choice {
    const choice = new Choice(index, (text) => {
      this.#textBytes += textBytes(text);
    });
    this.#choices.set(index, choice);
    this.#unfinished++;
    return choice;
  }
}

const WHOLE = "chat.completion";
const CHUNK = "chat.completion.chunk";

/** Hides the length of a chunk from who listens on the wire. */
const PADDING: ReadonlySet<string> = new Set(["obfuscation"]);

/** The first chunk of some streams has these fields, but nothing in them. */
function isUnsaid(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === 0;
}

class Choice {
  readonly #index: number;
  readonly #message: Fields;
  /** Of the choice itself: log probabilities, a content filter's results. */
  readonly #rest = new Fields(1, null);
  #hasDelta = false;
  #finishReason: unknown = null;

  constructor(index: number, tally: (text: string) => void) {
    this.#index = index;
    this.#message = new Fields(0, tally);
  }

  get finished(): boolean {
    return this.#finishReason !== null;
  }

  add(piece: Json): void {
    for (const name of Object.keys(piece)) {
      const value = piece[name];
      if (name === "delta") this.#add(value);
      else if (name === "finish_reason") {
        if (typeof value === "string" && value !== "") this.#finishReason = value;
      } else if (name !== "index" && name !== "message") this.#rest.add(name, value);
    }
    // The whole message in a chunk's place; the one that some providers send beside the deltas repeats them.
    if (!this.#hasDelta && Object.hasOwn(piece, "message")) this.#add(piece.message);
  }

  #add(delta: unknown): void {
    if (!isJson(delta)) return;
    this.#hasDelta = true;
    this.#message.addAll(delta);
  }

  whole(): Json {
    // A whole message has these two, whatever its deltas were.
    const message = Object.fromEntries([
      ["role", "assistant"],
      ["content", null],
      ...this.#message.entries().filter(([name, value]) => name !== "role" || (value !== null && value !== "")),
    ]);
    return {
      index: this.#index,
      ...Object.fromEntries(this.#rest.entries()),
      message,
      finish_reason: this.#finishReason,
    };
  }
}

/**
 * A whole answer that came in a stream's place, as the chunks of a stream that tells the same: for each choice
 * its message at once, then its finish reason; the usage stands in the last. What is no such answer is one chunk.
 */
export function chunksOf(answer: unknown): readonly unknown[] {
  const choices = isJson(answer) && Object.hasOwn(answer, "choices") ? answer.choices : null;
  if (!isJson(answer) || !Array.isArray(choices) || choices.length === 0) return [answer];
  const { choices: _, usage, ...rest } = answer;
  const frame = typeof rest.object === "string" ? { ...rest, object: CHUNK } : rest;
  const pieces = choices.map((choice: unknown, place) => (isJson(choice) ? split(choice, place) : null));
  const chunks = [
    ...pieces.map((piece, place) => ({ ...frame, choices: [piece?.message ?? choices[place]] })),
    ...pieces.flatMap((piece) => (piece === null ? [] : [{ ...frame, choices: [piece.finish] }])),
  ];
  if (usage === undefined) return chunks;
  return chunks.map((chunk, place) => (place === chunks.length - 1 ? { ...chunk, usage } : chunk));
}

function split(choice: Json, place: number): { readonly message: Json; readonly finish: Json } {
  const { index: _, message, finish_reason: reason = null, ...rest } = choice;
  const index = indexOf(choice) ?? place;
  return {
    message: { index, ...rest, delta: isJson(message) ? numbered(message) : {}, finish_reason: null },
    finish: { index, delta: {}, finish_reason: reason },
  };
}

/** The tool calls of a delta have an index. */
function numbered(message: Json): Json {
  const calls = Object.hasOwn(message, "tool_calls") ? message.tool_calls : null;
  if (!Array.isArray(calls)) return message;
  const tool_calls = calls.map((call: unknown, index) => (isJson(call) ? { index, ...call } : call));
  return { ...message, tool_calls };
}
