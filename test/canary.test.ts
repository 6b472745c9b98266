/** `fbp canary` against a provider on a real socket: what people and programs see, and what is never seen. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { main } from "../packages/cli/src/main.ts";
import { type Behaviour, HEALTHY, Provider, refusal } from "../packages/cli/src/provider/index.ts";
import { fbp, type Ran } from "../packages/cli/src/testing/fbp.ts";
import { memoryIo } from "../packages/cli/src/testing/memory-io.ts";

const ROOT = join(import.meta.dirname, "..");
const SHIPPED = JSON.parse(
  readFileSync(join(ROOT, "policies/contracts/openai-compatible.contract.json"), "utf8"),
) as Readonly<Record<"endpoint" | "auth" | "request" | "response", object>>;
const POLICY = readFileSync(join(ROOT, "packages/cli/templates/init/chat.fbp"), "utf8").replace(
  '"model-b"',
  '"model-b"\n  validated for primary by "./backup.evidence.json"',
);
const PENDING = readFileSync(join(ROOT, "policies/evidence/backup.evidence.json"), "utf8");

/** Planted: if it is seen anywhere, it has leaked. */
const KEY = 'canary+"\\/key-4242';
const ENV = { ACME_KEY: KEY };

let provider: Provider;
let answers: Readonly<Record<string, Behaviour>> = {};
let project = "";

beforeAll(async () => {
  provider = await Provider.start({ choose: ({ model }) => answers[model] ?? HEALTHY });
});
afterAll(() => provider.close());

