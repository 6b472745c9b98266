/** Files of a folder on this machine: the only file of the compiler that needs Node. */
import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { digestBytes } from "./digest.ts";
import { type FileDigest, type FileText, type Host, LARGEST_COPY, limitFor, resolveName } from "./host.ts";

/**
 * @param root an absolute path; nothing outside of it is read, also not through a symbolic link
 * @throws nothing for a file; the system's error when the root itself is no folder that can be read
 */
export function nodeHost(root: string): Host {
  const realRoot = realpathSync(root);
  return {
    resolve: resolveName,
    read: (name) => {
      const limit = limitFor(name);
      const bytes = bytesOf(realRoot, name, limit);
      return bytes instanceof Uint8Array ? textOf(bytes, limit) : bytes;
    },
    digest: (name): FileDigest => {
      const bytes = bytesOf(realRoot, name, LARGEST_COPY);
      if (!(bytes instanceof Uint8Array)) return bytes;
      if (bytes.length > LARGEST_COPY) return { kind: "too_large", limit: LARGEST_COPY };
      return { kind: "digest", digest: digestBytes(bytes) };
    },
  };
}

type Unread = Extract<FileText, { readonly kind: "missing" | "unreadable" }>;

/** One byte more than the limit where the file is larger. */
function bytesOf(root: string, name: string, limit: number): Uint8Array | Unread {
  try {
    return readInside(root, name, limit);
  } catch (error) {
    return ofError(error);
  }
}

function readInside(root: string, name: string, limit: number): Uint8Array | Unread {
  if (resolveName("", name) !== name) return { kind: "unreadable", why: "it lies outside the project's root" };
  const path = realpathSync(join(root, ...name.split("/")));
  const inside = relative(root, path);
  if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return { kind: "unreadable", why: "it leads outside the project's root" };
  }
  // Asked before it is opened: opening a pipe waits for its other end.
  if (!statSync(path).isFile()) return { kind: "unreadable", why: "it is no plain file" };
  const file = openSync(path, "r");
  try {
    return readBounded(file, limit);
  } finally {
    closeSync(file);
  }
}

/** At most one byte more than the limit, whatever the file's size is said to be. */
function readBounded(file: number, limit: number): Uint8Array {
  const size = Math.min(fstatSync(file).size, limit) + 1;
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const got = readSync(file, bytes, length, size - length, null);
    if (got === 0) break;
    length += got;
  }
  return bytes.subarray(0, length);
}

function textOf(bytes: Uint8Array, limit: number): FileText {
  if (bytes.length > limit) return { kind: "too_large", limit };
  if (bytes.includes(0)) return { kind: "binary" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "binary" };
  }
}

function ofError(error: unknown): Unread {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
  return { kind: "unreadable", why: WORDS[code] ?? "the system refuses it" };
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links form a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
};
