/** The process as an `Io`. */
import { fstatSync, watch as watchFolder, writeSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { WriteStream } from "node:tty";
import { Interruption, OutputError } from "./exit.ts";
import { writingReasonOf } from "./files/writing-reason.ts";
import type { Io, Output, Watching } from "./io.ts";
import { keptTexts } from "./kept.ts";

export function nodeIo(): Io {
  let controller: AbortController | null = null;
  return {
    stdout: outputOf(1),
    stderr: outputOf(2),
    readInput: (maxBytes) => readInput(maxBytes, controller?.signal),
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
    get kept() {
      return keptTexts();
    },
    now: () => {
      // `performance` takes as long to load as a file to parse.
      const [seconds, nanoseconds] = process.hrtime();
      return seconds * 1e3 + nanoseconds / 1e6;
    },
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
  let isLeft = false;
  const leave = (): void => {
    isLeft = true;
  };
  let stream = isTerminal ? streamOf(descriptor, leave) : null;
  return {
    isTerminal,
    get columns() {
      return (isTerminal ? stream?.columns : undefined) ?? 80;
    },
    get isLeft() {
      return isLeft;
    },
    write: (text) => {
      if (isLeft) return;
      const rest = stream === null ? writeAll(descriptor, Buffer.from(text), leave) : text;
      if (rest.length === 0) return;
      // The other end has made it a pipe that does not wait: the stream knows how to, and keeps the order.
      stream ??= streamOf(descriptor, leave);
      stream.write(rest);
    },
  };
}

/** Those that were written to: what they hold may still be on its way. */
const streams = new Set<WriteStream>();

/** Calls back when everything is written, or could not be. */
export function whenWritten(then: () => void): void {
  if (streams.size === 0) {
    then();
    return;
  }
  const all = [...streams].map((stream) => new Promise<void>((done) => stream.write("", () => done())));
  // An error is told after the call back.
  void Promise.all(all).then(() => setImmediate(then));
}

/** Only a character device can be one, and only then is the question worth loading `node:tty`. */
function isTerminalAt(descriptor: 1 | 2): boolean {
  try {
    const stream = (): WriteStream => (descriptor === 1 ? process.stdout : process.stderr);
    return fstatSync(descriptor).isCharacterDevice() && stream().isTTY === true;
  } catch {
    // It is closed.
    return false;
  }
}

/** @param leave told when its reader has left */
function streamOf(descriptor: 1 | 2, leave: () => void): WriteStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  streams.add(stream);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    leave();
    if (!isLeaving(error)) throw outputError(descriptor, error);
  });
  return stream;
}

/** What could not be written without waiting. */
function writeAll(descriptor: 1 | 2, bytes: Uint8Array, leave: () => void): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException;
      if (error.code === "EAGAIN") return bytes.subarray(at);
      leave();
      if (!isLeaving(error)) throw outputError(descriptor, error);
      break;
    }
  }
  return new Uint8Array();
}

/** A reader that has left, as in `fbp check | head`, or a terminal that was closed is no error of ours. */
function isLeaving({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO" || code === "ERR_STREAM_DESTROYED";
}

function outputError(descriptor: 1 | 2, error: NodeJS.ErrnoException): OutputError {
  return new OutputError(
    `standard ${descriptor === 1 ? "output" : "error"} cannot be written: ${writingReasonOf(error)}`,
  );
}

/** @param interrupted ends the wait for more; left out, the signal ends the process itself */
async function readInput(maxBytes: number, interrupted: AbortSignal | undefined): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stop = (): void => void process.stdin.destroy(interrupted?.reason);
  interrupted?.throwIfAborted();
  interrupted?.addEventListener("abort", stop, { once: true });
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  interrupted?.removeEventListener("abort", stop);
  return Buffer.concat(chunks);
}

function takeInterrupts(): AbortController {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      const interruption = new Interruption(signal);
      // The second time the user means it.
      if (controller.signal.aborted) process.exit(interruption.status);
      controller.abort(interruption);
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
