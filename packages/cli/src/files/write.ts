/** Files that are there whole or not at all. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { writingReasonOf } from "./writing-reason.ts";

export interface FileToWrite {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export class WriteError extends Error {
  override readonly name = "WriteError";
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${writingReasonOf(cause)}`);
    this.path = path;
  }
}

/**
 * Writes each file beside its place and renames it there once all are written, so that neither an
 * interrupt nor a full disk leaves half a file, and an error in one leaves all as they were. Folders
 * are made; a file that is replaced keeps its permissions. An interrupt that comes meanwhile waits:
 * whoever holds the signal has taken it over.
 * @throws WriteError when one cannot be written; the signal's reason when it is aborted already
 */
export function writeWhole(files: readonly FileToWrite[], interrupted: AbortSignal): void {
  interrupted.throwIfAborted();
  const pending: { readonly from: string; readonly to: string }[] = [];
  const folders: string[] = [];
  let isDone = false;
  try {
    for (const [index, file] of files.entries()) {
      const from = `${file.path}.${process.pid}-${index}.tmp`;
      pending.push({ from, to: file.path });
      writing(file.path, () => writeOne(from, file, folders));
    }
    for (const { from, to } of pending) writing(to, () => renameSync(from, to));
    isDone = true;
  } finally {
    for (const { from } of pending) removeIfThere(from);
    if (!isDone) for (const folder of folders.reverse()) removeIfEmpty(folder);
  }
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new WriteError(path, cause);
  }
}

/** @param folders gets those that had to be made, the outer ones first */
function writeOne(from: string, file: FileToWrite, folders: string[]): void {
  const first = mkdirSync(dirname(from), { recursive: true });
  if (first !== undefined) folders.push(...foldersFrom(first, dirname(from)));
  const known = statSync(file.path, { throwIfNoEntry: false });
  // Asked before anything is renamed: what stands there is no file to be replaced.
  if (known?.isDirectory() === true) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
  const descriptor = openSync(from, "wx", (known?.mode ?? 0o666) & 0o777);
  try {
    writeFileSync(descriptor, file.text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** `first`, and every folder from there down to `last`. */
function foldersFrom(first: string, last: string): readonly string[] {
  const folders = [last];
  for (let at = last; at !== first && at !== dirname(at); ) {
    at = dirname(at);
    folders.unshift(at);
  }
  return folders;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else has put something there.
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be removed was never made.
  }
}
