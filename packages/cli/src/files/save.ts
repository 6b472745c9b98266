import type { Io } from "../io.ts";
import { printable } from "../render/width.ts";
import { type FileToWrite, WriteError, writeWhole } from "./write.ts";

/** `writeWhole`, but a file that cannot be written is told in one line; says whether all are written. */
export function save(io: Io, files: readonly FileToWrite[]): boolean {
  try {
    writeWhole(files, io.interrupted);
    return true;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    io.stderr.write(`fbp: ${printable(error.message)}\n`);
    return false;
  }
}
