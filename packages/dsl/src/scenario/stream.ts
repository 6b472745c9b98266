/** Streamed answers as a scenario's providers send them, made from the contract's chunk schema. */
import type { Piece, WorldEvent } from "@fbp/runtime/virtual";
import type { ContractModel } from "../check/model.ts";
import { canonicalAnswer, canonicalChunk } from "./canonical.ts";

/** One token by the runtime's estimate: four bytes. */
const TOKEN = "tok ";

/** Tokens come one by one up to so many; of more, several come at once. */
const MOST_PIECES = 64;

/** A usable answer, all of it `afterMs` after the call. */
export function streamedAnswer(
  { contract, root }: ContractModel,
  afterMs: number,
  texts: readonly string[] = ["ok"],
): WorldEvent {
  const end = contract.response.stream?.end ?? null;
  const chunks = [
    ...["", ...texts].map((content) => canonicalChunk(contract, root, { content })),
    // What else a whole answer must have comes with the last of its chunks.
    { ...frameOf(canonicalAnswer(contract, root)), ...canonicalChunk(contract, root, { content: "", finished: true }) },
  ];
  const pieces = [...chunks.map(eventOf), ...(end === null ? [] : [{ data: `data: ${end}\n\n` }])];
  return { kind: "streams", afterMs, pieces };
}

/** A stream that begins at once, says so many tokens evenly over `afterMs`, and is cut then. null: it says none. */
export function brokenStream({ contract, root }: ContractModel, tokens: number | null, afterMs: number): WorldEvent {
  const first = eventOf(canonicalChunk(contract, root, { content: "" }));
  if (tokens === null) return { kind: "streams", pieces: [first], ends: "reset", endsAfterMs: afterMs };
  const count = Math.min(tokens, MOST_PIECES);
  const upTo = (piece: number, whole: number) => Math.floor((whole * piece) / count);
  const said = Array.from({ length: count }, (_, piece): Piece => {
    const content = TOKEN.repeat(upTo(piece + 1, tokens) - upTo(piece, tokens));
    const gapMs = upTo(piece + 1, afterMs) - upTo(piece, afterMs);
    return { ...eventOf(canonicalChunk(contract, root, { content })), afterMs: gapMs };
  });
  return { kind: "streams", pieces: [first, ...said], ends: "reset" };
}

/**
 * A stream that begins at once, says this, and never comes to its finish reason: it is cut, falls silent, or (null) ends
 * as if all were well.
 */
export function unfinishedStream(
  { contract, root }: ContractModel,
  texts: readonly string[],
  ends: "reset" | "silence" | null,
  endsAfterMs = 0,
): WorldEvent {
  const pieces = ["", ...texts].map((content) => eventOf(canonicalChunk(contract, root, { content })));
  return { kind: "streams", pieces, endsAfterMs, ...(ends === null ? {} : { ends }) };
}

function frameOf(answer: unknown): object {
  const { choices: _, usage: __, ...frame } = Object(answer) as { choices?: unknown; usage?: unknown };
  return frame;
}

function eventOf(chunk: unknown): Piece {
  return { data: `data: ${JSON.stringify(chunk)}\n\n` };
}
