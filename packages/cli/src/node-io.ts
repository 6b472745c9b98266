/** The process as an `Io`. */
import { fstatSync, watch as watchFolder, writeSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { WriteStream } from "node:tty";
import { EXIT } from "./exit.ts";
import type { Io, Output, Watching } from "./io.ts";

export function nodeIo(): Io {
  let controller: AbortController | null = null;
  return {
    stdout: outputOf(1),
    stderr: outputOf(2),
    readInput,
    cwd: process.cwd(),
    env: process.env,
    // Only who asks takes the signal over: until then Ctrl-C ends the process at once, as usual.
    get interrupted() {
      controller ??= takeInterrupts();
      return controller.signal;
    },
    watch,
    today: () => {
      const now = new Date();
      const two = (value: number): string => String(value).padStart(2, "0");
      return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    },
    now: () => performance.now(),
    schedule: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * Writes to a pipe or a file at once, by its descriptor: Node's stream for it takes as long to set up
 * as a small check. A terminal gets the stream, which knows its width.
 */
function outputOf(descriptor: 1 | 2): Output {
  const isTerminal = isTerminalAt(descriptor);
  let stream = isTerminal ? streamOf(descriptor) : null;
  return {
    isTerminal,
    get columns() {
      return (isTerminal ? stream?.columns : undefined) ?? 80;
    },
    write: (text) => {
      const rest = stream === null ? writeAll(descriptor, Buffer.from(text)) : text;
      if (rest.length === 0) return;
      // The other end has made it a pipe that does not wait: the stream knows how to, and keeps the order.
      stream ??= streamOf(descriptor);
      stream.write(rest);
    },
  };
}

/** Only a character device can be one, and only then is the question worth loading `node:tty`. */
function isTerminalAt(descriptor: 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && streamOf(descriptor).isTTY === true;
  } catch {
    // It is closed.
    return false;
  }
}

function streamOf(descriptor: 1 | 2): WriteStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (stream.listenerCount("error") === 0) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.fine);
      throw error;
    });
  }
  return stream;
}

/** What could not be written without waiting. */
function writeAll(descriptor: 1 | 2, bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // A reader that has left, as in `fbp check | head`, is no error of ours.
      if (code === "EPIPE") process.exit(process.exitCode ?? EXIT.fine);
      if (code !== "EAGAIN") throw error;
      return bytes.subarray(at);
    }
  }
  return new Uint8Array();
}

async function readInput(maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function takeInterrupts(): AbortController {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // The second time the user means it.
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller;
}

/**
 * Watches the folders, not the files: an editor that saves by renaming replaces the file, and a
 * watch on it would be left with the old one.
 */
function watch(files: readonly string[], changed: (file: string) => void): Watching {
  const byFolder = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = dirname(file);
    const names = byFolder.get(folder) ?? new Set<string>();
    byFolder.set(folder, names.add(basename(file)));
  }
  const watchers = [...byFolder].flatMap(([folder, names]) => {
    try {
      const watcher = watchFolder(folder, (_, name) => {
        if (name === null || names.has(name)) changed(`${folder}/${name ?? ""}`);
      });
      watcher.on("error", () => watcher.close());
      return [watcher];
    } catch {
      // The folder is gone: nothing in it can change.
      return [];
    }
  });
  return {
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}
