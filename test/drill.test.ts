/** `fbp drill` over real sockets: what it finds, what it prints, and that it does not pass what is wrong. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventsOf, loadValidators, type Policy, type StepName } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileInputs } from "../packages/cli/src/actions/compile.ts";
import { behaviourOf, type Respond } from "../packages/cli/src/drill/local-provider.ts";
import { type PolicyToDrill, policiesToDrill } from "../packages/cli/src/drill/policies.ts";
import { type Drilled, runDrills } from "../packages/cli/src/drill/run.ts";
import { planFor } from "../packages/cli/src/drill/steps.ts";
import { main } from "../packages/cli/src/main.ts";
import { type Behaviour, HEALTHY, Provider, type ProviderCall, refusal } from "../packages/cli/src/provider/index.ts";
import { fbp, type Ran } from "../packages/cli/src/testing/fbp.ts";
import { memoryIo } from "../packages/cli/src/testing/memory-io.ts";

const ROOT = join(import.meta.dirname, "..");
const POLICY = readFileSync(join(ROOT, "test/fixtures/drill/chat.fbp"), "utf8");
const CONTRACT = JSON.parse(
  readFileSync(join(ROOT, "policies/contracts/openai-compatible.contract.json"), "utf8"),
) as Readonly<Record<string, object>>;

const PENDING = readFileSync(join(ROOT, "policies/evidence/backup.evidence.json"), "utf8");

/** Planted: nothing of the environment is used, so that it can be seen nowhere. */
const KEY = "canary-key-4242-in-the-environment";

let project = "";

