import { nearFile } from "./near-file.ts";

const READING: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its symbolic links form a circle",
  ENAMETOOLONG: "its name is too long",
};

/** Why the system did not let a file be read, after "cannot be read:", with the file that was probably meant instead. */
export function reasonOf(error: unknown, path: string): string {
  const code = codeOf(error);
  const near = code === "ENOENT" ? nearFile(path) : undefined;
  if (near !== undefined) return `${READING.ENOENT}, did you mean ${near}?`;
  return READING[code] ?? "the system refuses it";
}

const WRITING: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a file stands where a folder is needed",
  ELOOP: "its symbolic links form a circle",
  ENAMETOOLONG: "the name is too long",
};

/** Why the system did not let something be written, after "cannot be written:". */
export function writingReasonOf(error: unknown): string {
  const code = codeOf(error);
  return WRITING[code] ?? (code === "" ? "an unknown error" : code);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
