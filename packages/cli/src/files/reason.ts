import { nearFile } from "./near-file.ts";
import { codeOf } from "./writing-reason.ts";

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
