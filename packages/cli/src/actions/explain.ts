/** `fbp explain`: one failure, or one recorded request, played through policies. */
import { type Explanation, explainFailure, loadValidators, type Policy, type PolicyModel, type Reply } from "@fbp/dsl";
import type { TransportFault } from "@fbp/runtime/core";
import { UsageError as RequestError } from "@fbp/runtime/engine";
import type { ExplainFormat } from "../commands/explain.ts";
import { EXIT, UsageError } from "../exit.ts";
import { readBytes } from "../files/bytes.ts";
import { type Rename, renamer } from "../files/shown.ts";
import { meant } from "../files/suggest.ts";
import type { Io } from "../io.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { jsonExplanation, renderExplanation } from "../render/why.ts";
import { printable } from "../render/width.ts";
import { type Compiled, compileInputs, findingsOf, policiesIn } from "./compile.ts";
import { explainOutcomes } from "./explain-outcomes.ts";

export interface ExplainOptions {
  readonly files: readonly string[];
  readonly format: ExplainFormat;
  /** ISO day. */
  readonly asOf: string;
  readonly status?: number;
  /** A file, or `-`. */
  readonly body?: string;
  /** `name: value` each. */
  readonly headers: readonly string[];
  readonly transport?: TransportFault;
  readonly signal?: string;
  readonly afterToken?: boolean;
  readonly policy?: string;
  readonly path?: string;
  /** A file, or `-`. */
  readonly request?: string;
  /** A JSON object. */
  readonly context?: string;
  readonly after?: number;
  readonly at?: number;
  /** A file of recorded outcomes. */
  readonly outcome?: string;
  readonly trace?: string;
}

/** One of the policies that were given. */
export interface Subject {
  readonly compiled: Compiled;
  readonly model: PolicyModel;
  readonly policy: Policy;
  readonly rename: Rename;
}

/** @throws UsageError for options that do not go together, and for names that there are not */
export async function explain(io: Io, options: ExplainOptions): Promise<number> {
  checkTogether(options);
  const isStart = options.path === undefined && (options.after ?? 0) === 0;
  const prove = options.outcome === undefined && !isStart;
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf, prove });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    if (options.format === "json") io.stdout.write(jsonText({ explained: [], diagnostics: errors.map(jsonFinding) }));
    else
      io.stderr.write(
        `${printFindings(io.stderr, io.env, errors)}fbp: nothing was explained, since there are errors\n`,
      );
    return EXIT.problems;
  }
  await loadValidators();
  const subjects = subjectsOf(compiled, options.policy);
  if (options.outcome !== undefined) return explainOutcomes(io, subjects, { ...options, outcome: options.outcome });
  const given = await givenOf(io, options);
  if (typeof given === "string") {
    io.stderr.write(`fbp: ${printable(given)}\n`);
    return EXIT.problems;
  }
  const once = new Set(policiesIn(compiled).map(({ model }) => model));
  const explained = subjects
    .filter(({ model }) => once.has(model))
    .flatMap((subject) => explainIn(subject, options, given));
  if (explained.length === 0) throw new UsageError(noPath(subjects, options.path ?? ""));
  print(io, options, explained);
  return explained.some(({ explanation }) => explanation.kind === "unreachable") ? EXIT.problems : EXIT.fine;
}

const KINDS = ["status", "transport", "signal", "outcome"] as const;

function checkTogether(options: ExplainOptions): void {
  const given = KINDS.filter((kind) => options[kind] !== undefined);
  if (given.length !== 1) {
    const all = KINDS.map((kind) => `--${kind}`).join(", ");
    throw new UsageError(`say what failed with one of ${all}, see fbp explain --help`);
  }
  const [kind] = given;
  const needs = (option: string, isGiven: boolean, other: string): void => {
    if (isGiven && kind !== other)
      throw new UsageError(`--${option} goes with --${other} only, see fbp explain --help`);
  };
  needs("body", options.body !== undefined, "status");
  needs("header", options.headers.length > 0, "status");
  needs("trace", options.trace !== undefined, "outcome");
  if (kind === "outcome" && options.trace === undefined) throw new UsageError("--outcome needs --trace ID");
  if (options.body === "-" && options.request === "-") throw new UsageError("standard input can be one file only");
  if (options.files.includes("-") && (options.body === "-" || options.request === "-")) {
    throw new UsageError("standard input can be one file only");
  }
}