beforeAll(async () => {
  await loadValidators();
  project = realpathSync(mkdtempSync(join(tmpdir(), "fbp-drill-")));
  mkdirSync(join(project, ".git"));
  mkdirSync(join(project, "contracts"));
  write("chat.fbp", POLICY);
  write("backup.evidence.json", PENDING);
  const acme = {
    ...CONTRACT,
    endpoint: { ...CONTRACT.endpoint, headers: { "x-team": "drills" } },
    auth: { ...CONTRACT.auth, env: "ACME_KEY" },
  };
  write("contracts/acme.contract.json", JSON.stringify(acme, null, 2));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

async function drill(...argv: readonly string[]): Promise<Ran> {
  return fbp(["drill", ...argv], { cwd: project, env: { ACME_KEY: KEY } });
}

async function toDrill(file = "chat.fbp"): Promise<PolicyToDrill> {
  const io = memoryIo({ cwd: project });
  const compiled = await compileInputs(io, [file], { profile: "development", asOf: "2026-11-22" });
  return nth(policiesToDrill(compiled, null), 0);
}

interface Wrong {
  readonly policy?: (policy: Policy) => Policy;
  readonly respond?: (right: Respond) => Respond;
}

/** The drills of some steps, with something wrong in the compiled policy or in what the provider does. */
async function drilled(steps: readonly StepName[], wrong: Wrong = {}, file?: string): Promise<readonly Drilled[]> {
  const given = await toDrill(file);
  const { plan, plain } = await planFor(given, { steps, paths: [], staging: false });
  const events = plan.cases.map((one) => eventsOf(plan, one));
  const right: Respond = (index, path, count) => behaviourOf(nth(events, index)(path, count));
  return runDrills({
    ...given,
    policy: wrong.policy?.(given.policy) ?? given.policy,
    plain,
    plan,
    env: {},
    parser: null,
    interrupted: new AbortController().signal,
    respond: wrong.respond?.(right) ?? right,
  });
}

/** By the drill's name; those that passed are left out. */
function problemsOf(all: readonly Drilled[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    all.flatMap(({ drill: { name }, problems }) =>
      problems.length === 0
        ? []
        : [[name, problems.map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`)]],
    ),
  );
}

interface Printed {
  readonly drills: readonly {
    readonly policy: string;
    readonly steps: readonly {
      readonly name: string;
      readonly result: string;
      readonly drills: readonly {
        readonly name: string;
        readonly passed: boolean;
        readonly expected: readonly object[];
        readonly got: object;
        readonly outcome: { readonly attempts: readonly { readonly path: string }[] };
      }[];
    }[];
  }[];
  readonly summary: Readonly<Record<string, number>>;
}

describe("a policy that does what it says", () => {
  let ran: Ran;
  let printed: Printed;
  beforeAll(async () => {
    ran = await drill("chat.fbp", "--json", "--junit", "out/drills.xml");
    printed = JSON.parse(ran.out) as Printed;
  });

  const steps = () => nth(printed.drills, 0).steps;
  const drillNamed = (name: string) => steps().flatMap(({ drills }) => drills.filter((one) => one.name === name))[0];

  it("passes every step", () => {
    const failed = steps().flatMap((step) => step.drills.filter(({ passed }) => !passed));
    expect(failed).toEqual([]);
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: "" });
    expect(steps().map(({ name, result }) => `${name} ${result}`)).toEqual([
      "contract passed",
      "primary-canary passed",
      "fallback-canary passed",
      "timeout passed",
      "server-error passed",
      "auth passed",
      "malformed passed",
      "rate-limit passed",
      "streaming passed",
      "cost passed",
    ]);
  });

  it("is drilled on every path, with every signal that a rule takes", async () => {
    const { model } = await toDrill();
    const names = steps().flatMap(({ drills }) => drills.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    await expect(names.join("\n")).toMatchFileSnapshot("fixtures/drill/names.txt");
    const raised = new Set(
      steps().flatMap(({ drills }) =>
        drills.flatMap(({ outcome }) =>
          (outcome as unknown as { signals: readonly string[] }).signals.map((signal) => signal),
        ),
      ),
    );
    const ruled = model.paths.flatMap(({ rules }) => rules.flatMap(({ signals }) => signals));
    const missing = [...new Set(ruled)]
      .map((signal) => nth(model.signals, signal).name)
      .filter((name) => !raised.has(name));
    // A request can only run into its own deadline, or break an objective, where a policy gives it the time to.
    expect(missing).toEqual(["budget_exhausted", "latency_slo_breach"].filter((name) => missing.includes(name)));
  });

  it("is held against what the policy leads to expect", () => {
    expect(drillNamed("primary never answers")).toMatchObject({
      expected: [
        {
          result: "answer from backup",
          reason: "primary_timeout",
          calls: "primary transport_timeout, primary transport_timeout, backup answered",
          elapsedMs: 2000,
        },
      ],
      got: { result: "answer from backup" },
    });
    expect(drillNamed("primary is cut after 3 tokens")).toMatchObject({
      got: { result: "failure, partial", shown: '"primary says", 12 letters', calls: "primary stream_interrupted" },
    });
    expect(drillNamed("backup answers 401")).toMatchObject({
      got: { result: "failure", reason: "auth_error", told: 'page "platform"' },
    });
  });

  it("prints neither a key of the environment nor one that was made up", () => {
    const junit = readFileSync(join(project, "out/drills.xml"), "utf8");
    expect(ran.out + junit).not.toContain(KEY);
    expect(ran.out + junit).not.toMatch(/drill-[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it("is written as JUnit XML", () => {
    const junit = readFileSync(join(project, "out/drills.xml"), "utf8");
    expect(junit).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="fbp drill" tests="\d+" failures="0"/,
    );
    expect(junit.match(/<testsuite /g)).toHaveLength(10);
    expect(readdirSync(join(project, "out"))).toEqual(["drills.xml"]);
  });

  it("prints as docs/schemas says", () => {
    expect(conforming(JSON.parse(ran.out))).toEqual([]);
    expect(conforming({ ...printed, more: 1 })).not.toEqual([]);
  });
});

/** What does not conform; none. */
function conforming(value: unknown): readonly unknown[] {
  interface Validate {
    (value: unknown): boolean;
    readonly errors?: readonly unknown[];
  }
  const { Ajv2020 } = createRequire(join(ROOT, "packages/dsl/package.json"))("ajv/dist/2020.js") as {
    readonly Ajv2020: new (
      options: object,
    ) => { addSchema(schema: object, key: string): void; compile(schema: object): Validate };
  };
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, `docs/schemas/${name}.schema.json`), "utf8")) as object;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const name of ["diagnostic", "outcome"]) ajv.addSchema(schema(name), `${name}.schema.json`);
  const validate = ajv.compile(schema("drill"));
  return validate(value) ? [] : (validate.errors ?? []);
}

describe("what is wrong", () => {
  it("in a compiled rule fails, in the words of the policy and of the runbook", async () => {
    const { model } = await toDrill();
    const unavailable = model.signals.findIndex(({ name }) => name === "route_unavailable");
    // A compiler that takes a refused key for an outage.
    const policy = (compiled: Policy): Policy => ({
      ...compiled,
      contracts: compiled.contracts.map((contract) => ({
        ...contract,
        classify: (failure) => (failure.status === 401 ? unavailable : contract.classify(failure)),
      })),
    });
    const problems = problemsOf(await drilled(["auth"], { policy }));
    expect(Object.keys(problems)).toEqual(["primary answers 401", "backup answers 401"]);
    expect(problems["primary answers 401"]).toEqual([
      "result: expected failure, got answer from backup",
      "reason: expected auth_error, got primary_unavailable",
      "calls: expected primary auth_or_account, got primary route_unavailable, backup answered",
      "answers: expected 401, got 401, 200",
      "actions: expected auth_or_account on primary: fail, got route_unavailable on primary: fallback backup",
      'told: expected page "platform", got nobody',
      expect.stringMatching(/^spent: /),
      "the runbook: expected no call after primary has refused the key, got then a call to backup",
    ]);
  });

  it("in a compiled budget fails", async () => {
    const policy = (compiled: Policy): Policy => ({
      ...compiled,
      budget: { ...compiled.budget, retries: 2, attempts: 5 },
    });
    const problems = problemsOf(await drilled(["server-error"], { policy }));
    expect(problems["primary answers 500"]).toEqual(
      expect.arrayContaining([
        "calls: expected primary server_error, primary server_error, backup answered, got primary server_error, primary server_error, primary server_error, backup answered",
        "calls: expected at most 3, got 4",
      ]),
    );
  });

  it("in a compiled path fails: what reaches the provider is not what the contract says", async () => {
    const policy = (compiled: Policy): Policy => ({
      ...compiled,
      contracts: compiled.contracts.map((contract) => ({ ...contract, auth: { ...contract.auth, scheme: "Token" } })),
      paths: compiled.paths.map((path) => ({ ...path, model: "model-x" })),
    });
    const problems = problemsOf(await drilled(["contract"], { policy }));
    expect(problems["primary is called as its contract says"]).toEqual([
      expect.stringMatching(/^authorization of call 1, to primary: expected Bearer \[key\], got Token \[key\]$/),
      "field model of call 1, to primary: expected model-a, got model-x",
    ]);
  });

  it("with the provider fails: it answers something else than the drill", async () => {
    const respond =
      (right: Respond): Respond =>
      (index, path, count) =>
        path === 0 ? { kind: "whole", status: 503, body: "" } : right(index, path, count);
    const problems = problemsOf(await drilled(["primary-canary"], { respond }));
    expect(problems["primary answers"]).toEqual(
      expect.arrayContaining([
        "result: expected answer from primary, got answer from backup",
        "the runbook: expected an answer from primary, got answer from backup",
        "the runbook: expected exactly one call, got 2 calls",
      ]),
    );
  });
});

it("is not the policy's fault that the machine was late: the drill is tried again", async () => {
  let blocked = 0;
  const respond =
    (right: Respond): Respond =>
    (index, path, count) => {
      const behaviour = right(index, path, count);
      if (index !== 0 || blocked++ !== 1) return behaviour;
      // The whole process stands still for longer than the path's timeout, and the answer is not there yet when it goes on.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1300);
      return { ...behaviour, afterMs: 100 };
    };
  const all = await drilled(["contract"], { respond });
  // The warm-up, the try that was late, the one that counts, and the call of a retry where the late one made it.
  expect(blocked).toBeGreaterThanOrEqual(3);
  expect(problemsOf(all)).toEqual({});
});

it("a policy of another shape passes too: adapters, held streams, several contracts and fallbacks", async () => {
  write("other.fbp", readFileSync(join(ROOT, "test/fixtures/drill/other.fbp"), "utf8"));
  for (const name of ["openai-compatible", "openrouter"]) {
    write(
      `contracts/${name}.contract.json`,
      readFileSync(join(ROOT, `policies/contracts/${name}.contract.json`), "utf8"),
    );
  }
  const steps = ["contract", "fallback-canary", "server-error", "rate-limit", "streaming"] as const;
  const all = await drilled(steps, {}, "other.fbp");
  expect(problemsOf(all)).toEqual({});
  const sources = new Set(all.map(({ happened }) => happened.outcome.source));
  expect([...sources].sort()).toEqual(["first", "second", "third", null].sort());
});

it("shows what passed in a table, a line for each end that requests came to", async () => {
  const { status, out } = await drill("chat.fbp", "--only", "auth", "--only", "malformed", "--only", "rate-limit");
  expect(status).toBe(0);
  await expect(steady(out)).toMatchFileSnapshot("fixtures/drill/passed.txt");
});

describe("--staging", () => {
  let real: Provider;
  /** By model, in place of what a sound provider does. */
  let instead: Readonly<Record<string, Behaviour>> = {};
  const sound = ({ headers, request }: ProviderCall): Behaviour => {
    if (headers.authorization !== `Bearer ${KEY}`) return refusal(401, `no such key: ${headers.authorization ?? ""}`);
    return Array.isArray(request?.messages) ? HEALTHY : refusal(400, "messages is missing");
  };

  beforeAll(async () => {
    real = await Provider.start({ choose: (call) => instead[call.model] ?? sound(call) });
    const acme = JSON.parse(readFileSync(join(project, "contracts/acme.contract.json"), "utf8")) as typeof CONTRACT;
    write(
      "contracts/real.contract.json",
      JSON.stringify({ ...acme, endpoint: { ...acme.endpoint, baseUrl: real.url } }),
    );
    write("real.fbp", POLICY.replace("acme.contract.json", "real.contract.json"));
  });
  afterAll(() => real.close());
  beforeEach(() => {
    instead = {};
    real.calls.length = 0;
    write("backup.evidence.json", PENDING);
  });

  const criteria = () => {
    const text = readFileSync(join(project, "backup.evidence.json"), "utf8");
    return (JSON.parse(text) as { readonly criteria: Readonly<Record<string, object>> }).criteria;
  };

  it("calls the contracts' own addresses for what is safe there, and says what is not", async () => {
    const { status, out, err } = await drill("real.fbp", "--staging", "--evidence", "backup.evidence.json");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(steady(out)).toMatchFileSnapshot("fixtures/drill/staging.txt");
    // Two canaries, one of them a stream, a wrong key, and a request without its messages, of each path.
    const asked = real.calls.map(({ model, streams, headers, request }) => {
      const key = headers.authorization === `Bearer ${KEY}` ? "right key" : "wrong key";
      return [model, key, streams, Object.hasOwn(Object(request), "messages"), request?.max_completion_tokens];
    });
    for (const model of ["model-a", "model-b"]) {
      expect(asked.filter((one) => one[0] === model)).toEqual([
        [model, "right key", false, true, 256],
        [model, "right key", true, true, 256],
        [model, "wrong key", false, true, 256],
        [model, "right key", false, false, 256],
      ]);
    }
    expect(criteria()).toMatchObject({ response_format: { status: "passed" }, output_parser: { status: "pending" } });
    expect(JSON.stringify(criteria())).toContain("drill --staging: 2 answers, 1 of them as a stream, of model-b");
  });

  it("fails where the provider is not as the contract says, in words that an operator can use", async () => {
    instead = { "model-b": { kind: "whole", body: { choices: [] } } };
    const { status, out } = await drill(
      "real.fbp",
      "--staging",
      "--path",
      "backup",
      "--evidence",
      "backup.evidence.json",
    );
    expect(status).toBe(1);
    await expect(steady(out)).toMatchFileSnapshot("fixtures/drill/failed.txt");
    expect(criteria()).toMatchObject({ response_format: { status: "failed" } });
  });

  it("never prints a key that a provider echoes", async () => {
    instead = {
      "model-a": { ...refusal(500, `wrong key ${KEY}`), headers: { "x-request-id": KEY } },
      "model-b": refusal(401, KEY),
    };
    const text = await drill("real.fbp", "--staging", "--all", "--junit", "out/staging.xml");
    const data = await drill("real.fbp", "--staging", "--json");
    const seen = text.out + text.err + data.out + readFileSync(join(project, "out/staging.xml"), "utf8");
    expect(text.status).toBe(1);
    expect(seen).not.toContain(KEY);
    expect(conforming(JSON.parse(data.out))).toEqual([]);
  });

  it("reconciles what was called with a billing export", async () => {
    write("bill.csv", "time,model,request id,input tokens,output tokens,cost\n2026-11-22,model-z,r-9,1,1,5.00\n");
    const { status, out } = await drill("real.fbp", "--staging", "--only", "cost", "--billing", "bill.csv");
    expect(status).toBe(1);
    expect(out).toContain("line 2 of bill.csv is a call that nobody has on record");
  });

  it("without a key is wrong usage, and nothing is called", async () => {
    const { status, err } = await fbp(["drill", "real.fbp", "--staging"], { cwd: project });
    expect({ status, err }).toEqual({
      status: 2,
      err: "fbp: the environment variable ACME_KEY holds no key: contract acme needs one\n",
    });
    expect(real.calls).toEqual([]);
  });
});

describe("--parser", () => {
  const parser = (code: string) => `${JSON.stringify(process.execPath)} -e ${JSON.stringify(code)}`;
  const READS = "JSON.parse(require('fs').readFileSync(0)).choices[0].message.content.length > 0 || process.exit(3)";

  it("is the service's own: what it takes is evidence, also of answers in the form of the contract", async () => {
    write("backup.evidence.json", PENDING);
    const argv = [
      "chat.fbp",
      "--only",
      "fallback-canary",
      "--parser",
      parser(READS),
      "--evidence",
      "backup.evidence.json",
    ];
    const { status, out } = await drill(...argv);
    expect(status, out).toBe(0);
    expect(out).toContain("backup in place of primary, output_parser passed on 2026-11-22 for 30 days");
    const text = readFileSync(join(project, "backup.evidence.json"), "utf8");
    expect(text).toContain("the service's parser took 2 answers in the form of the contract");
    expect(JSON.parse(text)).toMatchObject({ criteria: { response_format: { status: "pending" } } });
  });

  it("that refuses an answer fails the drill, with what it said, without keys, and safe for XML", async () => {
    const refuses = "console.error('no <b> & \\u0007 in', process.env.ACME_KEY); process.exit(4)";
    const argv = ["--only", "primary-canary", "--parser", parser(refuses), "--junit", "out/refused.xml"];
    const { status, out } = await drill("chat.fbp", ...argv);
    expect(status).toBe(1);
    expect(out).toContain("it ended with 4: no <b> & \u2407 in undefined");
    const junit = readFileSync(join(project, "out/refused.xml"), "utf8");
    expect(junit).toContain("got it ended with 4: no &lt;b&gt; &amp; \ufffd in undefined");
    expect(junit).not.toMatch(/<b>|&(?!amp;|lt;|gt;|quot;|apos;|#10;|#9;)|[^\n\x20-\x7e\u00d7\u2026\ufffd]/);
  });
});

it.each([
  [["--only", "atuh"], "did you mean auth?"],
  [["--path", "bakcup"], 'fbp: no path is called "bakcup", did you mean backup?\n'],
  [["--policy", "chta"], 'fbp: no policy is called "chta", did you mean chat?\n'],
  [["--billing", "bill.csv"], "--billing needs --staging"],
  [["--evidence", "backup.evidence.json"], "--evidence needs --staging or --parser"],
])("with %j: wrong usage, in one line", async (argv, line) => {
  const { status, out, err } = await drill("chat.fbp", ...argv);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain(line);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

it("ends at once when it is interrupted, writes nothing and leaves nothing open", async () => {
  const io = memoryIo({ cwd: project });
  const before = process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
  const ended = main(["drill", "chat.fbp", "--only", "timeout", "--junit", "interrupted.xml"], io);
  const open = () => process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
  await expect.poll(open, { interval: 5, timeout: 20_000 }).toBeGreaterThan(before + 4);
  io.interrupt();
  expect(await ended).toBe(130);
  expect(io.out()).toBe("");
  expect(readdirSync(project)).not.toContain("interrupted.xml");
  await expect.poll(open, { interval: 5 }).toBeLessThanOrEqual(before);
});

/** Times differ from run to run. */
function steady(text: string): string {
  return text.replaceAll(/\b[\d.]+m?s\b/g, "TIME").replaceAll(/ {2,}/g, "  ");
}
