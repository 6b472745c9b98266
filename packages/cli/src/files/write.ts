/** Files that are there whole or not at all. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { writingReasonOf } from "./reason.ts";

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
  try {
    for (const [index, file] of files.entries()) {
      const from = `${file.path}.${process.pid}-${index}.tmp`;
      pending.push({ from, to: file.path });
      writing(file.path, () => writeOne(from, file));
    }
    for (const { from, to } of pending) writing(to, () => renameSync(from, to));
  } finally {
    for (const { from } of pending) removeIfThere(from);
  }
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new WriteError(path, cause);
  }
}

function writeOne(from: string, file: FileToWrite): void {
  mkdirSync(dirname(from), { recursive: true });
  const mode = statSync(file.path, { throwIfNoEntry: false })?.mode ?? 0o666;
  const descriptor = openSync(from, "wx", mode & 0o777);
  try {
    writeFileSync(descriptor, file.text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be removed was never made.
  }
}
