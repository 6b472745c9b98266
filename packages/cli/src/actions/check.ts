/** `fbp check` */
import { nodeHost } from "@fbp/dsl/node";
import type { CheckFormat } from "../commands/check.ts";
import { EXIT, UsageError } from "../exit.ts";
import { expand, STDIN } from "../files/expand.ts";
import { gathered, type Told } from "../files/gathered.ts";
import { placeOfFile } from "../files/place.ts";
import { recalled } from "../files/remembered.ts";
import type { Io } from "../io.ts";
import { type Finding, summaryOf } from "../render/finding.ts";
import { renderGithub } from "../render/github.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import type { CompileOptions } from "./compile.ts";
import type { Explained } from "./explained.ts";

export interface CheckOptions extends CompileOptions {
  readonly files: readonly string[];
  readonly format: CheckFormat;
  readonly explain: boolean;
  readonly watch: boolean;
}

/** The compiler is most of what a check loads: what was checked before, and is as it was, needs none. */
export async function check(io: Io, options: CheckOptions): Promise<number> {
  if (options.watch && options.files.includes(STDIN)) throw new UsageError("standard input cannot be watched");
  const files = expand(options.files, io.cwd);
  const known = knownOf(io, files, options);
  const told = files.flatMap((file) => known.get(file) ?? []);
  if (told.length === files.length) return show(io, options, { told, explained: null });
  const { checkAfresh } = await import("./check-afresh.ts");
  return checkAfresh(io, options, known, (shown) => show(io, options, shown));
}

/** What is known without a compiler, by the input's name; nothing where more is asked than what was found. */
function knownOf(io: Io, files: readonly string[], options: CheckOptions): ReadonlyMap<string, Told> {
  const known = new Map<string, Told>();
  const { kept } = io;
  if (kept === null || options.watch || options.explain) return known;
  for (const file of files) {
    if (file === STDIN) continue;
    const place = placeOfFile(io, file);
    const findings = recalled(kept, place, options, nodeHost(place.root));
    if (findings !== null) known.set(file, { place, findings });
  }
  return known;
}

/** What a check has come to. */
export interface Shown {
  /** Of each input. */
  readonly told: readonly Told[];
  /** Null where nobody asked. */
  readonly explained: Explained | null;
}

async function show(io: Io, options: CheckOptions, { told, explained }: Shown): Promise<number> {
  const names = options.format === "github" || options.format === "sarif" ? "repository" : "here";
  const findings = gathered(told, names);
  const files = told.map(({ place }) => place.shown);
  io.stdout.write(await render(io, options, files, findings, explained));
  return findings.some((finding) => finding.severity === "error") ? EXIT.problems : EXIT.fine;
}

async function render(
  io: Io,
  options: CheckOptions,
  files: readonly string[],
  findings: readonly Finding[],
  explained: Explained | null,
): Promise<string> {
  switch (options.format) {
    case "text": {
      const bounds = explained === null ? [] : explained.texts(paletteFor(io.stdout, io.env));
      return `${printFindings(io.stdout, io.env, findings)}${bounds.join("")}${summaryOf(findings, files.length)}\n`;
    }
    case "json":
      return jsonText({
        profile: options.profile,
        asOf: options.asOf,
        files,
        diagnostics: findings.map(jsonFinding),
        summary: jsonSummary(findings, files.length),
        ...(explained === null ? {} : { policies: explained.data() }),
      });
    case "sarif": {
      const { sarifOf } = await import("./check-sarif.ts");
      return sarifOf(findings);
    }
    case "github":
      return findings.map(renderGithub).join("");
  }
}
