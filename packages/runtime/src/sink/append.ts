/** Appends lines to a file that may be moved away, cut off or filled up at any time. Node.js only. */
import type * as FileSystem from "node:fs/promises";
import { UsageError } from "../usage-error.ts";
import { codeOf } from "./fault-code.ts";

export interface RotateOptions {
  /** A file that would grow beyond this many bytes is moved away first. A longer line gets a file of its own. */
  readonly bytes?: number;
  /** A file that was last written on another day, by UTC, is moved away first. */
  readonly daily?: boolean;
  /** So many files are kept beside the one that is written, as `PATH.1` (the newest) to `PATH.N`; older ones are deleted. */
  readonly keep: number;
}

const LINE_BREAK = 0x0a;
const DAY_MS = 86_400_000;

/** To rotate takes a moment: a process that is at it for so long, in milliseconds, was killed. */
const STALE_MS = 10_000;

/** How this appender left the file. */
interface Left {
  readonly inode: number;
  readonly size: number;
  /** It ends in the middle of a line. */
  readonly torn: boolean;
}

export class Appender {
  readonly #path: string;
  readonly #files: typeof FileSystem;
  readonly #rotate: RotateOptions | null;
  readonly #tell: (message: string) => void;
  #left: Left | null = null;
  #cannotRotate = false;

  /**
   * @param tell is told, once, that files cannot be moved; lines are then appended all the same
   * @throws UsageError when `rotate` is of no use
   */
  constructor(
    path: string,
    files: typeof FileSystem,
    rotate: RotateOptions | undefined,
    tell: (message: string) => void,
  ) {
    this.#path = path;
    this.#files = files;
    this.#rotate = rotate === undefined ? null : checked(rotate);
    this.#tell = tell;
  }

  /**
   * Appends some of `lines`, at least the first of them where the disk takes it: as many as fit into the
   * file before it has to be rotated. The file is opened anew each time. A line that an earlier write,
   * also of another process, left unfinished is ended first.
   *
   * @param lines each with its line break
   * @param taken told once of the lines that are wholly in the file, also where the disk refuses the rest
   * @throws what the disk refuses with
   */
  async append(lines: readonly string[], taken: (count: number) => void): Promise<void> {
    let file = await this.#files.open(this.#path, "a");
    try {
      let stat = await file.stat();
      const regular = stat.isFile();
      if (regular && this.#mustRotate(stat, lines[0] ?? "") && (await this.#rotated(stat.ino))) {
        await file.close();
        file = await this.#files.open(this.#path, "a");
        stat = await file.stat();
      }
      const torn = regular && stat.size > 0 && (await this.#isTorn(stat));
      const fitting = regular ? this.#fitting(lines, stat.size) : lines.length;
      const bytes = Buffer.from((torn ? "\n" : "") + lines.slice(0, fitting).join(""));
      let end = 0;
      try {
        while (end < bytes.length) {
          const { bytesWritten } = await file.write(bytes, end);
          if (bytesWritten === 0) throw new Error("the disk took nothing");
          end += bytesWritten;
        }
      } finally {
        const open = end === 0 ? torn : bytes[end - 1] !== LINE_BREAK;
        this.#left = { inode: stat.ino, size: stat.size + end, torn: open };
        const whole = end === bytes.length ? fitting : lineBreaks(bytes, end) - (torn ? 1 : 0);
        taken(Math.max(0, whole));
      }
    } finally {
      await file.close();
    }
  }

  /** How many of `lines` fit into a file of `size` bytes; the first always does. */
  #fitting(lines: readonly string[], size: number): number {
    const most = this.#rotate?.bytes ?? Number.POSITIVE_INFINITY;
    if (most === Number.POSITIVE_INFINITY) return lines.length;
    let end = size;
    let count = 0;
    for (const line of lines) {
      end += Buffer.byteLength(line);
      if (count > 0 && end > most) break;
      count += 1;
    }
    return count;
  }

  #mustRotate({ size, mtimeMs }: { size: number; mtimeMs: number }, first: string): boolean {
    if (this.#rotate === null || size === 0) return false;
    const { bytes, daily } = this.#rotate;
    if (bytes !== undefined && size + Buffer.byteLength(first) > bytes) return true;
    return daily === true && Math.floor(mtimeMs / DAY_MS) !== Math.floor(Date.now() / DAY_MS);
  }

  /**
   * Moves the file away, and those that were moved away before one further; false where the disk refuses, or where another
   * process is at it.
   *
   * @param inode of the file that is to go
   */
  async #rotated(inode: number): Promise<boolean> {
    try {
      if (!(await this.#locked())) return false;
      try {
        // Another process may have been first: then the file is a new one.
        if ((await this.#files.stat(this.#path)).ino === inode) await this.#shift();
      } finally {
        await this.#files.rm(this.#lock, { force: true });
      }
      this.#cannotRotate = false;
      return true;
    } catch (error) {
      if (!this.#cannotRotate) this.#tell(`${this.#path} cannot be rotated (${codeOf(error)}): it grows on`);
      this.#cannotRotate = true;
      return false;
    }
  }

  async #shift(): Promise<void> {
    const keep = this.#rotate?.keep ?? 0;
    let free = 1;
    while (free < keep && (await this.#exists(this.#nth(free)))) free += 1;
    for (let place = Math.min(free, keep); place > 0; place -= 1) {
      await this.#files.rename(this.#nth(place - 1), this.#nth(place));
    }
    if (keep === 0) await this.#files.rm(this.#path);
  }

  /** Is the right to rotate this process's? One that was killed with it does not keep it. */
  async #locked(): Promise<boolean> {
    try {
      await (await this.#files.open(this.#lock, "wx")).close();
      return true;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    try {
      const { mtimeMs } = await this.#files.stat(this.#lock);
      if (Date.now() - mtimeMs > STALE_MS) await this.#files.rm(this.#lock);
    } catch {
      // The other has just ended.
    }
    return false;
  }

  get #lock(): string {
    return `${this.#path}.rotating`;
  }

  /** 0 is the file that is written. */
  #nth(place: number): string {
    return place === 0 ? this.#path : `${this.#path}.${place}`;
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#files.access(path);
      return true;
    } catch {
      return false;
    }
  }

  /** Does the file end in the middle of a line? It is only read where this appender did not leave it so. */
  async #isTorn({ ino, size }: { ino: number; size: number }): Promise<boolean> {
    const left = this.#left;
    if (left !== null && left.inode === ino && left.size === size) return left.torn;
    try {
      const file = await this.#files.open(this.#path, "r");
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
        return bytesRead === 1 && buffer[0] !== LINE_BREAK;
      } finally {
        await file.close();
      }
    } catch {
      // It may be written but not read.
      return false;
    }
  }
}

function checked(rotate: RotateOptions): RotateOptions {
  const { bytes, keep } = rotate;
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes > 0)) {
    throw new UsageError("rotate.bytes must be a whole number above 0");
  }
  if (!Number.isSafeInteger(keep) || keep < 0) throw new UsageError("rotate.keep must be a whole number, 0 or above");
  return rotate;
}

function lineBreaks(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let index = 0; index < end; index += 1) if (bytes[index] === LINE_BREAK) count += 1;
  return count;
}
