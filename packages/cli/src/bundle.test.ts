/** The command as it ships: bundled, in a process of its own. */
import { type SpawnSyncOptionsWithStringEncoding, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "./testing/fbp.ts";
import { folderWith } from "./testing/folder.ts";
import { compileAlone } from "./testing/strict-consumer.ts";
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

test("the start loads no package, and the command line what it is made of", () => {
  expect([...packagesIn("src/fbp.ts")]).toEqual([]);
  expect([...packagesIn("src/program.ts")].sort()).toEqual(["commander", "picocolors"]);
});

test("a check loads what a check needs and nothing else", () => {
  const packages = packagesIn("src/actions/check-afresh.ts");
  expect([...packages].sort()).toEqual([
    "@chevrotain/gast",
    "@chevrotain/regexp-to-ast",
    "@chevrotain/utils",
    "@noble/hashes",
    "chevrotain",
    "jsonc-parser",
    "zod",
  ]);
});

test("a check of what is remembered loads no compiler", () => {
  expect([...packagesIn("src/actions/check.ts")].sort()).toEqual(["@noble/hashes", "picocolors"]);
  const cwd = projectWith();
  const first = run(["check", "chat.fbp"], { cwd });
  expect(first).toMatchObject({ status: 0, out: expect.stringContaining("2 warnings in 1 file") });
  expect(run(["check", "chat.fbp"], { cwd })).toEqual(first);
  writeFileSync(join(cwd, "chat.fbp"), POLICY.replace("start primary", "start primry"));
  expect(run(["check", "chat.fbp"], { cwd })).toMatchObject({ status: 1, out: expect.stringContaining("FBP2001") });
});

test("V8 takes the code that earlier runs have kept of each part", () => {
  const cwd = projectWith();
  const cache = join(home, "kept");
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache };
  for (let at = 0; at < 4; at++) {
    writeFileSync(join(cwd, "chat.fbp"), `// ${at}\n${POLICY}`);
    expect(run(["check", "chat.fbp"], { cwd, env }).status).toBe(0);
  }
  const folder = join(cache, readdirSync(cache).find((name) => name.startsWith("fbp-compiled-")) ?? "");
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith("-check")) ?? "");
  const { parts } = JSON.parse(readFileSync(file).toString("latin1", 0, 4096)) as { parts: [string, number, number][] };
  expect(parts.length).toBeGreaterThan(3);
  // What it does not take is begun anew.
  expect(parts.map(([, , runs]) => runs)).toEqual(parts.map(() => 3));
});

test("the licences of what is in the bundle come with it", () => {
  const licences = readFileSync(join(home, "dist/assets/notices.txt"), "utf8");
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
  // In memory it is another day than on the wall.
  const day = ["--as-of", "2026-11-22"];
  expect(run(["build", "chat.fbp", "--out-dir", "bundled", ...day], { cwd }).status).toBe(0);
  await fbp(["build", "chat.fbp", "--out-dir", "sources", ...day], { cwd });
  const names = readdirSync(join(cwd, "sources"));
  expect(names).toHaveLength(3);
  for (const name of names) {
    expect(readFileSync(join(cwd, "bundled", name), "utf8")).toBe(readFileSync(join(cwd, "sources", name), "utf8"));
  }
});

/** Each line that must not compile is marked. */
const SERVICE = `
import chat, { createFallback, type fbp, fetchTransport, UsageError } from "./chat.policy.js";
import type { ChatReason } from "./chat.policy.js";

const client = createFallback(chat, { transport: fetchTransport(), env: { OPENAI_API_KEY: "k" } });

export async function answer(): Promise<string> {
  const done = await client.complete({ messages: [{ role: "user", content: "hello" }] });
  const outcome: fbp.Outcome = done.outcome;
  if (done.kind === "failure") {
    const reason: ChatReason | null = done.reason;
    return String(reason);
  }
  if (done.kind !== "answer") return outcome.id;
  const content = done.response.choices[0]?.message?.content;
  return typeof content === "string" ? content : "";
}

export const own: fbp.Transport = { send: (_call, observer) => (observer.end(), { abort() {} }) };

export async function wrong(): Promise<void> {
  // @ts-expect-error a request without messages
  await client.complete({ temperature: 1 });
  // @ts-expect-error a client without a transport
  createFallback(chat, {});
  if (new UsageError("x") instanceof Error) return;
}
`;