function subjectsOf(compiled: readonly Compiled[], name: string | undefined): readonly Subject[] {
  const all = compiled.flatMap((one): readonly Subject[] => {
    const policies = one.compilation.policies();
    const rename = renamer(one.input.nameFromHere);
    return (one.compilation.program?.policies ?? []).flatMap((model) => {
      const policy = policies.find((each) => each.name === model.name);
      return policy === undefined ? [] : [{ compiled: one, model, policy, rename }];
    });
  });
  const found = name === undefined ? all : all.filter(({ model }) => model.name === name);
  if (found.length > 0) return found;
  if (name === undefined) throw new UsageError("there is no policy in what was given");
  throw new UsageError(
    `no policy is called ${JSON.stringify(name)}${meant(
      name,
      all.map(({ model }) => model.name),
    )}`,
  );
}

function noPath(subjects: readonly Subject[], path: string): string {
  const names = subjects.flatMap(({ model }) => model.paths.map(({ name }) => name));
  return `no path is called ${JSON.stringify(path)}${meant(path, names)}`;
}

interface Given {
  readonly body: string;
  readonly request: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

const MOST_BYTES = 8 * 1024 * 1024;

/** A text says what cannot be read. */
async function givenOf(io: Io, options: ExplainOptions): Promise<Given | string> {
  const context = contextOf(options.context);
  const read = async (file: string | undefined): Promise<{ readonly text: string } | { readonly problem: string }> => {
    if (file === undefined) return { text: "" };
    const bytes = await readBytes(io, file, MOST_BYTES);
    return bytes.kind === "problem" ? { problem: `${file} cannot be read: ${bytes.why}` } : { text: bytes.text };
  };
  const body = await read(options.body);
  if ("problem" in body) return body.problem;
  const request = await read(options.request);
  if ("problem" in request) return request.problem;
  if (options.request === undefined) return { body: body.text, request: undefined, context };
  try {
    return { body: body.text, request: JSON.parse(request.text) as unknown, context };
  } catch {
    return `${options.request} is no JSON`;
  }
}

function contextOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new UsageError(`--context is a JSON object, as '{ "tier": "paid" }'`);
}

interface ExplainedIn {
  readonly subject: Subject;
  readonly explanation: Explanation;
}

function explainIn(subject: Subject, options: ExplainOptions, given: Given): readonly ExplainedIn[] {
  const { model, policy, compiled } = subject;
  const path = options.path === undefined ? model.start : model.paths.findIndex(({ name }) => name === options.path);
  if (path === -1) return [];
  const examined = compiled.compilation.examined.find((one) => one.policy.name === model.name);
  try {
    const explanation = explainFailure(policy, model, examined?.proved ?? null, {
      path,
      reply: replyOf(options, given, model),
      ...(given.request === undefined ? {} : { request: given.request }),
      context: given.context,
      made: options.after ?? null,
      atMs: options.at ?? null,
      afterToken: options.afterToken ?? false,
      wallNow: Date.parse(`${options.asOf}T00:00:00Z`),
    });
    return [{ subject, explanation }];
  } catch (error) {
    if (error instanceof RequestError) throw new UsageError(error.message);
    throw error;
  }
}

function replyOf(options: ExplainOptions, { body }: Given, { signals }: PolicyModel): Reply {
  if (options.transport !== undefined) return { kind: "fault", fault: options.transport };
  if (options.signal === undefined) {
    return { kind: "answered", status: options.status ?? 0, headers: headersOf(options.headers), body };
  }
  const names = signals.map(({ name }) => name);
  const signal = names.indexOf(options.signal);
  if (signal === -1) {
    throw new UsageError(`no signal is called ${JSON.stringify(options.signal)}${meant(options.signal, names)}`);
  }
  return { kind: "signal", signal };
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function print(io: Io, options: ExplainOptions, explained: readonly ExplainedIn[]): void {
  if (options.format === "json") {
    const entries = explained.map(({ subject, explanation }) => ({
      file: subject.compiled.input.shown,
      ...jsonExplanation(explanation, subject.rename),
    }));
    io.stdout.write(jsonText({ explained: entries, diagnostics: [] }));
    return;
  }
  const palette = paletteFor(io.stdout, io.env);
  const width = io.stdout.isTerminal ? io.stdout.columns : 100;
  const texts = explained.map(({ subject, explanation }) =>
    renderExplanation(explanation, {
      what: whatFailed(options),
      file: subject.model.span.source.name,
      rename: subject.rename,
      palette,
      width,
    }),
  );
  io.stdout.write(texts.join("\n"));
}

/** `429`, `attempt_timeout`: how the failure was given. */
function whatFailed({ status, transport, signal }: ExplainOptions): string {
  return status === undefined ? (transport ?? signal ?? "") : String(status);
}
