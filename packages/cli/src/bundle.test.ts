/** The command as it ships: bundled, in a process of its own. */
import { type SpawnSyncOptionsWithStringEncoding, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "./testing/fbp.ts";
import { folderWith } from "./testing/folder.ts";
import { VERSION } from "./version.ts";

/** What esbuild says of the bundle, as far as it is asked here. */
interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string;
        readonly imports: readonly { readonly path: string; readonly kind: string }[];
        readonly inputs: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

const home = realpathSync(mkdtempSync(join(tmpdir(), "fbp-bundle-")));
const command = join(home, "bin/fbp.js");
let metafile: Metafile;

beforeAll(async () => {
  const { bundle } = (await import(new URL("../bundle.ts", import.meta.url).href)) as {
    readonly bundle: (outdir: string) => Promise<Metafile>;
  };
  metafile = await bundle(join(home, "dist"));
  cpSync(new URL("../bin", import.meta.url), join(home, "bin"), { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(argv: readonly string[], options: Partial<SpawnSyncOptionsWithStringEncoding> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...argv], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(home, "cache") },
    ...options,
  });
  return { status, out: stdout, err: stderr };
}

/** The packages in a part of the bundle and in all that it loads before it runs. */
function packagesIn(entry: string): ReadonlySet<string> {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const start = [...outputs].find(([, output]) => output.entryPoint === entry)?.[0];
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const output = outputs.get(name);
    if (output === undefined || seen.has(name)) return;
    seen.add(name);
    for (const input of Object.keys(output.inputs)) {
      const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (found !== undefined) packages.add(found);
    }
    for (const each of output.imports) if (each.kind === "import-statement") visit(basename(each.path));
  };
  if (start === undefined) throw new Error(`the bundle has no ${entry}`);
  visit(start);
  return packages;
}

test("the start loads the command line and nothing else", () => {
  expect([...packagesIn("src/fbp.ts")].sort()).toEqual(["commander", "picocolors"]);
});

test("a check loads nothing that only an artefact needs", () => {
  const packages = packagesIn("src/actions/index.ts");
  expect(packages).toContain("chevrotain");
  for (const name of ["ajv", "yaml"]) expect(packages).not.toContain(name);
});

test("the licences of what is in the bundle come with it", () => {
  const licences = readFileSync(join(home, "dist/assets/licences.txt"), "utf8");
  for (const name of ["commander", "chevrotain", "ajv", "yaml"])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
});

test("--version and --help", async () => {
  expect(run(["--version"])).toEqual({ status: 0, out: `${VERSION}\n`, err: "" });
  const { status, out } = run(["--help"]);
  expect({ status, out }).toEqual({ status: 0, out: (await fbp(["--help"])).out });
});

test("wrong usage is one line and status 2", () => {
  expect(run(["chekc"])).toEqual({ status: 2, out: "", err: "fbp: unknown command 'chekc', did you mean check?\n" });
});

test("a project from nothing, checked, tested and built, with the same bytes as from the sources", async () => {
  const cwd = folderWith({});
  expect(run(["init", "."], { cwd }).status).toBe(0);
  expect(run(["check", "."], { cwd })).toMatchObject({ status: 0, err: "" });
  expect(run(["fmt", "--check", "."], { cwd })).toEqual({ status: 0, out: "", err: "" });
  expect(run(["test", "."], { cwd }).out).toMatch(/^3 scenarios passed$/m);
  expect(run(["build", "chat.fbp", "--out-dir", "bundled"], { cwd }).status).toBe(0);
  await fbp(["build", "chat.fbp", "--out-dir", "sources"], { cwd });
  const names = readdirSync(join(cwd, "sources"));
  expect(names).toHaveLength(3);
  for (const name of names) {
    expect(readFileSync(join(cwd, "bundled", name), "utf8")).toBe(readFileSync(join(cwd, "sources", name), "utf8"));
  }
});

test("a contract from an OpenAPI document in YAML, and captures held against it", () => {
  const cwd = folderWith({ "answer.json": '{ "choices": [{ "message": { "content": 5 } }] }' });
  const document = fileURLToPath(new URL("actions/contract/fixtures/acme-3.0.yaml", import.meta.url));
  expect(run(["contract", "import", document, "--out", "acme.contract.json"], { cwd })).toMatchObject({
    status: 0,
    err: "",
  });
  const { status, out } = run(["contract", "check", "acme.contract.json", "answer.json"], { cwd });
  expect({ status, err: out.match(/FBP\d+: `[^`]*`/g) }).toMatchObject({
    status: 1,
    err: expect.arrayContaining(["FBP3301: `/choices/0/message/content`"]),
  });
});

test("SARIF has the page of each message as help", () => {
  const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
  const { status, out } = run(["check", "chat.fbp", "--format", "sarif"], { cwd });
  const { runs } = JSON.parse(out) as {
    runs: [{ tool: { driver: { rules: { id: string; help: { text: string } }[] } } }];
  };
  expect(status).toBe(1);
  const rule = runs[0].tool.driver.rules.find(({ id }) => id === "FBP2001");
  expect(rule?.help.text).toMatch(/^# FBP2001: /);
});

test("reads standard input and says nothing of progress in a pipe", () => {
  const { status, out, err } = run(["fmt", "-"], { input: POLICY.replaceAll("  ", " ") });
  expect({ status, out, err }).toEqual({ status: 0, out: POLICY, err: "" });
});

test("a reader that leaves early is no error", () => {
  const cwd = projectWith(undefined, { "wrong.fbp": "policy {\n".repeat(90) });
  const { stderr } = spawnSync("bash", ["-c", `"${process.execPath}" "${command}" check . | head -1`], {
    encoding: "utf8",
    cwd,
  });
  expect(stderr).toBe("");
});

describe("Ctrl-C", () => {
  test("ends a watch with the status of the last check", async () => {
    const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
    const child = spawn(process.execPath, [command, "check", "--watch", "chat.fbp"], { cwd });
    const status = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
    let out = "";
    for await (const chunk of child.stdout) {
      out += String(chunk);
      // By now it watches, or is about to: either way the signal is its own to answer.
      if (/in 1 file\n/.test(out)) child.kill("SIGINT");
    }
    expect(await status).toBe(1);
  });
});

test("a bundle that is not there is told in one line", () => {
  const empty = folderWith({ "package.json": '{ "type": "module" }' });
  cpSync(join(home, "bin"), join(empty, "bin"), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(empty, "bin/fbp.js")], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 70,
    stderr: "fbp: internal error FBP0000: it cannot be loaded: it is not built yet, run npm run build\n",
  });
});
