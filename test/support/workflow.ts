/** Steps of workflows and composite actions, run as GitHub's runner runs them: each script a process, with files for what it hands on. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function yamlOf<Shape>(file: string): Shape {
  return parse(readFileSync(file, "utf8"), { strict: true, uniqueKeys: true }) as Shape;
}

export interface Runner {
  /** The workspace; scripts start here. */
  readonly workspace: string;
  /** For what the runner keeps outside of the workspace. */
  readonly home: string;
  /** Folders before those of the system. */
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface StepResult {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Folders that were added to the path, one a line. */
  readonly added: string;
}

/**
 * @param values what an expression stands for, by its text
 * @throws Error for an expression that is not among them
 */
export async function runStep(
  runner: Runner,
  step: Step,
  values: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  const files = Object.fromEntries(
    ["GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"].map((name) => [name, join(runner.home, name)]),
  );
  mkdirSync(join(runner.home, "temp"), { recursive: true });
  for (const file of Object.values(files)) writeFileSync(file, "");
  const script = join(runner.home, "step.sh");
  writeFileSync(script, step.run ?? "");
  const options = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  const given = Object.entries(step.env ?? {}).map(([name, text]) => [name, evaluated(text, values)]);
  const child = spawn("bash", [...options, script], {
    cwd: runner.workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      HOME: runner.home,
      RUNNER_TEMP: join(runner.home, "temp"),
      GITHUB_WORKSPACE: runner.workspace,
      GITHUB_REPOSITORY: "team/service",
      ...files,
      ...runner.env,
      ...Object.fromEntries(given),
      PATH: [...runner.path, process.env.PATH].join(delimiter),
    },
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  const [status] = (await once(child, "close")) as [number | null];
  const written = (name: string): string => {
    const file = files[name] ?? "";
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const outputs = [...written("GITHUB_OUTPUT").matchAll(/^([^=\n]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  return {
    status,
    out: out.join(""),
    err: err.join(""),
    outputs: Object.fromEntries(outputs),
    summary: written("GITHUB_STEP_SUMMARY"),
    added: written("GITHUB_PATH"),
  };
}

export function evaluated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = Object.hasOwn(values, expression) ? values[expression] : undefined;
    if (value === undefined) throw new Error(`nobody said what ${expression} is`);
    return value;
  });
}
