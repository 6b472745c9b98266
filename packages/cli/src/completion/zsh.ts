import { type CompletedCommand, type CompletedOption, lastWord } from "./model.ts";

export function zshScript(commands: readonly CompletedCommand[]): string {
  const named = commands.filter((command) => command.name !== "");
  const root = commands.find((command) => command.name === "");
  const list = named.map((command) => `    ${described(command)}`);
  const cases = named.map((command) =>
    command.commands.length > 0 ? groupCase(command) : commandCase(command, "    "),
  );
  return `#compdef fbp
# zsh completion for fbp; made by \`fbp completion zsh\`
_fbp() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'fbp command' commands
    _arguments -s ${(root?.options ?? []).map(optionSpec).join(" ")}
    return
  fi
  local command="\${words[2]}"
  words=("\${(@)words[2,-1]}")
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
# As an autoloaded function the file is the body of _fbp; as a sourced script it registers it.
if [ "$funcstack[1]" = "_fbp" ]; then
  _fbp "$@"
else
  compdef _fbp fbp
fi
`;
}

function described(command: CompletedCommand): string {
  return quote(`${escaped(lastWord(command))}:${escaped(command.summary)}`);
}

function commandCase(command: CompletedCommand, indent: string): string {
  const specs = [...command.options.map(optionSpec), ...argumentSpec(command)];
  const lines = [
    `${lastWord(command)})`,
    "  _arguments -s \\",
    specs.map((spec) => `    ${spec}`).join(` \\\n${indent}`),
    "  ;;",
  ];
  return lines.map((line) => indent + line).join("\n");
}

/** The same once more, one word further. */
function groupCase(group: CompletedCommand): string {
  return `    ${group.name})
      local -a subcommands
      subcommands=(
${group.commands.map((command) => `        ${described(command)}`).join("\n")}
      )
      if (( CURRENT == 2 )); then
        _describe -t commands 'fbp ${group.name} command' subcommands
        _arguments -s ${group.options.map(optionSpec).join(" ")}
        return
      fi
      local subcommand="\${words[2]}"
      words=("\${(@)words[2,-1]}")
      (( CURRENT-- ))
      case "$subcommand" in
${group.commands.map((command) => commandCase(command, "        ")).join("\n")}
      esac
      ;;`;
}

function optionSpec(option: CompletedOption): string {
  const [first = "", ...rest] = option.flags;
  const value = option.takesValue ? `:value:${valueAction(option)}` : "";
  const text = `[${escaped(option.text).replaceAll("[", "\\[").replaceAll("]", "\\]")}]${value}`;
  return rest.length === 0
    ? quote(first + text)
    : `'(${option.flags.join(" ")})'{${option.flags.join(",")}}${quote(text)}`;
}

function valueAction(option: CompletedOption): string {
  if (option.values.length > 0) return `(${option.values.join(" ")})`;
  if (option.names === null) return " ";
  return option.names === "folder" ? "_files -/" : "_files";
}

function argumentSpec(command: CompletedCommand): string[] {
  if (command.names === "policies") return [quote(`*:policy:_files -g "*.fbp(-.) *(-/)"`)];
  if (command.names === "files") return [quote("*:file:_files")];
  if (command.names === "folder") return [quote("1:folder:_files -/")];
  return command.words.length > 0 ? [quote(`1:word:(${command.words.join(" ")})`)] : [];
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
