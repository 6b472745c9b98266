/** `fbp fmt` */
import { compile, format } from "@fbp/dsl";
import type { FmtFormat } from "../commands/fmt.ts";
import { EXIT } from "../exit.ts";
import { type Input, inputsOf } from "../files/input.ts";
import { save } from "../files/save.ts";
import { renamedFinding, renamer } from "../files/shown.ts";
import { suggested } from "../files/suggest.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { type Finding, plural } from "../render/finding.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { printable } from "../render/width.ts";

export interface FmtOptions {
  readonly files: readonly string[];
  readonly check: boolean;
  readonly format: FmtFormat;
}

type Laid =
  | { readonly kind: "same"; readonly input: Input; readonly text: string }
  | { readonly kind: "changed"; readonly input: Input; readonly text: string }
  | { readonly kind: "failed"; readonly input: Input; readonly findings: readonly Finding[] };

/** A file that has problems is left as it is; the others are laid out all the same. */
export async function fmt(io: Io, options: FmtOptions): Promise<number> {
  const inputs = await inputsOf(io, options.files);
  const progress = new Progress(io);
  const laid: Laid[] = [];
  for (const [index, input] of inputs.entries()) {
    await progress.step(`${index + 1} of ${inputs.length}: ${input.shown}`);
    laid.push(layOut(input));
  }
  progress.clear();
  const changed = laid.filter((each) => each.kind === "changed");
  const failed = laid.some((each) => each.kind === "failed");
  const written = options.check || save(io, changed.flatMap(fileOf));
  if (options.format === "json") printJson(io, laid);
  else printText(io, options, laid, written);
  return failed || !written || (options.check && changed.length > 0) ? EXIT.problems : EXIT.fine;
}

function layOut(input: Input): Laid {
  const file = input.host.read(input.entry);
  // What is wrong with a file that cannot be read, the compiler says.
  const result =
    file.kind === "text"
      ? format({ name: input.entry, text: file.text })
      : { kind: "failed" as const, diagnostics: compile(input.entry, input.host, UNREAD).diagnostics };
  if (result.kind === "failed") {
    const rename = renamer(input.nameFromHere);
    return {
      kind: "failed",
      input,
      findings: result.diagnostics.map((each) => renamedFinding(suggested(each, input), rename)),
    };
  }
  const { text } = result;
  return file.kind === "text" && text === file.text ? { kind: "same", input, text } : { kind: "changed", input, text };
}

/** No verification is asked for. */
const UNREAD = { profile: "development", asOf: "1970-01-01" } as const;

/** Standard input has no file: it goes to standard output. */
function fileOf(laid: Extract<Laid, { text: string }>): FileToWrite[] {
  return laid.input.path === null ? [] : [{ path: laid.input.path, text: laid.text }];
}

function printText(io: Io, options: FmtOptions, laid: readonly Laid[], written: boolean): void {
  for (const each of laid) {
    if (each.kind === "failed") {
      io.stderr.write(printFindings(io.stderr, io.env, each.findings));
      io.stderr.write(`${printable(each.input.shown)} is left as it is\n`);
    } else if (each.input.path === null && !options.check) {
      io.stdout.write(each.text);
    } else if (each.kind === "changed" && options.check) {
      io.stdout.write(`${printable(each.input.shown)} is not laid out\n`);
    } else if (each.kind === "changed" && written) {
      io.stdout.write(`laid out ${printable(each.input.shown)}\n`);
    }
  }
  const changed = laid.filter((each) => each.kind === "changed").length;
  if (options.check && changed > 0) io.stderr.write(`${plural(changed, "file")} to lay out; fbp fmt does it\n`);
}

function printJson(io: Io, laid: readonly Laid[]): void {
  io.stdout.write(
    jsonText({
      files: laid.map((each) => ({ file: each.input.shown, state: each.kind, text: inputText(each) })),
      diagnostics: laid.flatMap((each) => (each.kind === "failed" ? each.findings.map(jsonFinding) : [])),
    }),
  );
}

function inputText(laid: Laid): string | null {
  return laid.kind === "failed" || laid.input.path !== null ? null : laid.text;
}