beforeEach(() => {
  answers = {};
  provider.calls.length = 0;
  project = realpathSync(mkdtempSync(join(tmpdir(), "fbp-canary-")));
  mkdirSync(join(project, ".git"));
  mkdirSync(join(project, "contracts"));
  write("chat.fbp", POLICY);
  write("backup.evidence.json", PENDING);
  contract({});
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

function contract(more: Readonly<Record<string, object>>): void {
  const made = {
    ...SHIPPED,
    endpoint: { ...SHIPPED.endpoint, baseUrl: provider.url, ...more.endpoint },
    auth: { ...SHIPPED.auth, env: "ACME_KEY", ...more.auth },
  };
  write("contracts/provider.contract.json", JSON.stringify(made, null, 2));
}

async function canary(...argv: readonly string[]): Promise<Ran> {
  return fbp(["canary", "chat.fbp", ...argv], { cwd: project, env: ENV });
}

/** Ports and times differ from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(provider.url, "http://127.0.0.1:PORT")
    .replaceAll(/\b[\d.]+m?s\b/g, "TIME")
    .replaceAll(/chatcmpl-\d+/g, "chatcmpl-N");
}

interface Printed {
  readonly paths: readonly Readonly<Record<string, unknown>>[];
  readonly evidence: unknown;
}

async function asData(...argv: readonly string[]): Promise<Printed> {
  return JSON.parse((await canary("--json", ...argv)).out) as Printed;
}

describe("paths that answer", () => {
  it("are told with what was checked", async () => {
    const { status, out, err } = await canary();
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(steady(out)).toMatchFileSnapshot("fixtures/canary/answered.txt");
    // Once each, with a greeting, a small limit and the key.
    expect(provider.calls.map(({ model, headers, request }) => [model, headers.authorization, request])).toEqual(
      ["model-a", "model-b"].map((model) => [
        model,
        `Bearer ${KEY}`,
        { model, messages: [{ role: "user", content: "hello" }], max_completion_tokens: 256 },
      ]),
    );
  });

  it("can be named", async () => {
    await canary("--path", "backup", "--policy", "chat");
    expect(provider.calls.map(({ model }) => model)).toEqual(["model-b"]);
  });

  it("are asked for streams, and the first token is timed", async () => {
    const { paths } = await asData("--stream", "--path", "primary");
    expect(paths).toMatchObject([{ ok: true, streamed: true, usage: { input: 12, output: 60 }, finishReason: "stop" }]);
    expect(paths[0]?.firstTokenMs).toEqual(expect.any(Number));
    expect(provider.calls[0]?.request).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it("of a provider that takes no key are called without one", async () => {
    contract({ auth: { env: null } });
    const { status, out } = await fbp(["canary", "chat.fbp"], { cwd: project });
    expect(status, out).toBe(0);
    expect(provider.calls.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });
});

describe("paths that fail", () => {
  it("are told with the signal, the error and where to look", async () => {
    answers = {
      "model-a": refusal(401, "invalid_api_key"),
      "model-b": { kind: "whole", body: { choices: [] }, headers: { "x-request-id": "r1" } },
    };
    const { status, out } = await canary();
    expect(status).toBe(1);
    await expect(steady(out)).toMatchFileSnapshot("fixtures/canary/failed.txt");
  });

  const failed = { ok: false, lookAt: expect.stringContaining("endpoint.") };

  it("are called once, whatever the policy's rules say", async () => {
    answers = { "model-a": { kind: "reset" }, "model-b": { kind: "whole", body: "<html>" } };
    expect((await asData()).paths).toMatchObject([
      { ...failed, status: null, transport: "reset", signal: "transport_timeout" },
      { ...failed, status: 200, signal: "unusable_output", check: "json" },
    ]);
    expect(provider.calls).toHaveLength(2);
  });

  it("by silence are given up after --timeout", async () => {
    answers = { "model-b": { kind: "never" } };
    const { paths } = await asData("--path", "backup", "--timeout", "100ms");
    expect(paths).toMatchObject([{ ...failed, status: null, transport: "attempt_timeout" }]);
  });
});

describe("keys", () => {
  const echoed = { message: `wrong key ${KEY}`, code: KEY, type: `Bearer ${KEY}`, param: "sk-proj-abcdefgh" };

  const error: Behaviour = {
    kind: "whole",
    status: 401,
    body: { error: echoed },
    headers: { "x-request-id": KEY },
  };
  const answer: Behaviour = {
    kind: "whole",
    body: { choices: [{ message: { content: KEY }, finish_reason: KEY }] },
  };
  const page: Behaviour = { kind: "whole", status: 500, body: `<title>${KEY}</title>` };

  it.each<readonly [string, readonly string[], Behaviour]>([
    ["an error and an answer hold", [], answer],
    ["a stream and a page hold", ["--stream"], page],
    ["data holds", ["--json", "--evidence", "backup.evidence.json"], answer],
    ["the command for curl needs", ["--print"], answer],
  ])("that %s are never printed", async (_, argv, other) => {
    answers = { "model-a": error, "model-b": other };
    const { out, err } = await canary(...argv);
    const seen = out + err + readFileSync(join(project, "backup.evidence.json"), "utf8");
    expect(out).toContain("ACME_KEY");
    expect(seen).not.toContain(KEY);
    expect(seen).not.toContain("key-4242");
    expect(seen).not.toContain("sk-proj");
    if (!argv.includes("--print")) expect(seen).toContain("[redacted]");
  });

  it("that are missing are one line, and nothing is called", async () => {
    const { status, out, err } = await fbp(["canary", "chat.fbp"], { cwd: project });
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toBe("fbp: the environment variable ACME_KEY holds no key: contract provider needs one\n");
    expect(provider.calls).toEqual([]);
  });
});

describe("--print", () => {
  it("calls nothing and needs no key", async () => {
    const { status, out } = await fbp(["canary", "chat.fbp", "--print"], { cwd: project });
    expect(status).toBe(0);
    expect(provider.calls).toEqual([]);
    await expect(steady(out)).toMatchFileSnapshot("fixtures/canary/print.txt");
  });

  it("prints what a shell reads as the very call", async () => {
    const nasty = `it's $HOME \`id\` \\ "x" !`;
    contract({ endpoint: { headers: { "x-note": nasty } } });
    write("chat.fbp", POLICY.replace('"model-a"', JSON.stringify(`a'b$(id)`)));
    const { out } = await canary("--print", "--stream", "--path", "primary");
    const show = 'curl() { printf "%s\\n" "$@"; }\n';
    const { stdout } = spawnSync("sh", ["-c", show + out], { encoding: "utf8", env: { ACME_KEY: "the-key" } });
    expect(stdout).toContain(`x-note: ${nasty}\n`);
    expect(stdout).toContain("authorization: Bearer the-key\n");
    expect(stdout).toContain(`${provider.url}/v1/chat/completions\n`);
    const body = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as object;
    expect(body).toMatchObject({ model: "a'b$(id)", stream: true, max_completion_tokens: 256 });
  });
});

describe("what is not called", () => {
  it("an area without a value", async () => {
    contract({ endpoint: { baseUrl: "https://fill-in.invalid" } });
    const { status, err } = await canary();
    expect(status).toBe(1);
    expect(err).toContain("the area endpoint of contracts/provider.contract.json has no value yet");
  });

  it("an area that a source contradicts", async () => {
    write("keys.html", "as it is now");
    const source = [{ title: "Keys", file: "keys.html", digest: `sha256-${"0".repeat(64)}` }];
    const verification = { status: "verified", source, checker: "jo", day: "2026-11-20", validDays: 90 };
    contract({ auth: { verification } });
    const { status, out, err } = await canary();
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("FBP3103");
    expect(err).toContain("auth");
    expect(provider.calls).toEqual([]);
  });

  it.each([
    [["--path", "bakcup"], 'fbp: no path is called "bakcup", did you mean backup?\n'],
    [["--policy", "chta"], 'fbp: no policy is called "chta", did you mean chat?\n'],
    [["--path", "primary", "--evidence", "backup.evidence.json"], "is about backup in place of primary"],
    [["--path", "primary", "--evidence", "new.json"], "evidence is about a path that stands in for another"],
    [["--print", "--evidence", "new.json"], "cannot be used with option"],
    [["--timeout", "soon"], "A time is written"],
  ])("with %j: wrong usage, in one line", async (argv, line) => {
    const { status, out, err } = await canary(...argv);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(line);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(provider.calls).toEqual([]);
  });
});

describe("--evidence", () => {
  const evidence = (name = "backup.evidence.json") =>
    JSON.parse(readFileSync(join(project, name), "utf8")) as {
      readonly criteria: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
  const others = (criteria: Readonly<Record<string, unknown>>) =>
    Object.entries(criteria).flatMap(([name, record]) => (name === "response_format" ? [] : [record]));

  it("puts in the form of the answer, and nothing that was not seen", async () => {
    const { status, out } = await canary("--evidence", "backup.evidence.json");
    expect(status).toBe(0);
    expect(out).toContain("put into backup.evidence.json: backup in place of primary, response_format passed");
    const { criteria } = evidence();
    expect(criteria.response_format).toMatchObject({ status: "passed", day: "2026-11-22", validDays: 30 });
    expect(others(criteria)).toEqual(Array(5).fill({ status: "pending" }));
  });

  it("is what the compiler reads", async () => {
    await canary("--evidence", "backup.evidence.json");
    const lacks = async () => (await fbp(["check", "chat.fbp"], { cwd: project })).out;
    expect(await lacks()).not.toMatch(/lacks[^\n]*response_format/);
    write("chat.fbp", POLICY.replace('"model-b"', '"model-c"'));
    expect(await lacks()).toMatch(/response_format/);
  });

  it("makes the file where there is none", async () => {
    await canary("--evidence", "new/backup.json");
    expect(evidence("new/backup.json")).toMatchObject({
      path: "backup",
      for: "primary",
      criteria: { response_format: { status: "passed" }, prompt: { status: "pending" } },
    });
  });

  it("says that the form was refused, and of a call without an answer nothing", async () => {
    answers = { "model-b": { kind: "whole", body: { choices: [] } } };
    await canary("--evidence", "backup.evidence.json");
    expect(evidence().criteria.response_format).toMatchObject({ status: "failed" });
    write("backup.evidence.json", PENDING);
    answers = { "model-b": refusal(503, "overloaded") };
    const { out } = await canary("--evidence", "backup.evidence.json");
    expect(out).toContain("nothing was put into backup.evidence.json: there was no answer to judge");
    expect(readFileSync(join(project, "backup.evidence.json"), "utf8")).toBe(PENDING);
  });

  it("leaves a file that is no evidence as it is, and calls nothing", async () => {
    write("broken.json", "{");
    const { status, err } = await canary("--evidence", "broken.json");
    expect(status).toBe(1);
    expect(err).toContain("nothing was called");
    expect(readFileSync(join(project, "broken.json"), "utf8")).toBe("{");
    expect(provider.calls).toEqual([]);
  });
});

it("ends at once when it is interrupted, and writes nothing", async () => {
  answers = { "model-a": { kind: "never" } };
  const io = memoryIo({ cwd: project, env: ENV });
  const ended = main(["canary", "chat.fbp", "--evidence", "backup.evidence.json"], io);
  await expect.poll(() => provider.calls.length, { interval: 5 }).toBe(1);
  io.interrupt();
  expect(await ended).toBe(130);
  expect(io.out()).toBe("");
  expect(readFileSync(join(project, "backup.evidence.json"), "utf8")).toBe(PENDING);
  await expect.poll(() => provider.counts.underWay, { interval: 5 }).toBe(0);
  expect(provider.calls.map(({ end }) => end)).toEqual(["aborted"]);
});

it("what --json prints is what docs/schemas says", async () => {
  const { Ajv2020 } = createRequire(join(ROOT, "packages/dsl/package.json"))("ajv/dist/2020.js") as {
    readonly Ajv2020: new (
      options: object,
    ) => { addSchema(schema: object, key: string): void; compile(schema: object): Validate };
  };
  interface Validate {
    (value: unknown): boolean;
    readonly errors?: unknown;
  }
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, `docs/schemas/${name}.schema.json`), "utf8")) as object;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addSchema(schema("diagnostic"), "diagnostic.schema.json");
  const validate = ajv.compile(schema("canary"));
  const valid = (value: unknown) => ({ valid: validate(value), errors: validate.errors ?? [] });
  const fine = { valid: true, errors: [] };
  expect(valid(await asData("--stream", "--evidence", "backup.evidence.json"))).toEqual(fine);
  answers = { "model-a": refusal(401, "invalid_api_key"), "model-b": { kind: "whole", body: { choices: [] } } };
  expect(valid(await asData("--evidence", "backup.evidence.json"))).toEqual(fine);
  write("chat.fbp", POLICY.replace("start primary", "start primry"));
  expect(valid(await asData())).toEqual(fine);
  expect(validate({ ...(await asData()), more: 1 })).toBe(false);
});
