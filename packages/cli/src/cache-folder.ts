/** The folder in which runs keep for later ones what only makes them quicker. */
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const OLD_MS = 7 * 24 * 60 * 60 * 1000;

/** Policies that are checked are one file each; what is beyond is worked out anew. */
const MOST_FILES = 1000;

/**
 * As with Node's own cache `NODE_COMPILE_CACHE` moves it, and `NODE_DISABLE_COMPILE_CACHE` turns it off: null.
 */
export function cacheFolder(): string | null {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  if (isSet(NODE_DISABLE_COMPILE_CACHE) || isSet(NODE_V8_COVERAGE)) return null;
  const owner = process.getuid?.() ?? "own";
  return join(isSet(NODE_COMPILE_CACHE) ? NODE_COMPILE_CACHE : tmpdir(), `fbp-compiled-${owner}`);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/**
 * False for a folder that others could have written to.
 *
 * @throws the system's error where it is not there
 */
export function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

/** Says nothing where it cannot be kept: only a later run is slower. */
export function keepFile(file: string, bytes: () => Uint8Array): void {
  const folder = dirname(file);
  const made = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(folder)) return;
    // What takes the place of another needs no room.
    if (!existsSync(file) && !makeRoom(folder)) return;
    writeFileSync(made, bytes(), { mode: 0o600 });
    // Another run never sees a part of it.
    renameSync(made, file);
  } catch {
    remove(made);
  }
}

/** False where there is none. */
function makeRoom(folder: string): boolean {
  for (const name of readdirSync(folder)) removeOld(join(folder, name));
  return readdirSync(folder).length < MOST_FILES;
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
