/** The command line: reads the arguments, runs one command, answers with its exit status. */
import type { Command } from "commander";
import type { Context, UsageProblem } from "./context.ts";
import { EXIT, Interruption, OutputError, UsageError } from "./exit.ts";
import { fullName } from "./full-name.ts";
import { internalError } from "./internal-error.ts";
import type { Io } from "./io.ts";
import { checkPlain, plainFiles } from "./plain-check.ts";

/**
 * @param argv what stands behind `fbp`
 * @returns the exit status; never throws, and prints no stack trace whatever happens
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.fine;
  const files = plainFiles(argv);
  let running: string | null = files === null ? null : "fbp check";
  let refused: UsageProblem | null = null;
  const context: Context = {
    io,
    run: async (command: Command, work) => {
      running = fullName(command);
      status = await work();
    },
    refuse: (problem) => {
      refused = problem;
    },
  };
  try {
    if (files !== null) return await checkPlain(io, files);
    const { createProgram } = await import("./program.ts");
    await createProgram(context, argv[0]).parseAsync(argv, { from: "user" });
    return status;
  } catch (thrown) {
    if (io.interrupted.aborted) {
      const { reason } = io.interrupted;
      return reason instanceof Interruption ? reason.status : EXIT.interrupted;
    }
    if (thrown instanceof OutputError) {
      io.stderr.write(`fbp: ${thrown.message}\n`);
      return EXIT.problems;
    }
    if (thrown instanceof UsageError) {
      io.stderr.write(`fbp: ${thrown.message}\n`);
      return EXIT.usage;
    }
    const { CommanderError } = await import("./program.ts");
    if (thrown instanceof CommanderError) {
      if (refused !== null) io.stderr.write(`fbp: ${(await import("./usage.ts")).usageLine(refused)}\n`);
      return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    }
    io.stderr.write(`${internalError(thrown, running)}\n`);
    return EXIT.internal;
  }
}
