import { Argument, type Command } from "commander";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export function addCompletion(program: Command, context: Context): void {
  const command = program
    .command("completion")
    .summary("print the completion script of a shell")
    .description("Prints a script that completes commands, options and file names.")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp completion bash > ~/.local/share/bash-completion/completions/fbp\n" +
        "  fbp completion zsh > ~/.zsh/completions/_fbp   # a folder of $fpath\n" +
        "  fbp completion fish > ~/.config/fish/completions/fbp.fish\n",
    )
    .action((shell: (typeof SHELLS)[number]) =>
      context.run(command, async () => {
        const { completionScript } = await import("../completion/script.ts");
        context.io.stdout.write(completionScript(program, shell));
        return EXIT.fine;
      }),
    );
}
