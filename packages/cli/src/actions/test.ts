/** `fbp test` */
import { loadValidators, runScenario, type ScenarioResult } from "@fbp/dsl";
import type { TestFormat } from "../commands/test.ts";
import { EXIT } from "../exit.ts";
import { type Rename, renamedSpan, renamer } from "../files/shown.ts";
import type { Io } from "../io.ts";
import { type Finding, plural, summaryOf } from "../render/finding.ts";
import { renderGithub } from "../render/github.ts";
import { jsonFinding, jsonPlace, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { renderScenario, scenarioSummary } from "../render/scenario.ts";
import { type Compiled, compileInputs, findingsOf } from "./compile.ts";

export interface TestOptions {
  readonly files: readonly string[];
  readonly format: TestFormat;
  /** ISO day. */
  readonly asOf: string;
}

/** A scenario's result with the file it was given in. */
interface Played {
  readonly result: ScenarioResult;
  readonly rename: Rename;
}

export async function test(io: Io, options: TestOptions): Promise<number> {
  const compiled = await compileInputs(io, options.files, {
    profile: "development",
    asOf: options.asOf,
    // A scenario shows what one request does, also of a policy that some other request breaks.
    prove: false,
  });
  const names = options.format === "github" ? "repository" : "here";
  const findings = findingsOf(compiled, names);
  await loadValidators();
  const played = await playAll(io, compiled, names);
  const failed = findings.some((finding) => finding.severity === "error");
  io.stdout.write(render(io, options, compiled, findings, played));
  return failed || played.some(({ result }) => !result.passed) ? EXIT.problems : EXIT.fine;
}

/** Each scenario once, also where several files use the one that it stands in. */
async function playAll(
  io: Io,
  compiled: readonly Compiled[],
  names: "here" | "repository",
): Promise<readonly Played[]> {
  const played = new Map<string, Played>();
  const progress = new Progress(io);
  for (const { input, compilation } of compiled) {
    const { program } = compilation;
    if (program === null || program.scenarios.length === 0) continue;
    const rename = renamer(names === "here" ? input.nameFromHere : input.nameInRepository);
    const policies = new Map(compilation.policies().map((policy) => [policy.name, policy]));
    for (const scenario of program.scenarios) {
      await progress.step(`${plural(played.size, "scenario")}: ${scenario.title}`);
      const { source, start } = scenario.tree.span;
      const model = program.policies.find((each) => each.name === scenario.policy);
      const policy = policies.get(scenario.policy);
      if (model === undefined || policy === undefined) throw new Error("a checked scenario names no policy");
      const key = `${rename(source).name}:${start}:${policy.digest}`;
      if (!played.has(key)) played.set(key, { result: runScenario(policy, model, scenario), rename });
    }
  }
  progress.clear();
  return [...played.values()];
}

function render(
  io: Io,
  options: TestOptions,
  compiled: readonly Compiled[],
  findings: readonly Finding[],
  played: readonly Played[],
): string {
  const errors = findings.filter((finding) => finding.severity === "error");
  switch (options.format) {
    case "text": {
      const palette = paletteFor(io.stdout, io.env);
      const results = played.map(({ result, rename }) => renderScenario(result, rename, palette));
      const summary = scenarioSummary(
        played.map(({ result }) => result),
        errors.length === 0,
      );
      const problems = errors.length === 0 ? "" : `${summaryOf(errors, compiled.length)}\n`;
      return `${printFindings(io.stdout, io.env, errors)}${problems}${results.join("")}${summary}\n`;
    }
    case "json":
      return jsonText({
        files: compiled.map(({ input }) => input.shown),
        diagnostics: errors.map(jsonFinding),
        scenarios: played.map(jsonScenario),
        summary: {
          scenarios: played.length,
          passed: played.filter(({ result }) => result.passed).length,
          failed: played.filter(({ result }) => !result.passed).length,
        },
      });
    case "github":
      return [...errors, ...played.flatMap(findingsOfScenario)].map(renderGithub).join("");
  }
}

function jsonScenario({ result, rename }: Played): object {
  const { scenario, passed } = result;
  const head = {
    title: scenario.title,
    policy: scenario.policy,
    ...jsonPlace(renamedSpan(scenario.tree.span, rename)),
    passed,
  };
  if (result.kind === "unplayable")
    return { ...head, unplayable: result.why, expectations: [], unmet: [], outcome: null };
  return {
    ...head,
    unplayable: null,
    expectations: result.comparisons.map(({ expected, got, met, span }) => ({
      expected,
      got,
      met,
      ...jsonPlace(renamedSpan(span, rename)),
    })),
    unmet: result.unmet.map((span) => jsonPlace(renamedSpan(span, rename))),
    outcome: result.outcome,
  };
}

/** What failed, at its places, for a printer of findings. */
function findingsOfScenario({ result, rename }: Played): readonly Finding[] {
  const finding = (span: Finding["span"], text: string): Finding => ({
    code: "fbp test",
    severity: "error",
    span: renamedSpan(span, rename),
    text: `${JSON.stringify(result.scenario.title)}: ${text}`,
    hint: undefined,
    related: [],
  });
  if (result.kind === "unplayable") return [finding(result.span, `it cannot be played: ${result.why}`)];
  return result.comparisons
    .filter((comparison) => !comparison.met)
    .map(({ span, expected, got }) => finding(span, `expected ${expected}, got ${got}`));
}
