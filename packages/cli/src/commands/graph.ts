import { type Command, Option } from "commander";
import type { Context } from "../context.ts";

const GRAPH_FORMATS = ["svg", "mermaid"] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

interface Options {
  readonly format: GraphFormat;
  readonly json?: boolean;
  readonly output?: string;
  readonly policy?: string;
}

export function addGraph(program: Command, context: Context): void {
  const command = program
    .command("graph")
    .summary("draw policies as pictures")
    .description(
      "Draws policies: each path with its signals by what happens then, where fallbacks lead, how requests end, and " +
        "which paths have a breaker.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--format <format>", "what to draw").choices(GRAPH_FORMATS).default("svg"))
    .addOption(new Option("--output <file>", "write the picture there; else it is printed"))
    .addOption(new Option("--policy <name>", "of several policies this one"))
    .addOption(new Option("--json", "print what was drawn as one object"))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp graph policies/chat.fbp --output chat.svg\n" +
        "  fbp graph policies/chat.fbp --format mermaid\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { graph } = await import("../actions/index.ts");
        return graph(context.io, { ...options, files, isJson: options.json ?? false, asOf: context.io.today() });
      }),
    );
}
