/** Reads files of any size up to a bound, line by line: only one line is held at a time. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { reasonOf } from "./reason.ts";

const BLOCK = 256 * 1024;

/** Why a file was not read to its end, after "cannot be read:". */
export type LinesProblem = string;

/** Is waited for between two parts of a file; what it throws ends the reading. */
export type Step = () => Promise<void>;

/**
 * Gives each line without its end (`\n` or `\r\n`) to `line`. Lines before a problem have been given.
 *
 * @param path absolute
 * @returns null when all was read
 */
export async function readLines(
  path: string,
  mostBytes: number,
  line: (text: string) => void,
  step: Step,
): Promise<LinesProblem | null> {
  let file: number;
  try {
    // Asked before it is opened: opening a pipe waits for its other end.
    if (!statSync(path).isFile()) return "it is no plain file";
    file = openSync(path, "r");
  } catch (error) {
    return reasonOf(error, path);
  }
  const lines = new LineReader(line, mostBytes);
  const block = new Uint8Array(BLOCK);
  try {
    for (;;) {
      const got = readBlock(file, block, path);
      if (typeof got === "string") return got;
      if (got === 0) return lines.end();
      const problem = lines.bytes(block.subarray(0, got));
      if (problem !== null) return problem;
      await step();
    }
  } finally {
    closeSync(file);
  }
}

/** How many bytes there were, or why they cannot be read. */
function readBlock(file: number, block: Uint8Array, path: string): number | LinesProblem {
  try {
    return readSync(file, block, 0, BLOCK, null);
  } catch (error) {
    return reasonOf(error, path);
  }
}

/** The same of bytes that were read already. */
export function linesOf(bytes: Uint8Array, mostBytes: number, line: (text: string) => void): LinesProblem | null {
  const lines = new LineReader(line, mostBytes);
  return lines.bytes(bytes) ?? lines.end();
}

class LineReader {
  readonly #line: (text: string) => void;
  readonly #most: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The line that has not ended, in the pieces in which it came. */
  #pieces: string[] = [];
  #bytes = 0;

  constructor(line: (text: string) => void, most: number) {
    this.#line = line;
    this.#most = most;
  }

  bytes(block: Uint8Array): LinesProblem | null {
    this.#bytes += block.length;
    if (this.#bytes > this.#most) return `it is larger than ${this.#most / (1024 * 1024)} MiB`;
    if (block.includes(0)) return "it is no text";
    const text = this.#decoded(block, true);
    if (text === null) return "it is no text in UTF-8";
    const lines = text.split("\n");
    for (const [index, piece] of lines.entries()) {
      this.#pieces.push(piece);
      if (index < lines.length - 1) this.#flush();
    }
    return null;
  }

  end(): LinesProblem | null {
    const rest = this.#decoded(new Uint8Array(), false);
    if (rest === null) return "it is no text in UTF-8";
    this.#pieces.push(rest);
    this.#flush();
    return null;
  }

  #flush(): void {
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#line(text.endsWith("\r") ? text.slice(0, -1) : text);
  }

  #decoded(bytes: Uint8Array, stream: boolean): string | null {
    try {
      return this.#decoder.decode(bytes, { stream });
    } catch {
      return null;
    }
  }
}
