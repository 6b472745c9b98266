/** Every start loads this: it must need nothing of what a command loads when it runs. */
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

/** Of an error of the system; empty for any other. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
