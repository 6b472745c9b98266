import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What a command is declared with: its world, and where it leaves its exit status. */
export interface Context {
  readonly io: Io;
  /** Runs the command's work; its number is the exit status. */
  readonly run: (command: Command, work: () => Promise<number>) => Promise<void>;
}
