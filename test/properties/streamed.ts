/**
 * Streams for random worlds. Each chunk says which call it belongs to, and the finish how many tokens there
 * were, so that what a caller saw can be judged without knowing how it came about.
 */
import type { Piece, WorldEvent } from "@fbp/runtime/virtual";
import fc from "fast-check";

/** Stands in each chunk of a drawn stream for the number of the call that meets it. */
const CALL = "@call@";

type StreamEvent = Extract<WorldEvent, { kind: "streams" }>;

const choice = (delta: object, reason: string | null = null) => [{ index: 0, delta, finish_reason: reason }];
const data = (value: unknown): string => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;

/** What may stand among the events of a stream. */
const anOddEvent = fc.constantFrom(
  ": PROCESSING\n\n",
  ": PROCESSING\n\n",
  data('{"choices":[{"delta":'),
  data({ choices: "none" }),
  data({ error: { message: "the server had an error", type: "server_error", code: "server_error" } }),
  data({ error: { message: "filtered", code: "content_filter" } }),
  `event: error\n${data({ message: "overloaded", code: "overloaded" })}`,
  data({ id: CALL, choices: [], usage: null }),
);

const aGap = fc.oneof(
  { weight: 20, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 2500 }) },
);

interface Drawn {
  readonly gaps: readonly number[];
  readonly finish: "stop" | "length" | "content_filter" | null;
  readonly usage: { readonly input: number; readonly output: number } | null;
  readonly done: boolean;
  readonly odd: { readonly at: number; readonly event: string } | null;
  /** The share of the bytes that come. */
  readonly cut: number | null;
  readonly ends: "reset" | "silence" | null;
  readonly endsAfterMs: number;
  readonly afterMs: number;
}

function streamOf({ gaps, finish, usage, done, odd, cut, ends, endsAfterMs, afterMs }: Drawn): StreamEvent {
  const chunk = (choices: readonly object[], more: object = {}) => data({ id: CALL, choices, ...more });
  const events = [
    chunk(choice({ role: "assistant", content: "" })),
    ...gaps.map((_, nth) => chunk(choice({ content: `t${nth} ` }))),
    ...(finish === null ? [] : [chunk(choice({}, finish), { tokens: gaps.length })]),
    ...(usage === null ? [] : [chunk([], { usage: { prompt_tokens: usage.input, completion_tokens: usage.output } })]),
    ...(done ? [data("[DONE]")] : []),
  ];
  if (odd !== null) events.splice(odd.at % (events.length + 1), 0, odd.event);
  let left = cut === null ? Number.POSITIVE_INFINITY : Math.floor(events.join("").length * cut);
  const pieces: Piece[] = [];
  events.forEach((event, nth) => {
    if (left > 0) pieces.push({ data: event.slice(0, left), afterMs: gaps[nth - 1] ?? 0 });
    left -= event.length;
  });
  return { kind: "streams", afterMs, pieces, ...(ends === null ? {} : { ends }), endsAfterMs };
}

export const aStream: fc.Arbitrary<WorldEvent> = fc
  .record<Drawn>({
    gaps: fc.array(aGap, { maxLength: 8 }),
    finish: fc.constantFrom("stop", "stop", "stop", "stop", "stop", "length", "content_filter", null),
    usage: fc.option(fc.record({ input: fc.nat(400), output: fc.nat(1000) })),
    done: fc.boolean(),
    odd: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.record({ at: fc.nat(12), event: anOddEvent })),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.double({ min: 0, max: 1, noNaN: true })),
    ends: fc.constantFrom(null, null, "reset", "silence"),
    endsAfterMs: fc.nat(1500),
    afterMs: fc.nat(300),
  })
  .map(streamOf);

/** The event as call number `call` meets it. */
export function asMetBy(event: WorldEvent, call: number): WorldEvent {
  if (event.kind !== "streams") return event;
  const pieces = event.pieces.map((piece) => {
    return typeof piece.data === "string" ? { ...piece, data: piece.data.replaceAll(CALL, `call-${call}`) } : piece;
  });
  return { ...event, pieces };
}

/** What a caller has in its hands. */
export interface Shown {
  /** The calls that the chunks came from; a whole body that came in a stream's place says of none. */
  readonly calls: readonly string[];
  readonly text: string;
  /** How many tokens the answer had, if its finish has come and says so. */
  readonly tokens: number | null;
}

interface Chunk {
  readonly id?: string;
  readonly tokens?: number;
  readonly choices: readonly { readonly delta?: { readonly content?: string | null } }[];
}

export function shownIn(chunks: readonly unknown[]): Shown {
  const read = chunks as readonly Chunk[];
  return {
    calls: [...new Set(read.map(({ id }) => id ?? "whole"))],
    text: read.map(({ choices }) => choices.map(({ delta }) => delta?.content ?? "").join("")).join(""),
    tokens: read.find(({ tokens }) => tokens !== undefined)?.tokens ?? null,
  };
}

/** The text of a drawn stream with so many tokens. */
export function textOf(tokens: number): string {
  return Array.from({ length: tokens }, (_, nth) => `t${nth} `).join("");
}
