/** A whole file, or standard input, as text and as the bytes that it was. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Io } from "../io.ts";
import { STDIN } from "./expand.ts";
import { reasonOf } from "./reason.ts";

export type BytesRead =
  | { readonly kind: "text"; readonly text: string; readonly bytes: Uint8Array }
  /** `why` stands after "cannot be read:". */
  | { readonly kind: "problem"; readonly why: string };

export async function readBytes(io: Io, file: string, mostBytes: number): Promise<BytesRead> {
  const bytes = file === STDIN ? await io.readInput(mostBytes) : readFile(resolve(io.cwd, file), mostBytes);
  if (bytes === null) return { kind: "problem", why: `it is larger than ${mostBytes / (1024 * 1024)} MiB` };
  if (typeof bytes === "string") return { kind: "problem", why: bytes };
  if (bytes.includes(0)) return { kind: "problem", why: "it is no text" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), bytes };
  } catch {
    return { kind: "problem", why: "it is no text in UTF-8" };
  }
}

/** null where it is too large, a text where it cannot be read. */
function readFile(path: string, mostBytes: number): Uint8Array | string | null {
  try {
    const stat = statSync(path);
    // Asked before it is opened: opening a pipe waits for its other end.
    if (!stat.isFile()) return "it is no plain file";
    return stat.size > mostBytes ? null : readFileSync(path);
  } catch (error) {
    return reasonOf(error, path);
  }
}
