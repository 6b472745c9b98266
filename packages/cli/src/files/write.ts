/** Files that are there whole or not at all. */
import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

export interface FileToWrite {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export class WriteError extends Error {
  override readonly name = "WriteError";
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${reasonOf(cause)}`);
    this.path = path;
  }
}

/**
 * Writes each file beside its place and renames it there once all are written, so that neither an
 * interrupt nor a full disk leaves half a file, and an error in one leaves all as they were. Folders
 * are made; a file that is replaced keeps its permissions.
 * @throws WriteError when one cannot be written; an interrupt throws the signal's reason
 */
export async function writeWhole(files: readonly FileToWrite[], interrupted: AbortSignal): Promise<void> {
  const pending: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const file of files) {
      interrupted.throwIfAborted();
      const from = `${file.path}.${randomBytes(6).toString("hex")}.tmp`;
      pending.push({ from, to: file.path });
      await writeOne(from, file).catch((cause: unknown) => {
        throw new WriteError(file.path, cause);
      });
    }
    interrupted.throwIfAborted();
    for (const { from, to } of pending) {
      await rename(from, to).catch((cause: unknown) => {
        throw new WriteError(to, cause);
      });
    }
  } finally {
    // What cannot be removed was never made.
    await Promise.all(pending.map(({ from }) => rm(from, { force: true }).catch(() => {})));
  }
}

async function writeOne(from: string, file: FileToWrite): Promise<void> {
  await mkdir(dirname(from), { recursive: true });
  const mode = (await stat(file.path).catch(() => null))?.mode ?? 0o666;
  const handle = await open(from, "wx", mode & 0o777);
  try {
    await handle.writeFile(file.text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a file stands where a folder is needed",
  ENAMETOOLONG: "the name is too long",
};

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS[code] ?? (code === "" ? "an unknown error" : code);
}
