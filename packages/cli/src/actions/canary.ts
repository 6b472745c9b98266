/** `fbp canary`: one small call over each path, judged as the policy judges answers. */
import { loadValidators } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { UsageError as RuntimeUsageError } from "@fbp/runtime/engine";
import { call, type Ready, ready, type Seen } from "../canary/call.ts";
import { curlOf } from "../canary/curl.ts";
import { evidenceWith, type Keeping, openEvidence, type Shown, shownBy } from "../canary/evidence.ts";
import { cleanerOf, cleanWords } from "../canary/keys.ts";
import { hasNoAddress, openAreas, type PathToCall, pathsIn } from "../canary/paths.ts";
import type { Settings } from "../canary/target.ts";
import type { CanaryFormat } from "../commands/canary.ts";
import { EXIT, UsageError } from "../exit.ts";
import { save } from "../files/save.ts";
import { type Io, widthFor } from "../io.ts";
import { type Called, canaryAsJson, canaryAsText, type Written } from "../render/canary.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { printable } from "../render/width.ts";
import { compileInputs, findingsOf } from "./compile.ts";

export interface CanaryOptions {
  readonly files: readonly string[];
  /** None: all. */
  readonly paths: readonly string[];
  readonly policy: string | null;
  readonly print: boolean;
  readonly streams: boolean;
  readonly evidence: string | null;
  readonly timeoutMs: number | null;
  readonly format: CanaryFormat;
  /** ISO day. */
  readonly asOf: string;
}

/** @throws UsageError for names that there are not, evidence of another path, and a key that is missing */
export async function canary(io: Io, options: CanaryOptions): Promise<number> {
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf, prove: false });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    if (options.format === "json") {
      io.stdout.write(jsonText({ paths: [], evidence: null, diagnostics: errors.map(jsonFinding) }));
    } else {
      io.stderr.write(`${printFindings(io.stderr, io.env, errors)}fbp: nothing was called, since there are errors\n`);
    }
    return EXIT.problems;
  }
  await loadValidators();
  const paths = pathsIn(compiled, options);
  const settings: Settings = { timeoutMs: options.timeoutMs, streams: options.streams };
  const unfit = paths.flatMap((path) => whyUnfit(path, settings));
  if (unfit.length > 0) {
    io.stderr.write([...new Set(unfit)].map((why) => `fbp: ${printable(why)}\n`).join(""));
    return EXIT.problems;
  }
  if (options.print) {
    io.stdout.write(
      paths.map(({ target, title }) => `# ${printable(title)}\n${curlOf(target, settings)}\n`).join("\n"),
    );
    return EXIT.fine;
  }
  return callAll(io, options, paths, settings);
}

/** An area without a value, or with one that no call can be made with. */
function whyUnfit(path: PathToCall, settings: Settings): readonly string[] {
  const { target, contract, file } = path;
  if (hasNoAddress(contract.contract)) {
    return [`the area endpoint of ${file} has no value yet: put the provider's address into endpoint.baseUrl`];
  }
  try {
    ready(target, settings);
    return [];
  } catch (error) {
    if (error instanceof RuntimeUsageError) return [`${error.message}, see endpoint and auth of ${file}`];
    throw error;
  }
}

async function callAll(
  io: Io,
  options: CanaryOptions,
  paths: readonly PathToCall[],
  settings: Settings,
): Promise<number> {
  const keeping =
    options.evidence === null
      ? null
      : await openEvidence(
          io,
          options.evidence,
          paths.map(({ target }) => target),
        );
  if (keeping !== null && !("target" in keeping)) {
    const text =
      "problem" in keeping
        ? `fbp: ${printable(keeping.problem)}\n`
        : printFindings(io.stderr, io.env, keeping.findings);
    io.stderr.write(`${text}fbp: nothing was called\n`);
    return EXIT.problems;
  }
  const calls = withKeys(io, paths, settings);
  const clean = cleanerOf(calls.flatMap(({ prepared }) => prepared.routes.flatMap(({ key }) => key ?? [])));
  const called = await inOrder(io, paths, calls, (text) => cleanWords(clean, text));
  const written = keeping === null ? null : writeEvidence(io, options, keeping, called);
  if (written?.failed === true) return EXIT.problems;
  const shown = written?.written ?? null;
  if (options.format === "json") {
    io.stdout.write(jsonText({ ...canaryAsJson(called, shown), diagnostics: [] }));
  } else {
    io.stdout.write(canaryAsText(called, shown, paletteFor(io.stdout, io.env), widthFor(io.stdout)));
  }
  return called.every(({ seen }) => seen.ok) ? EXIT.fine : EXIT.problems;
}

/** @throws UsageError with the first variable that holds no key */
function withKeys(io: Io, paths: readonly PathToCall[], settings: Settings): readonly Ready[] {
  try {
    return paths.map(({ target }) =>
      ready(target, settings, (name) => (Object.hasOwn(io.env, name) ? io.env[name] : undefined)),
    );
  } catch (error) {
    if (error instanceof RuntimeUsageError) throw new UsageError(error.message);
    throw error;
  }
}

/** One after the other: a canary is no load. */
async function inOrder(
  io: Io,
  paths: readonly PathToCall[],
  calls: readonly Ready[],
  clean: (text: string) => string,
): Promise<readonly Called[]> {
  const progress = new Progress(io);
  const called: Called[] = [];
  for (const [index, path] of paths.entries()) {
    const show = (): void => progress.show(`${index + 1} of ${paths.length}: ${printable(path.title)}`);
    show();
    const calledOff = io.schedule(PROGRESS_MS, show);
    let seen: Seen | null;
    try {
      seen = await call(nth(calls, index), io.interrupted, clean);
    } finally {
      calledOff();
      progress.clear();
    }
    io.interrupted.throwIfAborted();
    if (seen === null) throw new Error("the call was given up by nobody");
    called.push({ path, seen, open: openAreas(path) });
  }
  return called;
}

/** Just after progress may be shown. */
const PROGRESS_MS = 310;

function writeEvidence(
  io: Io,
  { asOf }: CanaryOptions,
  keeping: Keeping,
  called: readonly Called[],
): { readonly written: Written; readonly failed: boolean } | null {
  const about = called.find(({ path }) => path.target === keeping.target);
  if (about === undefined) return null;
  const shown: Shown = shownBy(about.seen, keeping, asOf);
  const written = { file: keeping.file, path: keeping.fallback.path, for: keeping.fallback.for, shown };
  if (shown.record === null) return { written, failed: false };
  return { written, failed: !save(io, [{ path: keeping.path, text: evidenceWith(keeping, [shown]) }]) };
}
