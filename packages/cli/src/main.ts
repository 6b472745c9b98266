/** The command line: reads the arguments, runs one command, answers with its exit status. */
import { type Command, CommanderError } from "commander";
import type { Context } from "./context.ts";
import { EXIT, UsageError } from "./exit.ts";
import { internalError } from "./internal-error.ts";
import type { Io } from "./io.ts";
import { createProgram } from "./program.ts";

/**
 * @param argv what stands behind `fbp`
 * @returns the exit status; never throws, and prints no stack trace whatever happens
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.fine;
  let running: Command | null = null;
  const context: Context = {
    io,
    run: async (command, work) => {
      running = command;
      status = await work();
    },
  };
  try {
    await createProgram(context).parseAsync(argv, { from: "user" });
    return status;
  } catch (thrown) {
    if (io.interrupted.aborted) return EXIT.interrupted;
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (thrown instanceof UsageError) {
      io.stderr.write(`fbp: ${thrown.message}\n`);
      return EXIT.usage;
    }
    io.stderr.write(`${internalError(thrown, running)}\n`);
    return EXIT.internal;
  }
}
