/** The bytes of an answer: which events a stream has, how they are framed, and where it stops. */
import type { Behaviour, Streamed } from "./behaviour.ts";

/** The healthy answer: sixty words, with the space that follows each, a token a word. */
export const SIXTY_WORDS: readonly string[] = (
  "A gateway earns trust only on the day when the provider behind it misbehaves, because on every other day " +
  "it does no more than a plain socket would. Kill a stream halfway, let a model fall silent, answer with an " +
  "error under a healthy status, and then see whether the caller still gets one whole answer or one honest failure."
)
  .split(" ")
  .map((word, at, all) => (at === all.length - 1 ? word : `${word} `));

export const SIXTY_WORDS_TEXT = SIXTY_WORDS.join("");

const CREATED = 1_700_000_000;

interface Event {
  readonly data: string;
  readonly name?: string;
  readonly isToken: boolean;
}

/** One write on the connection. */
export interface Write {
  /** How long after the one before it, or after the head. */
  readonly afterMs: number;
  readonly bytes: Uint8Array;
}

export interface Script {
  readonly writes: readonly Write[];
  readonly end: NonNullable<Streamed["stop"]>["how"];
  /** How long the silence lasts; null: for ever. */
  readonly silenceMs: number | null;
}

const usageOf = (tokens: readonly string[]) => ({
  prompt_tokens: 12,
  completion_tokens: tokens.length,
  total_tokens: 12 + tokens.length,
});

function events(streamed: Streamed, model: string, id: string): Event[] {
  const { tokens = SIXTY_WORDS, usage = "own_chunk", finish = true, done = true, odd = [] } = streamed;
  const chunk = (choices: readonly unknown[], more: object = {}) => ({
    id,
    object: "chat.completion.chunk",
    created: CREATED,
    model,
    choices,
    ...more,
  });
  const piece = (delta: object, reason: string | null, more?: object): string => {
    return JSON.stringify(chunk([{ index: 0, delta, finish_reason: reason }], more));
  };
  const regular: Event[] = [
    { data: piece({ role: "assistant", content: "" }, null), isToken: false },
    ...tokens.map((content) => ({ data: piece({ content }, null), isToken: true })),
  ];
  if (finish) {
    const more = usage === "with_finish" ? { usage: usageOf(tokens) } : {};
    regular.push({ data: piece({}, "stop", more), isToken: false });
    if (usage === "own_chunk") {
      regular.push({ data: JSON.stringify(chunk([], { usage: usageOf(tokens) })), isToken: false });
    }
  }
  if (done) regular.push({ data: "[DONE]", isToken: false });
  return regular.flatMap((event, at) => {
    const here = odd.filter((one) => one.at === at + 1);
    const replaced = here.some((one) => one.instead === true);
    const added = here.map(({ data, name }) => ({ data, isToken: false, ...(name === undefined ? {} : { name }) }));
    return replaced ? added : [...added, event];
  });
}

function framed({ data, name }: Event, { newline = "\n", comments = 0 }: Streamed): string {
  const lines = Array.from({ length: comments }, () => ": keep-alive");
  if (comments > 0) lines.push("");
  if (name !== undefined) lines.push(`event: ${name}`);
  for (const line of data.split("\n")) lines.push(`data: ${line}`);
  return `${lines.join(newline)}${newline}${newline}`;
}

/** What is written, and when, for a request that asks for a stream. */
export function scriptOf(streamed: Streamed, model: string, id: string): Script {
  const { stop, firstTokenMs = 0, intervalMs = 0, writes = "event" } = streamed;
  const encoder = new TextEncoder();
  const list: Write[] = [];
  let tokens = 0;
  let bytesLeft = stop?.afterBytes ?? Number.POSITIVE_INFINITY;
  for (const event of events(streamed, model, id)) {
    if (stop?.afterTokens !== undefined && tokens >= stop.afterTokens) break;
    if (bytesLeft <= 0) break;
    let afterMs = 0;
    if (event.isToken) {
      afterMs = tokens === 0 ? firstTokenMs : intervalMs;
      tokens += 1;
    }
    const bytes = encoder.encode(framed(event, streamed)).slice(0, bytesLeft);
    bytesLeft -= bytes.length;
    if (writes === "byte") {
      bytes.forEach((_, at) => {
        list.push({ afterMs: at === 0 ? afterMs : 0, bytes: bytes.subarray(at, at + 1) });
      });
    } else list.push({ afterMs, bytes });
  }
  return {
    writes: writes === "whole" ? [inOne(list)] : list,
    end: stop?.how ?? "end",
    silenceMs: stop?.silenceMs ?? null,
  };
}

function inOne(list: readonly Write[]): Write {
  return {
    afterMs: list.reduce((sum, { afterMs }) => sum + afterMs, 0),
    bytes: Buffer.concat(list.map(({ bytes }) => bytes)),
  };
}

/** All bytes of a stream, whatever their times. */
export function bytesOf(streamed: Streamed, model = "model-a", id = "chatcmpl-1"): Uint8Array {
  return Buffer.concat(scriptOf(streamed, model, id).writes.map(({ bytes }) => bytes));
}

/** The same answer in one body. */
export function wholeAnswer({ tokens = SIXTY_WORDS }: Streamed, model: string, id: string): object {
  return {
    id,
    object: "chat.completion",
    created: CREATED,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: tokens.join("") }, finish_reason: "stop" }],
    usage: usageOf(tokens),
  };
}

/** The whole time that a stream takes from its head on. */
export function streamMs({ firstTokenMs = 0, intervalMs = 0, tokens = SIXTY_WORDS }: Streamed): number {
  return firstTokenMs + intervalMs * Math.max(0, tokens.length - 1);
}

/** A behaviour with each of its times multiplied. */
export function scaled(behaviour: Behaviour, factor: number): Behaviour {
  return JSON.parse(JSON.stringify(behaviour), (name, value: unknown) =>
    name.endsWith("Ms") && typeof value === "number" ? value * factor : value,
  ) as Behaviour;
}
