/** Code that V8 has compiled, in a file for each command. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Code {
  /** By the name of the script. */
  readonly parts: ReadonlyMap<string, Buffer>;
  /** How many runs it is of. */
  readonly runs: number;
}

/** What stands at the beginning of a file, at a known length: the names of the parts, and their lengths. */
interface Head {
  readonly runs: number;
  /** Of all that follows. */
  readonly check: number;
  readonly parts: readonly (readonly [name: string, length: number])[];
}

const HEAD_LENGTH = 4096;

/** Systems write files in pages of at least this size. */
const PAGE = 4096;

const OLD_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * As with Node's own cache `NODE_COMPILE_CACHE` moves it, and `NODE_DISABLE_COMPILE_CACHE` turns it off.
 *
 * @param digest of the scripts
 * @returns null where nothing is to be kept
 */
export function codeFile(digest: string): string | null {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  if (isSet(NODE_DISABLE_COMPILE_CACHE) || isSet(NODE_V8_COVERAGE)) return null;
  const word = process.argv[2] ?? "";
  const command = /^[a-z]{1,20}$/.test(word) ? word : "fbp";
  const folder = isSet(NODE_COMPILE_CACHE) ? NODE_COMPILE_CACHE : tmpdir();
  const owner = process.getuid?.() ?? "own";
  return join(folder, `fbp-compiled-${owner}`, `${digest}-${process.version}-${process.arch}-${command}`);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** Null where there is none, or others could have written it: it is code that will run. */
export function readCode(file: string): Code | null {
  try {
    if (!isOurs(dirname(file))) return null;
    const bytes = readFileSync(file);
    const head = JSON.parse(bytes.toString("latin1", 0, HEAD_LENGTH)) as Head;
    if (head.check !== checkOf(bytes)) return null;
    let at = HEAD_LENGTH;
    const parts = new Map(
      head.parts.map(([name, length]) => {
        const part = bytes.subarray(at, at + length);
        at += padded(length);
        return [name, part];
      }),
    );
    return { parts, runs: head.runs };
  } catch {
    return null;
  }
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

/** Says nothing where it cannot be kept: only the next start is slower. */
export function keepCode(file: string, code: Code): void {
  const folder = dirname(file);
  const made = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(folder)) return;
    for (const name of readdirSync(folder)) removeOld(join(folder, name));
    writeFileSync(made, bytesOf(code), { mode: 0o600 });
    // Another run never sees a part of it.
    renameSync(made, file);
  } catch {
    remove(made);
  }
}

function bytesOf({ parts, runs }: Code): Uint8Array {
  const bytes = Buffer.alloc([...parts.values()].reduce((sum, { length }) => sum + padded(length), HEAD_LENGTH));
  let at = HEAD_LENGTH;
  for (const part of parts.values()) {
    bytes.set(part, at);
    at += padded(part.length);
  }
  const lengths = [...parts].map(([name, { length }]) => [name, length] as const);
  const head: Head = { runs, check: checkOf(bytes), parts: lengths };
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

/** What earlier builds have left. */
function removeOld(file: string): void {
  if (Date.now() - statSync(file).mtimeMs > OLD_MS) remove(file);
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It stays.
  }
}
