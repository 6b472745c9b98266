/**
 * The world as a command sees it. Commands touch nothing else of the process, so that a test can run
 * one in memory and read what a user would see.
 */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input; resolves when it ends. Bounded: more than `maxBytes` resolves to null. */
  readonly readInput: (maxBytes: number) => Promise<Uint8Array | null>;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted with an `Interruption` when the user presses Ctrl-C, or the process is told to end. */
  readonly interrupted: AbortSignal;
  /** Calls back when one of the files may have changed; not debounced. */
  readonly watch: (files: readonly string[], changed: (file: string) => void) => Watching;
  /** The current day where the user is, as ISO: `2026-11-22`. */
  readonly today: () => string;
  /** What later runs of this very program may read; null where nothing is to be kept. */
  readonly kept: Kept | null;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after `ms`; the function that it gives calls it off. */
  readonly schedule: (ms: number, run: () => void) => () => void;
}

/** What is kept may be gone, or be another's at any time: it has to say itself whose it is. */
export interface Kept {
  /** Null where there is none. */
  read(name: string): string | null;
  write(name: string, text: string): void;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal in columns; 80 where there is none. */
  readonly columns: number;
  /** Nobody reads it any more, as behind `| head`: what is written goes nowhere. */
  readonly isLeft: boolean;
  /** @throws OutputError when it cannot be written to, as on a full disk */
  write(text: string): void;
}

export interface Watching {
  close(): void;
}

/** The columns that a line may take; no limit where there is no terminal. */
export function widthFor(output: Output): number {
  return output.isTerminal ? output.columns : Number.POSITIVE_INFINITY;
}

/** Colours on a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` asks for them anywhere. */
export function wantsColour(output: Output, env: Io["env"]): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== "0";
  return output.isTerminal && env.TERM !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
