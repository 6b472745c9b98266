import { type CompletedCommand, type CompletedOption, lastWord } from "./model.ts";

/** Needs nothing of the bash-completion package. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map((command) => command.name).filter((name) => name !== "");
  const groups = commands.filter((command) => command.commands.length > 0).map((command) => command.name);
  const all = commands.flatMap((command) => [command, ...command.commands]);
  const cases = all.map((command) => {
    const flags = command.options.flatMap((option) => option.flags).join(" ");
    const words =
      command.name === "" ? names.join(" ") : [...command.words, ...command.commands.map(lastWord)].join(" ");
    return `    "${command.name}") flags="${flags}"; words="${words}"; names="${command.names ?? ""}" ;;`;
  });
  const values = all.flatMap((command) =>
    command.options
      .filter((option) => option.takesValue)
      .flatMap((option) =>
        option.flags.map((flag) => `    "${command.name} ${flag}") ${valueAction(option)}; return ;;`),
      ),
  );
  return `# bash completion for fbp; made by \`fbp completion bash\`
_fbp() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command="" word flags words names
  local IFS=$' \\t\\n'
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    command="\${command:+$command }$word"
    case "$command" in ${groups.join("|")}) ;; *) break ;; esac
  done
  case "$command $prev" in
${values.join("\n")}
  esac
  case "$command" in
${cases.join("\n")}
    *) return ;;
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")); return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [ -n "$names" ] || return
  # A name may hold spaces.
  IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -d -- "$cur"))
  case "$names" in
    policies) COMPREPLY+=($(compgen -f -X '!*.fbp' -- "$cur")) ;;
    files) COMPREPLY+=($(compgen -f -- "$cur")) ;;
  esac
}
complete -F _fbp fbp
`;
}

function valueAction(option: CompletedOption): string {
  if (option.values.length > 0) return `COMPREPLY=($(compgen -W "${option.values.join(" ")}" -- "$cur"))`;
  if (option.names === null) return "COMPREPLY=()";
  const kind = option.names === "folder" ? "-d" : "-f";
  return `IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${kind} -- "$cur"))`;
}
