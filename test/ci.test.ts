/** The action, the hooks and the example workflow: their own scripts, run in repositories made for it. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Action,
  type Runner,
  runStep,
  type Step,
  type StepResult,
  type Workflow,
  yamlOf,
} from "./support/workflow.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WORLD = realpathSync(mkdtempSync(join(tmpdir(), "fbp-ci-")));
afterAll(() => rmSync(WORLD, { recursive: true, force: true }));

const ACTION = yamlOf<Action>(join(ROOT, "action.yml"));
const WORKFLOW = yamlOf<Workflow>(join(ROOT, "examples/ci/fallback-policies.yml"));
const SOURCES = ["action.yml", ".pre-commit-hooks.yaml", ...inExamples()];

const POLICY = readFileSync(join(ROOT, "packages/cli/templates/init/chat.fbp"), "utf8");
const CONTRACT = readFileSync(join(ROOT, "policies/contracts/openai-compatible.contract.json"), "utf8");
const PROJECT = { "policies/chat.fbp": POLICY, "policies/contracts/provider.contract.json": CONTRACT };

/** The command, bundled from its sources, under the name that users call it by. */
const FBP = command("tools/fbp", `exec "${process.execPath}" "${WORLD}/dist/fbp.js" "$@"`);
beforeAll(async () => {
  const { bundle } = (await import(new URL("../packages/cli/bundle.ts", import.meta.url).href)) as {
    readonly bundle: (outdir: string) => Promise<unknown>;
  };
  write(WORLD, { "package.json": '{ "type": "module" }' });
  await bundle(join(WORLD, "dist"));
});

interface Hook {
  readonly id: string;
  readonly language: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly files: string;
  readonly pass_filenames?: boolean;
}

function inExamples(): readonly string[] {
  return readdirSync(join(ROOT, "examples/ci")).map((name) => `examples/ci/${name}`);
}

