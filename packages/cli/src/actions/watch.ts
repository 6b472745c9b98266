/** Does a check again whenever a file that it read may have changed. */
import { EXIT } from "../exit.ts";
import type { Io, Watching } from "../io.ts";
import type { Compiled } from "./compile.ts";

/** Editors save in several steps; what comes within this time is one change. */
const DEBOUNCE_MS = 50;

/** One check that was done and printed. */
export interface Checked {
  readonly status: number;
  readonly compiled: readonly Compiled[];
}

/**
 * @param once checks and prints, and says which files it read
 * @returns when the user ends it: the status of the last check
 */
export async function watch(io: Io, once: () => Promise<Checked>): Promise<number> {
  let status: number = EXIT.fine;
  // Nor is there anyone to watch for when nobody reads what is printed.
  while (!io.interrupted.aborted && !io.stdout.isLeft) {
    if (io.stdout.isTerminal) io.stdout.write(CLEAR);
    const done = await once();
    status = done.status;
    const files = filesOf(done.compiled);
    if (io.stdout.isTerminal) io.stderr.write(`watching ${files.length} files, Ctrl-C ends\n`);
    // An interrupt that came meanwhile would not be told again.
    if (!io.interrupted.aborted && !io.stdout.isLeft) await changeOf(io, files);
  }
  return status;
}

/** The screen and what was scrolled out of it. */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

function filesOf(compiled: readonly Compiled[]): readonly string[] {
  return [...new Set(compiled.flatMap(({ input, compilation }) => compilation.files.map(input.pathOf)))];
}

/** Resolves when one of the files has changed and nothing more has come for a while, or at an interrupt. */
function changeOf(io: Io, files: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    let watching: Watching | null = null;
    let callOff = (): void => {};
    const end = (): void => {
      callOff();
      watching?.close();
      io.interrupted.removeEventListener("abort", end);
      resolve();
    };
    io.interrupted.addEventListener("abort", end);
    watching = io.watch(files, () => {
      callOff();
      callOff = io.schedule(DEBOUNCE_MS, end);
    });
  });
}
