/** Every command as declared: names, arguments, options, help. Loads none of their work. */
import { type Argument, Command } from "commander";
import pico from "picocolors";
import { addAlerts } from "./commands/alerts.ts";
import { addBuild } from "./commands/build.ts";
import { addCanary } from "./commands/canary.ts";
import { addCheck } from "./commands/check.ts";
import { addCompletion } from "./commands/completion.ts";
import { addContract } from "./commands/contract/index.ts";
import { addDiff } from "./commands/diff.ts";
import { addDrill } from "./commands/drill.ts";
import { addEvidence } from "./commands/evidence/index.ts";
import { addExplain } from "./commands/explain.ts";
import { addFmt } from "./commands/fmt.ts";
import { addGraph } from "./commands/graph.ts";
import { addImport } from "./commands/import.ts";
import { addInit } from "./commands/init.ts";
import { addReport } from "./commands/report.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addTest } from "./commands/test.ts";
import type { Context } from "./context.ts";
import { fullName } from "./full-name.ts";
import { fittedHelp } from "./help.ts";
import { wantsColour } from "./io.ts";
import { checkRequired } from "./options.ts";
import { VERSION } from "./version.ts";

export { CommanderError } from "commander";

/** Each by its name, in the order of the help; but for `completion`, which tells of all of them. */
const COMMANDS: Readonly<Record<string, (program: Command, context: Context) => void>> = {
  check: addCheck,
  build: addBuild,
  fmt: addFmt,
  test: addTest,
  diff: addDiff,
  explain: addExplain,
  canary: addCanary,
  drill: addDrill,
  simulate: addSimulate,
  report: addReport,
  graph: addGraph,
  init: addInit,
  alerts: addAlerts,
  import: addImport,
  contract: addContract,
  evidence: addEvidence,
};

/** @param name of the command that will run: only that one is declared. Left out, or no such command: all are. */
export function createProgram(context: Context, name?: string): Command {
  const { io } = context;
  // commander takes colours out again where there should be none.
  const paint = pico.createColors(true);
  const program = new Command("fbp")
    .description("check, build, format and test fallback policies for LLM calls")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .hook("preAction", (_, command) => checkRequired(command))
    .configureOutput({
      writeOut: (text) => io.stdout.write(fittedHelp(text, io.stdout.columns)),
      writeErr: (text) => io.stderr.write(fittedHelp(text, io.stderr.columns)),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
      getOutHasColors: () => wantsColour(io.stdout, io.env),
      getErrHasColors: () => wantsColour(io.stderr, io.env),
    })
    .configureHelp({
      styleTitle: paint.bold,
      styleCommandText: paint.cyan,
      styleSubcommandText: paint.cyan,
      // That there are options goes without saying, and leaves room for what the command does.
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(shownArgument)].join(" "),
    })
    .addHelpText(
      "after",
      "\nExit status: 0 fine, 1 problems in what was given, 2 wrong usage, 70 a defect of fbp.\n" +
        "\nStart with:\n  fbp init my-policy\n  fbp check my-policy\n",
    );
  const named = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (named !== undefined) named(program, context);
  else for (const add of [...Object.values(COMMANDS), addCompletion]) add(program, context);
  for (const command of withInner(program)) {
    const help = `${fullName(command)} --help`;
    command.configureOutput({ outputError: (text) => context.refuse({ text, help }) });
  }
  return program;
}

/** `<file...>`, `[folder]` */
function shownArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function withInner(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withInner)];
}
