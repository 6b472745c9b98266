import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Compiler, loadValidators } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import { createFallback } from "@fbp/runtime";
import { jsonlSink } from "@fbp/runtime/jsonl";
import { ScriptedTransport, VirtualClock } from "@fbp/runtime/virtual";
import { describe, expect, test } from "vitest";
import { fbp, projectWith } from "../testing/fbp.ts";

const SIGNALS = `/// Read before what the contract documents.
signals for provider {
  quota_exhausted when error.code == "insufficient_quota"
  rate_limited    when status == 429
  documented
  standard
}

path primary {`;

const RECORD = `  record {
    error_body allow [code] up to 64 bytes
  }

  on primary {`;

/** As `fbp init` has it, with a classifier of its own and a record. */
function project(): string {
  return projectWith((policy) => policy.replace("path primary {", SIGNALS).replace("  on primary {", RECORD), {
    "error.json": JSON.stringify({
      error: { code: "rate_limit_exceeded", message: "slow down, sk-canary-0123456789" },
    }),
    "tools.json": JSON.stringify({ messages: [{ role: "user", content: "hello" }], tools: [] }),
  });
}

describe("a failure", () => {
  test("is read by a line, and ruled by another", async () => {
    const cwd = project();
    const ran = await fbp(["explain", "chat.fbp", "--status", "429", "--body", "error.json"], { cwd });
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: "" });
    await expect(ran.out).toMatchFileSnapshot("./snapshots/explain.txt");
  });

  test("on a later path comes with the way there", async () => {
    const ran = await fbp(["explain", "chat.fbp", "--transport", "attempt_timeout", "--path", "backup"], {
      cwd: project(),
    });
    expect(ran.status).toBe(0);
    await expect(ran.out).toMatchFileSnapshot("./snapshots/explain-backup.txt");
  });

  test("may leave no time, and the arithmetic is told", async () => {
    const argv = ["explain", "chat.fbp", "--status", "500", "--at", "19s"];
    const { out } = await fbp(argv, { cwd: project() });
    expect(out).toContain("✗ retry: not permitted, needs 8.125s, 1s left");
    expect(out).toContain("✗ fallback backup: not permitted, needs 2s, 1s left");
    expect(out).toContain("✓ fail");
  });

  test("of a request that may not be repeated", async () => {
    const argv = ["explain", "chat.fbp", "--status", "503", "--request", "tools.json"];
    const { out } = await fbp(argv, { cwd: project() });
    expect(out.replace(/\s+/g, " ")).toContain(
      "✗ fallback backup: not permitted, the request was sent and may not be repeated",
    );
  });

  test("that is none", async () => {
    const answer = { choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }] };
    const input = JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "m", ...answer });
    const { out } = await fbp(["explain", "chat.fbp", "--status", "200", "--body", "-"], { cwd: project(), input });
    expect(out).toContain("a usable answer");
  });

  test("that cannot happen ends with 1", async () => {
    const { status, out } = await fbp(["explain", "chat.fbp", "--status", "500", "--after", "7"], { cwd: project() });
    expect(status).toBe(1);
    expect(out).toContain("this cannot happen: no request comes to primary after 7 calls");
  });

  test("keys of a provider's answer are shown nowhere", async () => {
    const body = JSON.stringify({ error: { code: "sk-canary-0123456789abcdef", message: "Bearer sk-canary-1" } });
    for (const format of ["text", "json"]) {
      const argv = ["explain", "chat.fbp", "--status", "400", "--body", "-", "--format", format];
      const { out, err } = await fbp(argv, { cwd: project(), input: body });
      expect(out + err).not.toContain("canary");
    }
  });

  test.each([
    [["--status", "500", "--path", "bakup"], 'no path is called "bakup", did you mean backup?'],
    [["--signal", "rate_limitd"], 'no signal is called "rate_limitd", did you mean rate_limited?'],
    [["--status", "500", "--policy", "chatt"], 'no policy is called "chatt", did you mean chat?'],
    [[], "say what failed with one of --status, --transport, --signal, --outcome, see fbp explain --help"],
    [["--transport", "reset", "--body", "x"], "--body goes with --status only, see fbp explain --help"],
    [["--outcome", "x"], "--outcome needs --trace ID"],
    [["--status", "500", "--context", "[]"], `--context is a JSON object, as '{ "tier": "paid" }'`],
  ])("wrong usage is one line: %j", async (more, message) => {
    const ran = await fbp(["explain", "chat.fbp", ...more], { cwd: project() });
    expect(ran).toEqual({ status: 2, out: "", err: `fbp: ${message}\n` });
  });

  test("of a policy with errors: those, and nothing else", async () => {
    const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
    const { status, out, err } = await fbp(["explain", "chat.fbp", "--status", "500"], { cwd });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/fbp: nothing was explained, since there are errors\n$/);
  });
});

describe("a recorded request", () => {
  /** One request over the policy as it is: a time-out, another, an answer of the backup. */
  async function recorded(cwd: string): Promise<void> {
    await loadValidators();
    const compiler = new Compiler(nodeHost(cwd));
    const [policy] = compiler.compile("chat.fbp", { profile: "development", asOf: "2026-11-22" }).policies();
    if (policy === undefined) throw new Error("no policy");
    const clock = new VirtualClock();
    const answer = { choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }] };
    const body = { id: "1", object: "chat.completion", created: 1, model: "m", ...answer };
    const transport = new ScriptedTransport(clock, {
      primary: [{ kind: "hangs" }, { kind: "returns", status: 429, body: { error: { code: "rate_limit_exceeded" } } }],
      backup: [{ kind: "returns", status: 200, headers: { "content-type": "application/json" }, body }],
    });
    const sink = jsonlSink(join(cwd, "outcomes.jsonl"));
    const env = { OPENAI_API_KEY: "sk-canary" };
    const chat = createFallback(policy, { transport, sink, clock, random: () => 0.5, env, ids: () => "request-1" });
    const done = chat.complete({ messages: [{ role: "user", content: "hello" }] }, { traceId: "trace-1" });
    clock.run();
    await done;
    await chat.close();
  }

  test("is told call by call, with the lines that decided", async () => {
    const cwd = project();
    await recorded(cwd);
    const argv = ["explain", "chat.fbp", "--outcome", "outcomes.jsonl", "--trace", "trace-1"];
    const ran = await fbp(argv, { cwd });
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: "" });
    await expect(ran.out).toMatchFileSnapshot("./snapshots/explain-outcome.txt");
  });

  test("of a policy that was changed since: the story, and no lines", async () => {
    const cwd = project();
    await recorded(cwd);
    const changed = projectWith();
    const argv = ["explain", join(changed, "chat.fbp"), "--outcome", "outcomes.jsonl", "--trace", "request-1"];
    const { out } = await fbp(argv, { cwd });
    expect(out).toContain("the policy was changed since");
    expect(out).toContain("attempt_timeout after 8s");
  });

  test("that is not there ends with 1", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "outcomes.jsonl"), '{"version":1}\n\nnot json\n');
    const ran = await fbp(["explain", "chat.fbp", "--outcome", "outcomes.jsonl", "--trace", "t"], { cwd });
    const err = "fbp: no request in outcomes.jsonl has the id t; 2 lines of it are no outcome\n";
    expect(ran).toEqual({ status: 1, out: "", err });
  });
});
