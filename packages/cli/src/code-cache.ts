/** Code that V8 has compiled, in a file for each command. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, isOurs, keepFile } from "./cache-folder.ts";

/** By the name of the script. */
export type Code = ReadonlyMap<string, Part>;

export interface Part {
  readonly code: Buffer;
  /** How many runs it is of: a command does not load the same parts each time. */
  readonly runs: number;
}

/** What stands at the beginning of a file, at a known length: what parts there are. */
interface Head {
  /** Of all that follows. */
  readonly check: number;
  readonly parts: readonly (readonly [name: string, length: number, runs: number])[];
}

const HEAD_LENGTH = 4096;

/** Systems write files in pages of at least this size. */
const PAGE = 4096;

/**
 * @param digest of the scripts
 * @returns null where nothing is to be kept
 */
export function codeFile(digest: string): string | null {
  const folder = cacheFolder();
  const word = process.argv[2] ?? "";
  const command = /^[a-z]{1,20}$/.test(word) ? word : "fbp";
  return folder === null ? null : join(folder, `${digest}-${process.version}-${process.arch}-${command}`);
}

/** Null where there is none, or others could have written it: it is code that will run. */
export function readCode(file: string): Code | null {
  try {
    if (!isOurs(dirname(file))) return null;
    const bytes = readFileSync(file);
    const head = JSON.parse(bytes.toString("latin1", 0, HEAD_LENGTH)) as Head;
    if (head.check !== checkOf(bytes)) return null;
    let at = HEAD_LENGTH;
    return new Map(
      head.parts.map(([name, length, runs]) => {
        const code = bytes.subarray(at, at + length);
        at += padded(length);
        return [name, { code, runs }];
      }),
    );
  } catch {
    return null;
  }
}

export function keepCode(file: string, code: Code): void {
  keepFile(file, () => bytesOf(code));
}

function bytesOf(all: Code): Uint8Array {
  const bytes = Buffer.alloc([...all.values()].reduce((sum, { code }) => sum + padded(code.length), HEAD_LENGTH));
  let at = HEAD_LENGTH;
  for (const { code } of all.values()) {
    bytes.set(code, at);
    at += padded(code.length);
  }
  const parts = [...all].map(([name, { code, runs }]) => [name, code.length, runs] as const);
  const head: Head = { check: checkOf(bytes), parts };
  bytes.fill(" ", 0, HEAD_LENGTH).write(JSON.stringify(head), "latin1");
  return bytes;
}

/**
 * V8 runs what it is given, and would end the process at what is damaged. A few bytes of each page tell
 * of a crash that left a part of the file unwritten; to look at all of them takes longer than they save.
 */
function checkOf(bytes: Buffer): number {
  let sum = bytes.length;
  for (let at = HEAD_LENGTH; at + 4 <= bytes.length; at += PAGE) {
    sum = (Math.imul(sum, 31) + bytes.readInt32LE(at)) | 0;
  }
  return sum;
}

/** V8 copies what does not begin at a whole word. */
function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
