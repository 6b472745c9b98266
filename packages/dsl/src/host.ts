/**
 * Where the compiler gets its files from. A host never throws for a file: what is wrong with one is
 * data. Names are relative to the project's root, with forward slashes, as users write them.
 */
import { digestText } from "./digest.ts";

export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "too_large"; readonly limit: number }
  /** Holds bytes that are no text in UTF-8. */
  | { readonly kind: "binary" }
  /** `why` in the operator's words, after "cannot be read:". */
  | { readonly kind: "unreadable"; readonly why: string };

/** `digest` is `sha256-` and 64 hexadecimal digits, over the file's bytes, whatever they are. */
export type FileDigest =
  | { readonly kind: "digest"; readonly digest: string }
  | Exclude<FileText, { readonly kind: "text" | "binary" }>;

export interface Host {
  read(name: string): FileText;
  /** Of any file, also of one that is no text: a page that was printed, a picture of a screen. */
  digest(name: string): FileDigest;
  /** The name of the file that the file `from` means by `to`; null where it lies outside the root. */
  resolve(from: string, to: string): string | null;
}

/** Bytes of UTF-8 that are read of one file. */
export const LARGEST_POLICY = 1024 * 1024;
export const LARGEST_DOCUMENT = 4 * 1024 * 1024;
/** Bytes of a file of which only the digest is asked for. */
export const LARGEST_COPY = 32 * 1024 * 1024;

export function limitFor(name: string): number {
  return name.endsWith(".fbp") ? LARGEST_POLICY : LARGEST_DOCUMENT;
}

/**
 * `to`, as written in the file `from`, as a name: `policies/chat.fbp` and `./contracts/a.json` give
 * `policies/contracts/a.json`. Null for what leads out of the root, for an absolute path, and for a name
 * that would mean something else on another system (a backslash, a drive, a NUL).
 */
export function resolveName(from: string, to: string): string | null {
  if (to === "" || /^\/|^[A-Za-z]:|[\\\0]/.test(to)) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of to.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join("/");
}

/** Completes "cannot be read:". */
export function whyUnread(file: Exclude<FileText, { readonly kind: "text" }>): string {
  switch (file.kind) {
    case "missing":
      return "there is no such file";
    case "too_large":
      return `it is larger than ${sizeText(file.limit)}`;
    case "binary":
      return "it is no text in UTF-8";
    case "unreadable":
      return file.why;
  }
}

export function sizeText(bytes: number): string {
  return `${bytes / (1024 * 1024)} MiB`;
}

/** Files that are held in memory: for editors, browsers and tests. */
export function memoryHost(files: Readonly<Record<string, string>> | ReadonlyMap<string, string>): Host {
  const texts = files instanceof Map ? files : new Map(Object.entries(files));
  return {
    resolve: resolveName,
    read: (name) => {
      const text: string | undefined = texts.get(name);
      if (text === undefined) return { kind: "missing" };
      const limit = limitFor(name);
      if (text.length > limit) return { kind: "too_large", limit };
      return text.includes("\0") ? { kind: "binary" } : { kind: "text", text };
    },
    digest: (name) => {
      const text: string | undefined = texts.get(name);
      if (text === undefined) return { kind: "missing" };
      if (text.length > LARGEST_COPY) return { kind: "too_large", limit: LARGEST_COPY };
      return { kind: "digest", digest: digestText(text) };
    },
  };
}
