/** A command line as the shells' generators see it. */
import type { Command, Option } from "commander";

export interface CompletedCommand {
  /** `check`; of a command in a group both words, `contract check`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Its argument is one of these. */
  readonly words: readonly string[];
  /** Its arguments are policy files or folders, or any files, or it takes a folder. */
  readonly names: "policies" | "files" | "folder" | null;
  /** The commands of a group; none of any other. */
  readonly commands: readonly CompletedCommand[];
}

export interface CompletedOption {
  /** `--format`, `-V` */
  readonly flags: readonly string[];
  readonly text: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
  /** Its value is a folder, or a file. */
  readonly names: "folder" | "files" | null;
}

/** The program itself first, under the name "". */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const commands = program.commands.map((command) => completedCommand(command, ""));
  const options = [...program.options, helpOf(program)].map(optionOf);
  return [{ name: "", summary: "", options, words: [], names: null, commands: [] }, ...commands, helpCommand(commands)];
}

function completedCommand(command: Command, group: string): CompletedCommand {
  const name = `${group}${command.name()}`;
  const commands = command.commands.map((inner) => completedCommand(inner, `${name} `));
  return {
    name,
    summary: command.summary() || command.description(),
    options: [...command.options, helpOf(command)].map(optionOf),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    names: namesOf(command),
    commands,
  };
}

function helpCommand(commands: readonly CompletedCommand[]): CompletedCommand {
  const words = commands.map((command) => command.name);
  return { name: "help", summary: "print the help of a command", options: [], words, names: null, commands: [] };
}

/** The last of the words that call a command. */
export function lastWord(command: CompletedCommand): string {
  return command.name.slice(command.name.lastIndexOf(" ") + 1);
}

function namesOf(command: Command): CompletedCommand["names"] {
  const argument = command.registeredArguments.find((each) => each.argChoices === undefined);
  if (argument === undefined) return null;
  if (argument.name() === "folder") return "folder";
  return argument.name().endsWith("file") ? "policies" : "files";
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
    names: option.flags.includes("<folder>") ? "folder" : option.flags.includes("<file>") ? "files" : null,
  };
}
