/** A world in memory for tests: what a user would see, as text. */
import { tmpdir } from "node:os";
import { Interruption } from "../exit.ts";
import type { Io, Kept, Output } from "../io.ts";

export interface MemoryIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  /** As Ctrl-C. */
  readonly interrupt: () => void;
  /** Tells the watch that a file, absolute, has changed. */
  readonly touch: (file: string) => void;
  /** The files that are being watched, absolute. */
  readonly watched: () => readonly string[];
  /** Resolves when files are being watched: at once, or when the command comes to it. */
  readonly untilWatching: () => Promise<void>;
  /** Runs what was scheduled, in order. */
  readonly runTimers: () => void;
}

export interface MemoryOptions {
  readonly cwd?: string;
  readonly env?: Io["env"];
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly input?: string | Uint8Array;
  /** What other runs have kept, and this one keeps; left out: nothing is kept. */
  readonly kept?: Map<string, string>;
}

export function memoryIo(options: MemoryOptions = {}): MemoryIo {
  const controller = new AbortController();
  const stdout = memoryOutput(options);
  const stderr = memoryOutput(options);
  const watches = new Set<{ readonly files: readonly string[]; readonly changed: (file: string) => void }>();
  const awaiting: (() => void)[] = [];
  let timers: { readonly run: () => void }[] = [];
  let clock = 0;
  return {
    stdout,
    stderr,
    out: () => stdout.text(),
    err: () => stderr.text(),
    readInput: async (maxBytes) => {
      const bytes = typeof options.input === "string" ? new TextEncoder().encode(options.input) : options.input;
      const read = bytes ?? new Uint8Array();
      return read.byteLength > maxBytes ? null : read;
    },
    cwd: options.cwd ?? tmpdir(),
    env: options.env ?? {},
    interrupted: controller.signal,
    interrupt: () => controller.abort(new Interruption("SIGINT")),
    watch: (files, changed) => {
      const watch = { files, changed };
      watches.add(watch);
      for (const tell of awaiting.splice(0)) tell();
      return { close: () => void watches.delete(watch) };
    },
    untilWatching: () => (watches.size > 0 ? Promise.resolve() : new Promise((resolve) => awaiting.push(resolve))),
    watched: () => [...watches].flatMap((watch) => watch.files),
    touch: (file) => {
      for (const watch of watches) if (watch.files.includes(file)) watch.changed(file);
    },
    today: () => "2026-11-22",
    kept: keptIn(options.kept),
    now: () => clock++,
    schedule: (_, run) => {
      const timer = { run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    runTimers: () => {
      const due = timers;
      timers = [];
      for (const timer of due) timer.run();
    },
  };
}

function memoryOutput(options: MemoryOptions): Output & { readonly text: () => string } {
  let written = "";
  return {
    isTerminal: options.terminal ?? false,
    columns: options.columns ?? 80,
    isLeft: false,
    write: (text) => {
      written += text;
    },
    text: () => written,
  };
}

function keptIn(texts: Map<string, string> | undefined): Kept | null {
  if (texts === undefined) return null;
  return { read: (name) => texts.get(name) ?? null, write: (name, text) => void texts.set(name, text) };
}