/** A script of that name, below `WORLD`; gives its folder. */
function command(name: string, script: string): string {
  const file = join(WORLD, name);
  write(WORLD, { [name]: `#!/usr/bin/env bash\n${script}\n` });
  chmodSync(file, 0o755);
  return dirname(file);
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

let made = 0;

/** A runner whose workspace is a repository with these files. */
function runnerWith(files: Readonly<Record<string, string>>, ...path: readonly string[]): Runner {
  made += 1;
  const workspace = join(WORLD, `${made}`, "work space");
  mkdirSync(workspace, { recursive: true });
  git(workspace, "init", "--quiet", "--initial-branch=main");
  commit(workspace, files);
  return {
    workspace,
    home: join(WORLD, `${made}`),
    path: [...path, FBP],
    env: { NODE_COMPILE_CACHE: join(WORLD, "compiled") },
  };
}

function git(folder: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=ci", "-c", "user.email=ci@example.test", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** Its name. */
function commit(folder: string, files: Readonly<Record<string, string>>): string {
  write(folder, files);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=a change");
  return git(folder, "rev-parse", "HEAD");
}

function named(steps: readonly Step[] | undefined, name: string): Step {
  const step = steps?.find((one) => one.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

/** The action with the defaults of what is not given, up to the step that fails. */
async function act(runner: Runner, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const values = Object.fromEntries(
    Object.entries(ACTION.inputs).map(([name, input]) => [`inputs.${name}`, inputs[name] ?? input.default]),
  );
  let last: StepResult | undefined;
  for (const step of ACTION.runs.steps) {
    last = await runStep(runner, step, values);
    if (last.status !== 0) break;
  }
  if (last === undefined) throw new Error("the action has no steps");
  return last;
}

/** What code scanning asks of a file: a place in the repository and a rule for each result. */
function resultsOf(file: string | undefined): readonly { readonly level: string; readonly uri: string }[] {
  const place = { artifactLocation: { uri: expect.not.stringMatching(/^(?:\/|[a-z]+:)/) } };
  const log = JSON.parse(readFileSync(file ?? "", "utf8")) as {
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly locations: readonly [{ physicalLocation: { artifactLocation: { uri: string }; region: object } }];
      }[];
    }[];
  };
  expect(log).toMatchObject({ version: "2.1.0", runs: [{ tool: { driver: { name: "fbp" } } }] });
  return (log.runs[0]?.results ?? []).map((result) => {
    const [{ physicalLocation }] = result.locations;
    expect(physicalLocation).toMatchObject(place);
    expect(physicalLocation.region).toMatchObject({ startLine: expect.any(Number), startColumn: expect.any(Number) });
    expect(log.runs[0]?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    return { level: result.level, uri: physicalLocation.artifactLocation.uri };
  });
}

describe("the files", () => {
  test.each(SOURCES)("%s is right YAML and names no registry", (name) => {
    expect(yamlOf<object>(join(ROOT, name))).toBeTypeOf("object");
    expect(readFileSync(join(ROOT, name), "utf8")).not.toMatch(/registry\.|npmjs/);
  });

  test("no script holds an expression, so that no value is run as a part of one", () => {
    const steps = [ACTION.runs.steps, ...Object.values(WORKFLOW.jobs).map((job) => job.steps)].flat();
    expect(steps.filter(({ run }) => run !== undefined).length).toBeGreaterThan(6);
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  test("the workflow gives each job what it needs and no more", () => {
    expect(WORKFLOW.permissions).toEqual({});
    expect(Object.fromEntries(Object.entries(WORKFLOW.jobs).map(([name, job]) => [name, job.permissions]))).toEqual({
      check: { contents: "read", "security-events": "write" },
      changes: { contents: "read" },
      comment: { "pull-requests": "write" },
    });
    expect(Object.keys(WORKFLOW.on)).not.toContain("pull_request_target");
    expect(WORKFLOW.jobs.comment?.steps.map(({ uses }) => uses)).not.toContainEqual(
      expect.stringContaining("checkout"),
    );
  });

  test("the workflow gives the action inputs that it has", () => {
    const given = WORKFLOW.jobs.check?.steps.find(({ name }) => name === "Check")?.with ?? {};
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(ACTION.runs.steps.map(({ id }) => id)).toContain(
      /steps\.(\w+)\./.exec(ACTION.outputs.sarif?.value ?? "")?.[1],
    );
  });
});

describe.concurrent("the action", () => {
  test("shows what it finds beside the lines, writes it as SARIF, and ends as fbp check", async () => {
    const runner = runnerWith(PROJECT);
    const { status, out, outputs } = await act(runner, {
      files: "chat.fbp\n",
      "working-directory": "policies",
      profile: "production",
      "as-of": "2026-11-22",
    });
    const lines = out.split("\n").filter((line) => line.startsWith("::"));
    expect([status, outputs.sarif]).toEqual([1, join(runner.home, "temp/fbp.sarif")]);
    expect(lines[0]).toMatch(
      /^::error file=policies\/chat\.fbp,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=FBP\d+::/,
    );
    expect(resultsOf(outputs.sarif)).toEqual(lines.map(() => ({ level: "error", uri: "policies/chat.fbp" })));
  });

  test("passes where there are warnings only, in a folder whose name has spaces", async () => {
    const runner = runnerWith({
      "my policies/chat.fbp": POLICY,
      "my policies/contracts/provider.contract.json": CONTRACT,
    });
    const { status, out, outputs } = await act(runner, { files: "\nmy policies", sarif: "out/of check.sarif" });
    expect([status, out]).toEqual([0, expect.stringMatching(/^::warning file=my policies\/chat\.fbp,/)]);
    const results = resultsOf(join(runner.workspace, "out/of check.sarif"));
    expect(results).toContainEqual({ level: "warning", uri: "my%20policies/chat.fbp" });
    expect(outputs.sarif).toBe(join(runner.workspace, "out/of check.sarif"));
  });

  const HOSTILE = "$(touch pwned) `touch pwned` \"; touch pwned; ' && touch pwned #";

  test("takes no input for a part of a script", async () => {
    const runner = runnerWith(PROJECT);
    const files = await act(runner, { files: `${HOSTILE}\n--help\n*` });
    expect([files.status, files.out]).toEqual([1, expect.stringContaining("touch pwned")]);
    expect(resultsOf(files.outputs.sarif).length).toBeGreaterThanOrEqual(3);
    for (const input of ["profile", "working-directory", "version"]) {
      const { status, outputs } = await act(runner, { [input]: HOSTILE });
      expect([input, status, outputs]).toEqual([input, 2, {}]);
    }
    // What was not checked leaves nothing to upload.
    expect(existsSync(files.outputs.sarif ?? "")).toBe(false);
    const found = readdirSync(WORLD, { recursive: true, encoding: "utf8" });
    expect(found.filter((name) => name.endsWith("pwned"))).toEqual([]);
  });

  const find = named(ACTION.runs.steps, "Find fbp");
  const found = (runner: Runner, version = ""): Promise<StepResult> =>
    runStep(runner, find, { "inputs.working-directory": ".", "inputs.version": version });

  test("prefers the command that the project has", async () => {
    const runner = runnerWith({ ".gitignore": "node_modules" });
    write(runner.workspace, { "node_modules/.bin/fbp": "" });
    chmodSync(join(runner.workspace, "node_modules/.bin/fbp"), 0o755);
    expect(await found(runner)).toMatchObject({ status: 0, added: `${runner.workspace}/node_modules/.bin\n` });
  });

  test("installs the version that is asked for, outside of the workspace, and nothing that is no version", async () => {
    const npm = command("npm/npm", 'printf "%s\\n" "$@"');
    const runner = runnerWith({ "README.md": "" }, npm);
    const { status, out, added } = await found(runner, "1.2.3-rc.1");
    const home = join(runner.home, "temp/fbp");
    expect([status, added]).toEqual([0, `${home}/node_modules/.bin\n`]);
    expect(out.split("\n")).toEqual(
      expect.arrayContaining(["install", "--ignore-scripts", home, "@fbp/cli@1.2.3-rc.1"]),
    );
    for (const version of ["file:.", "latest", "1.2.3 evil", "1.2.3\nevil"]) {
      expect(await found(runner, version)).toMatchObject({ status: 2, added: "" });
    }
  });

  test("says what to do where there is no command", async () => {
    const runner = runnerWith({ "README.md": "" });
    const { status, out } = await found({ ...runner, path: [command("none/other", "")] });
    expect([status, out]).toEqual([2, expect.stringMatching(/^::error title=fbp::fbp is neither .*install @fbp\/cli/)]);
  });
});

describe.concurrent("the diff of a pull request", () => {
  const step = named(WORKFLOW.jobs.changes?.steps, "Compare with the merge base");
  const compare = async (runner: Runner, base: string, head: string) => {
    const result = await runStep(runner, step, {
      "github.event.pull_request.base.sha": base,
      "github.event.pull_request.head.sha": head,
    });
    return { ...result, body: readFileSync(join(runner.home, "temp/comment/body.md"), "utf8") };
  };

  test("tells what the branch changes, not what came to main meanwhile", async () => {
    const strange = "policies/`$(touch pwned)`\n.fbp";
    const runner = runnerWith({ ...PROJECT, "policies/old.fbp": "// gone soon\n", "policies/broken.fbp": "never {" });
    const { workspace } = runner;
    git(workspace, "switch", "--quiet", "--create", "change");
    await rm(join(workspace, "policies/old.fbp"));
    const changed = { "policies/chat.fbp": POLICY.replace(/attempts {2}3$/m, "attempts  2"), [strange]: "never {" };
    const head = commit(workspace, changed);
    git(workspace, "switch", "--quiet", "main");
    const base = commit(workspace, { "policies/chat.fbp": POLICY.replace(/deadline {2}20s/, "deadline  25s") });
    git(workspace, "switch", "--quiet", "change");

    const { status, err, outputs, body, summary } = await compare(runner, base, head);
    expect([status, outputs.changed], err).toEqual([0, "true"]);
    expect(body).toMatch(/^<!-- fbp diff -->\n/);
    expect(body).toContain("## What this change does");
    expect(body).toContain("| attempts | `3` | `2` |");
    expect(body).not.toContain("25s");
    expect(body).toContain("**`policies/old.fbp` is removed.**");
    expect(body).toContain("**`policies/???touch pwned???.fbp` is new.**");
    expect(body).not.toContain("broken.fbp");
    expect(`<!-- fbp diff -->\n${summary}`).toBe(body);
    expect(existsSync(join(workspace, "pwned"))).toBe(false);
  });

  test("says that a version has errors, and where there is more than fits into a comment", async () => {
    const deep = `${"long".repeat(50)}/`.repeat(15);
    const fresh = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${deep}${at}.fbp`, ""]));
    const runner = runnerWith(PROJECT);
    const base = git(runner.workspace, "rev-parse", "HEAD");
    const head = commit(runner.workspace, { ...fresh, "a/new.fbp": "", "policies/chat.fbp": `${POLICY}}` });
    const { status, body, summary } = await compare(runner, base, head);
    expect([status, body.length < 65_536, summary.length > 65_536]).toEqual([0, true, true]);
    expect(body.match(/There is more than fits here/g)).toHaveLength(1);
    expect(summary).toContain("**`policies/chat.fbp` was not compared**: one of its versions has errors.");
  });

  test("has nothing to tell of another layout", async () => {
    const runner = runnerWith(PROJECT);
    const base = git(runner.workspace, "rev-parse", "HEAD");
    const head = commit(runner.workspace, { "policies/chat.fbp": `// a word\n${POLICY}` });
    const { status, outputs, body } = await compare(runner, base, head);
    expect([status, outputs.changed]).toEqual([0, "false"]);
    expect(body).toBe("<!-- fbp diff -->\nNo policy changes in what it does.\n\n");
  });
});

describe.concurrent("the comment", () => {
  const step = named(WORKFLOW.jobs.comment?.steps, "Write the comment, or bring it up to date");

  /** What is asked of `gh` but the list, an argument a line. */
  const written = async (changed: string, ids: string): Promise<readonly string[]> => {
    const gh = command(
      `gh-${changed}-${ids.length}/gh`,
      'if [ "$2" = --paginate ]; then printf %s "$IDS"; else printf "%s\\n" "$@"; fi',
    );
    const runner = runnerWith({ "README.md": "" }, gh);
    const { status, out, err } = await runStep({ ...runner, env: { IDS: ids } }, step, {
      "needs.changes.outputs.changed": changed,
      "github.token": "t",
      "github.event.pull_request.number": "7",
    });
    expect([status, err]).toEqual([0, ""]);
    return out.replaceAll(runner.home, "HOME").split("\n").filter(Boolean);
  };
  const body = "body=@HOME/temp/comment/body.md";

  test("is written once", async () => {
    const asked = await written("true", "");
    expect(asked.slice(-5)).toEqual(["--method", "POST", "repos/team/service/issues/7/comments", "--field", body]);
  });

  test.each(["true", "false"])("is brought up to date from then on (changed: %s)", async (changed) => {
    const asked = await written(changed, "31\n32\n");
    expect(asked.slice(-5)).toEqual(["--method", "PATCH", "repos/team/service/issues/comments/31", "--field", body]);
  });

  test("is not written where there is nothing to say", async () => {
    expect(await written("false", "")).toEqual([]);
  });

  test("is found by its first line and its author", () => {
    expect(step.run).toContain('.user.login == "github-actions[bot]" and (.body | startswith("<!-- fbp diff -->"))');
  });
});

describe.concurrent("the hooks and the other steps", () => {
  const hooks = yamlOf<readonly Hook[]>(join(ROOT, ".pre-commit-hooks.yaml"));

  test("there are three, and the example uses them", () => {
    const example = yamlOf<{ readonly repos: readonly { readonly hooks: readonly { readonly id: string }[] }[] }>(
      join(ROOT, "examples/ci/pre-commit-config.yaml"),
    );
    const ids = hooks.map(({ id }) => id).sort();
    expect(ids).toEqual(["fbp-check", "fbp-fmt", "fbp-test"]);
    expect(example.repos.flatMap((repo) => repo.hooks.map(({ id }) => id)).sort()).toEqual(ids);
  });

  /** As the framework calls it: the entry, the arguments, and the staged files that it is for. */
  const hooked = (runner: Runner, id: string, staged: readonly string[]): Promise<StepResult> => {
    const hook = hooks.find((one) => one.id === id);
    if (hook === undefined) throw new Error(`there is no hook ${id}`);
    const files = hook.pass_filenames === false ? [] : staged.filter((name) => new RegExp(hook.files).test(name));
    const words = [...hook.args, ...files].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return runStep(runner, { run: [hook.entry, ...words].join(" ") });
  };

  test("fbp-check and fbp-test look at all policies", async () => {
    const runner = runnerWith(PROJECT);
    const staged = ["policies/contracts/provider.contract.json"];
    const [checked, played] = [await hooked(runner, "fbp-check", staged), await hooked(runner, "fbp-test", staged)];
    expect([checked.status, checked.out]).toEqual([0, expect.stringContaining("warning")]);
    expect([played.status, played.out]).toEqual([0, expect.stringContaining("3")]);
  });

  test("fbp-fmt lays out what is staged, and the workflow sees what is not laid out", async () => {
    const runner = runnerWith({ ...PROJECT, "policies/chat.fbp": POLICY.replace("deadline  20s", "deadline 20s") });
    const layout = named(WORKFLOW.jobs.check?.steps, "Look at the layout");
    expect(await runStep(runner, layout)).toMatchObject({ status: 1, out: "policies/chat.fbp is not laid out\n" });
    expect(await hooked(runner, "fbp-fmt", ["policies/chat.fbp", "README.md"])).toMatchObject({ status: 0 });
    expect(readFileSync(join(runner.workspace, "policies/chat.fbp"), "utf8")).toBe(POLICY);
  });

  test("the workflow plays the scenarios, and shows the one that fails beside its line", async () => {
    const runner = runnerWith({
      ...PROJECT,
      "policies/chat.fbp": POLICY.replace("attempts 3, within", "attempts 2, within"),
    });
    const { status, out } = await runStep(runner, named(WORKFLOW.jobs.check?.steps, "Play the scenarios"));
    expect([status, out]).toEqual([1, expect.stringMatching(/^::error file=policies\/chat\.fbp,line=\d+/m)]);
  });
});
