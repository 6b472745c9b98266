import type { CompletedCommand, CompletedOption } from "./model.ts";

/** Needs nothing of the bash-completion package. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map((command) => command.name).filter((name) => name !== "");
  const cases = commands.map((command) => {
    const flags = command.options.flatMap((option) => option.flags).join(" ");
    const words = command.name === "" ? names.join(" ") : command.words.join(" ");
    return `    "${command.name}") flags="${flags}"; words="${words}"; names="${command.names ?? ""}" ;;`;
  });
  const values = commands.flatMap((command) =>
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
    case "$word" in -*) ;; *) command="$word"; break ;; esac
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
  [ "$names" = folder ] || COMPREPLY+=($(compgen -f -X '!*.fbp' -- "$cur"))
}
complete -F _fbp fbp
`;
}

function valueAction(option: CompletedOption): string {
  if (option.values.length > 0) return `COMPREPLY=($(compgen -W "${option.values.join(" ")}" -- "$cur"))`;
  return option.folder
    ? `IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))`
    : "COMPREPLY=()";
}
