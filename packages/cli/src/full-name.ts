import type { Command } from "commander";

/** `fbp contract check`, as a user calls it. */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
