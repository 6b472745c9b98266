import type { CompletedCommand, CompletedOption } from "./model.ts";

export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = ["# fish completion for fbp; made by `fbp completion fish`", "complete -c fbp -f"];
  for (const command of commands) {
    const when = command.name === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${command.name}`;
    if (command.name !== "") {
      lines.push(`complete -c fbp -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`);
    }
    for (const option of command.options) lines.push(`complete -c fbp -n ${quote(when)} ${optionSpec(option)}`);
    if (command.words.length > 0) lines.push(`complete -c fbp -n ${quote(when)} -a ${quote(command.words.join(" "))}`);
    const names = command.names === null ? null : NAMES[command.names];
    if (names !== null) lines.push(`complete -c fbp -n ${quote(when)} -k -a ${quote(names)}`);
  }
  return `${lines.join("\n")}\n`;
}

const NAMES = { policies: "(__fish_complete_suffix .fbp)", folder: "(__fish_complete_directories)" } as const;

function optionSpec(option: CompletedOption): string {
  const parts = option.flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  if (option.values.length > 0) parts.push(`-x -a ${quote(option.values.join(" "))}`);
  else if (option.folder) parts.push(`-x -a '(__fish_complete_directories)'`);
  else if (option.takesValue) parts.push("-x");
  parts.push(`-d ${quote(option.text)}`);
  return parts.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
