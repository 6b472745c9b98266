/** Streams to be cut: our own, which has a little of everything, and the captured ones where they are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FOLDER = join(import.meta.dirname, "../../../shared/data/captures/streams");

export const HAS_CAPTURES = existsSync(FOLDER);

/** A capture of chunks alone gets the framing that they came in; a raw one is taken as it is. */
export function captures(): readonly Source[] {
  if (!HAS_CAPTURES) return [];
  return readdirSync(FOLDER)
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), "utf8");
      const raw = file.endsWith(".sse") ? text : framed(text.trimEnd().split("\n"));
      return { name: file, bytes: Buffer.from(raw) };
    })
    .sort((a, b) => a.bytes.length - b.bytes.length);
}

/** A part of a source around one of its events, which begins at `from` and ends before `to`. */
export interface Excerpt {
  readonly excerpt: Source;
  readonly from: number;
  readonly to: number;
}

/** So many events at the beginning, before and after the one in question, and at the end are kept. */
const KEPT = 3;

/** One for each event of a source; a short source is its own excerpt. */
export function* excerpts({ name, bytes }: Source): Iterable<Excerpt> {
  const events = Buffer.from(bytes)
    .toString("utf8")
    .split(/(?<=\n\n)/)
    .map((text) => Buffer.from(text));
  for (const [nth, event] of events.entries()) {
    const isKept = (_: Buffer, at: number): boolean =>
      at < KEPT || at >= events.length - KEPT || Math.abs(at - nth) <= KEPT;
    const from = Buffer.concat(events.slice(0, nth).filter(isKept)).length;
    const excerpt = { name: `${name}, event ${nth}`, bytes: Buffer.concat(events.filter(isKept)) };
    yield { excerpt, from, to: from + event.length };
  }
}

function framed(chunks: readonly string[]): string {
  return [...chunks, "[DONE]"].map((chunk) => `data: ${chunk}\n\n`).join("");
}

const chunk = (choices: readonly object[], more: object = {}): string => {
  return JSON.stringify({ id: "c-1", object: "chat.completion.chunk", created: 1, model: "model-a", choices, ...more });
};
const piece = (index: number, delta: object, reason: string | null = null) => ({ index, delta, finish_reason: reason });

/** Two choices by turns, letters of one to four bytes, tool calls in fragments, a comment, and lines that end in three ways. */
function everything(): string {
  const call = (index: number, more: object) => ({ tool_calls: [{ index, ...more }] });
  const events = [
    chunk([piece(0, { role: "assistant", content: "" })]),
    chunk([piece(1, { role: "assistant", content: null })]),
    chunk([piece(0, { content: "Grüße – " })]),
    chunk([piece(1, call(0, { id: "call-1", type: "function", function: { name: "look_up", arguments: "" } }))]),
    chunk([piece(0, { content: "日本 🙂" }), piece(1, call(0, { function: { arguments: '{"a":' } }))]),
    chunk([piece(1, call(1, { id: "call-2", type: "function", function: { name: "tell", arguments: "{}" } }))]),
    chunk([piece(1, call(0, { function: { arguments: '"\\n"}' } }))]),
    chunk([piece(0, { content: "." })]),
    chunk([piece(0, {}, "stop")]),
    chunk([piece(1, {}, "tool_calls")]),
    chunk([], { usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 } }),
    "[DONE]",
  ];
  const newlines = ["\n", "\r\n", "\r"];
  return events
    .map((data, at) => {
      const newline = newlines[Math.floor(at / 4)] ?? "\n";
      const comment = at % 3 === 1 ? `: PROCESSING${newline}${newline}` : "";
      return `${comment}data: ${data}${newline}${newline}`;
    })
    .join("");
}

export const OWN: Source = { name: "our own", bytes: Buffer.from(everything()) };

/** The chunks of a stream, read the plain way. */
export function chunksIn({ bytes }: Source): readonly string[] {
  return Buffer.from(bytes)
    .toString()
    .split(/\r\n|\n|\r/)
    .flatMap((line) => (line.startsWith("data: {") ? [JSON.stringify(JSON.parse(line.slice("data: ".length)))] : []));
}
