import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What a command is declared with: its world, and where it leaves its exit status. */
export interface Context {
  readonly io: Io;
  /** Runs the command's work; its number is the exit status. */
  readonly run: (command: Command, work: () => Promise<number>) => Promise<void>;
  /** Is given what commander says is wrong with the command line, before it throws. */
  readonly refuse: (problem: UsageProblem) => void;
}

export interface UsageProblem {
  /** As commander words it. */
  readonly text: string;
  /** The command line that prints the help of the command. */
  readonly help: string;
}
