import { type CompletedCommand, type CompletedOption, lastWord } from "./model.ts";

export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = ["# fish completion for fbp; made by `fbp completion fish`", "complete -c fbp -f"];
  const groups = commands.filter((command) => command.commands.length > 0);
  for (const command of commands) {
    // What a group calls a command may be a command by itself too.
    const within = groups.filter((group) => group.commands.some((inner) => lastWord(inner) === command.name));
    const elsewhere = within.map((group) => `; and not ${seen(group.name)}`).join("");
    const when = command.name === "" ? "__fish_use_subcommand" : `${seen(command.name)}${elsewhere}`;
    if (command.name !== "") lines.push(wordLine("__fish_use_subcommand", command));
    lines.push(...commandLines(when, command));
    const words = command.commands.map(lastWord);
    for (const inner of command.commands) {
      lines.push(wordLine(quote(`${seen(command.name)}; and not ${seen(words.join(" "))}`), inner));
      lines.push(...commandLines(`${seen(command.name)}; and ${seen(lastWord(inner))}`, inner));
    }
  }
  return `${lines.join("\n")}\n`;
}

function seen(words: string): string {
  return `__fish_seen_subcommand_from ${words}`;
}

function wordLine(when: string, command: CompletedCommand): string {
  return `complete -c fbp -n ${when} -a ${lastWord(command)} -d ${quote(command.summary)}`;
}

function commandLines(when: string, command: CompletedCommand): string[] {
  const lines = command.options.map((option) => `complete -c fbp -n ${quote(when)} ${optionSpec(option)}`);
  if (command.words.length > 0) lines.push(`complete -c fbp -n ${quote(when)} -a ${quote(command.words.join(" "))}`);
  if (command.names === "files") lines.push(`complete -c fbp -n ${quote(when)} -F`);
  else if (command.names !== null) lines.push(`complete -c fbp -n ${quote(when)} -k -a ${quote(NAMES[command.names])}`);
  return lines;
}

const NAMES = { policies: "(__fish_complete_suffix .fbp)", folder: "(__fish_complete_directories)" } as const;

function optionSpec(option: CompletedOption): string {
  const parts = option.flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  if (option.values.length > 0) parts.push(`-x -a ${quote(option.values.join(" "))}`);
  else if (option.names === "folder") parts.push(`-x -a '(__fish_complete_directories)'`);
  else if (option.names === "files") parts.push("-r -F");
  else if (option.takesValue) parts.push("-x");
  parts.push(`-d ${quote(option.text)}`);
  return parts.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
