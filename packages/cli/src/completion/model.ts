/** A command line as the shells' generators see it. */
import type { Command, Option } from "commander";

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Its argument is one of these. */
  readonly words: readonly string[];
  /** Its arguments are policy files or folders, or it takes a folder. */
  readonly names: "policies" | "folder" | null;
}

export interface CompletedOption {
  /** `--format`, `-V` */
  readonly flags: readonly string[];
  readonly text: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
  /** Its value is a folder. */
  readonly folder: boolean;
}

/** The program itself first, under the name "". */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
    options: [...command.options, helpOf(command)].map(optionOf),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    names: namesOf(command),
  }));
  const words = commands.map((command) => command.name);
  return [
    { name: "", summary: "", options: [...program.options, helpOf(program)].map(optionOf), words: [], names: null },
    ...commands,
    { name: "help", summary: "print the help of a command", options: [], words, names: null },
  ];
}

function namesOf(command: Command): CompletedCommand["names"] {
  const argument = command.registeredArguments.find((each) => each.argChoices === undefined);
  if (argument === undefined) return null;
  return argument.name() === "folder" ? "folder" : "policies";
}

function helpOf(command: Command): Option {
  return command.createOption("-h, --help", "print help");
}

function optionOf(option: Option): CompletedOption {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    text: option.description,
    takesValue: option.required || option.optional,
    values: option.argChoices ?? [],
    folder: option.flags.includes("<folder>"),
  };
}
