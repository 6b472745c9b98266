/** Files as they are in a revision of the git repository that the working folder belongs to. */
// As a whole: the bundle then loads it only where git is asked for something.
import childProcess from "node:child_process";
import { createHash } from "node:crypto";
import { relative, resolve, sep } from "node:path";
import { Compiler, type FileDigest, type FileText, type Host, LARGEST_COPY, limitFor, resolveName } from "@fbp/dsl";
import { UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { printable } from "../render/width.ts";
import type { Input } from "./input.ts";

/** `HEAD~1:policies/chat.fbp`: what stands before the first colon, and behind it. */
export interface Revised {
  readonly revision: string;
  /** From the repository's top; from the working folder where it begins with `./` or `../`, as git has it. */
  readonly path: string;
}

/** Null for what cannot be meant so: nothing on one side, or a drive of Windows. */
export function revisedOf(arg: string): Revised | null {
  const at = arg.indexOf(":");
  const [revision, path] = [arg.slice(0, at), arg.slice(at + 1)];
  if (at < 1 || path === "" || /^[A-Za-z]:[\\/]/.test(arg)) return null;
  return { revision, path };
}

/** @throws UsageError where there is no repository, no such revision, or no such file in it */
export function revisedInput(io: Io, shown: string, { revision, path }: Revised): Input {
  const top = topOf(io);
  const commit = commitOf(io, revision);
  const name = nameIn(io, top, path);
  if (name === null) throw new UsageError(`${quoted(path)} lies outside the repository`);
  const host = revisionHost(io, top, commit);
  if (host.read(name).kind === "missing") {
    throw new UsageError(
      `${quoted(name)} is not in ${quoted(revision)}, see git ls-tree -r --name-only ${printable(revision)}`,
    );
  }
  const nameFromHere = (file: string): string => `${revision}:${file}`;
  return {
    shown,
    entry: name,
    root: top,
    host,
    compiler: new Compiler(host),
    path: null,
    pathOf: (file) => resolve(top, file),
    nameFromHere,
    nameInRepository: (file) => file,
  };
}

function topOf(io: Io): string {
  const found = git(io, io.cwd, ["rev-parse", "--show-toplevel"], SHORT);
  if (found.kind === "done" && found.bytes.length > 0) return lineOf(found.bytes);
  throw new UsageError(`${printable(io.cwd)} is not in a git repository, so there are no revisions`);
}

function commitOf(io: Io, revision: string): string {
  if (revision.startsWith("-")) throw new UsageError(`${quoted(revision)} is no revision: it begins with -`);
  const found = git(
    io,
    io.cwd,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
    SHORT,
  );
  const commit = found.kind === "done" ? lineOf(found.bytes) : "";
  if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw new UsageError(`the git repository has no revision ${quoted(revision)}`);
}

/** With forward slashes, from the top; null for what lies outside. */
function nameIn(io: Io, top: string, path: string): string | null {
  const isHere = path === "." || path.startsWith("./") || path.startsWith("../");
  return resolveName("", isHere ? relative(top, resolve(io.cwd, path)).split(sep).join("/") : path);
}

/**
 * Reads nothing but blobs of that commit: also what a policy uses is read as it was then.
 * @param commit its full name
 */
function revisionHost(io: Io, top: string, commit: string): Host {
  const read = (name: string, limit: number): Uint8Array | Exclude<FileText, { readonly kind: "text" | "binary" }> => {
    if (resolveName("", name) !== name) return { kind: "unreadable", why: "it lies outside the repository" };
    const entry = git(io, top, ["--literal-pathspecs", "ls-tree", "-z", commit, "--", name], SHORT);
    if (entry.kind !== "done") return { kind: "unreadable", why: "git cannot read it" };
    if (entry.bytes.length === 0) return { kind: "missing" };
    const [mode = "", type = "", blob = ""] = lineOf(entry.bytes).split(/[ \t]/, 3);
    if (type !== "blob") return { kind: "unreadable", why: "it is no plain file" };
    if (mode === "120000") return { kind: "unreadable", why: "it is a symbolic link" };
    const content = git(io, top, ["cat-file", "blob", blob], limit);
    if (content.kind === "too_large") return { kind: "too_large", limit };
    return content.kind === "done" ? content.bytes : { kind: "unreadable", why: "git cannot read it" };
  };
  return {
    resolve: resolveName,
    read: (name): FileText => {
      const bytes = read(name, limitFor(name));
      return bytes instanceof Uint8Array ? textOf(bytes) : bytes;
    },
    digest: (name): FileDigest => {
      const bytes = read(name, LARGEST_COPY);
      if (!(bytes instanceof Uint8Array)) return bytes;
      return { kind: "digest", digest: `sha256-${createHash("sha256").update(bytes).digest("hex")}` };
    },
  };
}

function textOf(bytes: Uint8Array): FileText {
  if (bytes.includes(0)) return { kind: "binary" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "binary" };
  }
}

// ---------------------------------------------------------------- git

type Got = { readonly kind: "done"; readonly bytes: Uint8Array } | { readonly kind: "too_large" | "failed" };

/** Bytes of an answer that is one line. */
const SHORT = 64 * 1024;
/** A git that waits for something longer than this is given up. */
const PATIENCE_MS = 30_000;

/** Without a shell; nothing of what git says itself is passed on. */
function git(io: Io, cwd: string, argv: readonly string[], most: number): Got {
  const { status, stdout, error } = childProcess.spawnSync("git", [...argv], {
    cwd,
    env: { ...io.env, PATH: io.env.PATH ?? process.env.PATH, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: most,
    timeout: PATIENCE_MS,
  });
  if (error !== undefined) {
    const code = "code" in error ? error.code : "";
    if (code === "ENOENT") throw new UsageError("a revision needs git, which is not installed here");
    return { kind: code === "ENOBUFS" ? "too_large" : "failed" };
  }
  return status === 0 ? { kind: "done", bytes: stdout } : { kind: "failed" };
}

function lineOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/[\n\0]+$/, "");
}

function quoted(text: string): string {
  return JSON.stringify(printable(text));
}
