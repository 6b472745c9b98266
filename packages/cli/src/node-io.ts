/** The process as an `Io`. */
import { watch as watchFolder } from "node:fs";
import { basename, dirname } from "node:path";
import { performance } from "node:perf_hooks";
import type { WriteStream } from "node:tty";
import { EXIT } from "./exit.ts";
import type { Io, Output, Watching } from "./io.ts";

export function nodeIo(): Io {
  let controller: AbortController | null = null;
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
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

function outputOf(stream: WriteStream): Output {
  // A reader that has left, as in `fbp check | head`, is no error of ours.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.fine);
    throw error;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => void stream.write(text),
  };
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