/** Prints what came of one request to a provider of its own. */
const MAIN = `
import { createServer } from "node:http";
import { once } from "node:events";
import policy, * as all from "./chat.policy.js";
const server = createServer((request, response) => {
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end(
    '{"choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}]}'));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseUrl = "http://127.0.0.1:" + server.address().port;
const here = { ...policy, contracts: policy.contracts.map((contract) => ({ ...contract, baseUrl })) };
const env = Object.fromEntries(policy.contracts.map(({ auth }) => [auth.env, "a-key"]));
const chat = all.createFallback(here, { transport: all.fetchTransport(), env });
const { kind, response, outcome } = await chat.complete({ messages: [{ role: "user", content: "hi" }] });
await chat.close();
server.closeAllConnections();
server.close();
console.log(JSON.stringify({
  exports: Object.keys(all), kind, text: response?.choices[0].message.content, attempts: outcome.attempts.length,
}));
`;

describe("build --bundle", () => {
  /** What it writes of the policy of `fbp init`: the text of each file by its end. */
  function built(): (end: string) => string {
    const cwd = projectWith();
    expect(run(["build", "chat.fbp", "--out-dir", "out", "--bundle"], { cwd })).toMatchObject({ status: 0 });
    return (end) => readFileSync(join(cwd, `out/chat.policy.${end}`), "utf8");
  }

  test("gives one file, with no import in it and the same bytes again", async () => {
    const [once, again] = [built(), built()];
    const options = { bundle: true, write: false, metafile: true, format: "esm", platform: "browser" } as const;
    const { warnings, metafile } = await build({ ...options, stdin: { contents: once("js") } });
    expect([warnings, Object.values(metafile.inputs).flatMap(({ imports }) => imports)]).toEqual([[], []]);
    for (const end of ["js", "d.ts", "json"]) expect(again(end)).toBe(once(end));
  });

  test("its declarations are all that a service needs, with every check that tsc has", () => {
    const declarations = built()("d.ts");
    expect(declarations).not.toMatch(/^import|from "/m);
    expect(compileAlone({ "chat.policy.d.ts": declarations, "service.ts": SERVICE })).toBe("");
  });

  test("answers a request in a process that has no package", () => {
    const alone = folderWith({
      "package.json": '{ "type": "module" }',
      "chat.policy.js": built()("js"),
      "main.js": MAIN,
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, ["main.js"], {
      encoding: "utf8",
      cwd: alone,
      env: { PATH: process.env.PATH },
    });
    expect({ status, stderr, said: JSON.parse(stdout || "null") }).toEqual({
      status: 0,
      stderr: "",
      said: {
        exports: ["StreamError", "UsageError", "chat", "createFallback", "default", "fetchTransport"],
        kind: "answer",
        text: "hello",
        attempts: 1,
      },
    });
  });

  test("a policy that is named like a part of the runtime is refused in one line", () => {
    const other = projectWith((policy) => policy.replace(/(policy|for) chat\b/g, "$1 createFallback"));
    expect(run(["build", "chat.fbp", "--out-dir", "out", "--bundle"], { cwd: other })).toMatchObject({
      status: 2,
      err: "fbp: a bundle exports createFallback of the runtime, and a policy in chat.fbp is named so; rename it\n",
    });
    expect(run(["build", "chat.fbp", "--out-dir", "out"], { cwd: other }).status).toBe(0);
  });
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
