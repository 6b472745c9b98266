import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messages } from "@fbp/dsl";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { fbp, projectWith } from "../testing/fbp.ts";
import { memoryIo } from "../testing/memory-io.ts";

const PROFILE = `fbp: 1
rate: 10
requests:
  - { share: 25%, input: 2000, output: 400, stream: true }
  - { input: 600, output: 150 }
paths:
  primary:
    latency: { p50: 900ms, p95: 2.5s, p99: 6s }
    errors:
      - { share: 2%, status: 500, code: internal_error, after: 300ms }
      - { share: 0.5%, fault: reset }
    outages:
      - { at: 40s, for: 45s, status: 503, after: 100ms }
  backup:
    latency: { p50: 1.2s, p95: 3s }
`;

const ARGUMENTS = ["simulate", "chat.fbp", "--profile", "faults.yaml", "--for", "2m"];

function project(more: Readonly<Record<string, string>> = {}): string {
  return projectWith(undefined, { "faults.yaml": PROFILE, ...more });
}

test("an outage, as people see it", async () => {
  const { status, out, err } = await fbp(ARGUMENTS, { cwd: project() });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/simulate-outage.txt");
});

describe("alerts", () => {
  const ALERTS = `  alerts {
    failing  when failure_rate(primary) > 20% for 30s          page   "oncall"
    gave_up  when count(primary_gave_up, 1m) > 5               notify "oncall"
    slow     when p99(primary) > 5s and fallback_rate > 1%     page   "oncall"
    volume   when fallback_rate > 3x baseline(1d) for 10m      notify "oncall"
    too_slow when slow_rate(primary, 6.5s) > 5%                notify "oncall"
  }

`;
  const watched = (): string =>
    projectWith((policy) => policy.replace("  on primary {", `${ALERTS}  on primary {`), { "faults.yaml": PROFILE });
  const OFTEN = [...ARGUMENTS, "--window", "1m", "--scrape", "5s"];

  test("as people see them", async () => {
    const cwd = watched();
    const { status, out, err } = await fbp([...OFTEN, "--svg", "a.svg"], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/simulate-alerts.txt");
    await expect(readFileSync(join(cwd, "a.svg"), "utf8")).toMatchFileSnapshot("./snapshots/simulate-alerts.svg");
  });

  test("beside values of a setting it is told how many fired", async () => {
    const { out } = await fbp([...OFTEN, "--vary", "budget.attempts=1..2"], { cwd: watched() });
    expect(out).toContain("alerts fired");
  });
});

describe("beside a gateway's own rules", () => {
  const CONFIG = `model_list:
  - { model_name: primary, litellm_params: { model: openai/a, timeout: 8, max_tokens: 1000, stream_timeout: 8 } }
  - { model_name: backup, litellm_params: { model: openai/b, timeout: 6, api_key: sk-canary-0123456789abcdef } }
router_settings: { num_retries: 2, fallbacks: [{ primary: [backup] }] }
`;
  const PORTKEY = `{ "strategy": { "mode": "fallback" }, "retry": { "attempts": 2 }, "request_timeout": 8000, "targets": [
    { "name": "primary", "provider": "openai" }, { "name": "backup", "provider": "groq" }] }`;
  const beside = (file: string): readonly string[] => [...ARGUMENTS, "--beside", file];
  const files = {
    "config.yaml": CONFIG,
    "portkey.json": PORTKEY,
    "other.yaml": CONFIG.replaceAll("primary", "gpt-4o"),
  };

  test("as people see it", async () => {
    const cwd = project(files);
    const { status, out, err } = await fbp([...beside("config.yaml"), "--svg", "a.svg"], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/simulate-beside.txt");
    await expect(readFileSync(join(cwd, "a.svg"), "utf8")).toMatchFileSnapshot("./snapshots/simulate-beside.svg");
    expect(out).not.toContain("canary");
  });

  test("Portkey's are played too", async () => {
    const { out } = await fbp(beside("portkey.json"), { cwd: project(files) });
    expect(out).toMatch(/the same world +chat +Portkey\n/);
  });

  test("they change nothing in what the policy does, and are the same each time", async () => {
    const cwd = project(files);
    const json = async (argv: readonly string[]) => {
      const { out } = await fbp([...argv, "--json"], { cwd });
      return (JSON.parse(out) as { readonly runs: readonly { readonly beside: object | null }[] }).runs[0];
    };
    const with_ = await json(beside("config.yaml"));
    expect(await json(beside("config.yaml"))).toEqual(with_);
    expect(with_?.beside).not.toBeNull();
    expect({ ...with_, beside: null }).toEqual(await json(ARGUMENTS));
  });

  test.each([
    ["none.yaml", 'error FBP3380: "none.yaml" cannot be read: there is no such file'],
    [
      "other.yaml",
      "fbp: other.yaml: the policy starts on primary, and the configuration's requests on gpt_4o, backup:",
    ],
    ["faults.yaml", "error FBP3381"],
  ])("%s is told of in one message", async (file, line) => {
    const { status, out, err } = await fbp(beside(file), { cwd: project(files) });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(line);
  });

  test("it is one of the two, other rules or other settings", async () => {
    const { status, err } = await fbp([...beside("config.yaml"), "--vary", "budget.attempts=1"], {
      cwd: project(files),
    });
    expect(status).toBe(2);
    expect(err).toContain("--beside plays other rules, and --vary other settings of the policy: one of the two");
  });
});

test("values of a setting side by side", async () => {
  const { status, out, err } = await fbp([...ARGUMENTS, "--vary", "budget.attempts=1..3"], { cwd: project() });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/simulate-vary.txt");
});

test("the chart is a file of its own, and the same each time", async () => {
  const cwd = project();
  await fbp([...ARGUMENTS, "--svg", "out/a.svg"], { cwd });
  await fbp([...ARGUMENTS, "--svg", "out/b.svg"], { cwd });
  const svg = readFileSync(join(cwd, "out/a.svg"), "utf8");
  expect(svg).toBe(readFileSync(join(cwd, "out/b.svg"), "utf8"));
  await expect(svg).toMatchFileSnapshot("./snapshots/simulate-outage.svg");
  expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)|<script|NaN|Infinity/);
});

test("the same seed gives the same bytes, another one others", async () => {
  const cwd = project();
  const json = async (...more: readonly string[]) => (await fbp([...ARGUMENTS, "--json", ...more], { cwd })).out;
  expect(await json()).toBe(await json("--seed", "1"));
  expect(await json("--seed", "2")).not.toBe(await json());
});

test("a replay says what is known and what is drawn", async () => {
  const cwd = project();
  const { out: told } = await fbp(["test", "chat.fbp", "--json"], { cwd });
  const { scenarios } = JSON.parse(told) as { readonly scenarios: readonly { readonly outcome: object }[] };
  const lines = Array.from({ length: 5 }, (_, nth) =>
    scenarios.map(({ outcome }, index) =>
      JSON.stringify({ ...outcome, id: `r${nth}-${index}`, startedAt: 1_700_000_000_000 + nth * 1000 + index }),
    ),
  );
  writeFileSync(join(cwd, "outcomes.jsonl"), `${lines.flat().join("\n")}\n`);
  const { status, out, err } = await fbp(["simulate", "chat.fbp", "--replay", "outcomes.jsonl"], { cwd });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/simulate-replay.txt");
  const { out: json } = await fbp(["simulate", "chat.fbp", "--replay", "outcomes.jsonl", "--json"], { cwd });
  const [run] = (JSON.parse(json) as { readonly runs: readonly { readonly replay: { readonly recorded: number } }[] })
    .runs;
  expect(run?.replay.recorded).toBeGreaterThan(0);
});

describe("wrong usage is one line and status 2", () => {
  test.each([
    [["simulate", "chat.fbp"], "say what the world does with --profile or --replay, see fbp simulate --help"],
    [
      [...ARGUMENTS, "--vary", "budget.attemps=1"],
      'the policy has no setting "budget.attemps", did you mean budget.attempts?',
    ],
    [[...ARGUMENTS, "--policy", "chatt"], "there is no policy chatt, did you mean chat?"],
    [
      [...ARGUMENTS, "--vary", "budget.attempts=1", "--svg", "a.svg"],
      "--svg draws one run, and --vary makes several, see fbp simulate --help",
    ],
    [
      ["simulate", "chat.fbp", "--replay", "x", "--for", "1m"],
      "--for goes with --profile alone: a recording is as long as it is, see fbp simulate --help",
    ],
    [
      [...ARGUMENTS, "--for", "10"],
      "option '--for <time>' argument '10' is invalid. A time is written 90s, 10m or 2h, see fbp simulate --help",
    ],
    [
      [...ARGUMENTS, "--seed", "x"],
      "option '--seed <number>' argument 'x' is invalid. It is a whole number of at most nine digits, see fbp simulate --help",
    ],
  ])("%j", async (argv, line) => {
    expect(await fbp(argv, { cwd: project() })).toEqual({ status: 2, out: "", err: `fbp: ${line}\n` });
  });
});

describe("what cannot be simulated is status 1", () => {
  test.each([
    ["no file", ["--replay", "none.jsonl"], "fbp: none.jsonl cannot be read: there is no such file"],
    [
      "a file without requests",
      ["--replay", "empty.jsonl"],
      "fbp: empty.jsonl has no request: 1 record of it is no outcome",
    ],
    [
      "too many requests",
      ["--profile", "many.yaml"],
      "fbp: these are about 60000000 requests, and at most 2000000 are simulated; take a lower rate",
    ],
    ["a context that there is not", ["--profile", "context.yaml"], "fbp: the requests do not fit the policy: "],
    ["no profile", ["--profile", "none.yaml"], 'error FBP3390: "none.yaml" cannot be read: there is no such file'],
    ["no YAML", ["--profile", "broken.yaml"], "error FBP3359"],
  ])("%s", async (_, argv, line) => {
    const cwd = project({
      "empty.jsonl": "{}\n",
      "many.yaml": PROFILE.replace("rate: 10", "rate: 100000"),
      "context.yaml": PROFILE.replace("stream: true", "context: { colour: red }"),
      "broken.yaml": "fbp: [1\n",
    });
    const { status, out, err } = await fbp(["simulate", "chat.fbp", ...argv], { cwd });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(line);
  });
});

test("Ctrl-C ends it, and leaves no file", async () => {
  const cwd = project();
  const io = memoryIo({ cwd });
  const running = main([...ARGUMENTS, "--for", "30m", "--svg", "a.svg"], io);
  setImmediate(() => io.interrupt());
  expect(await running).toBe(130);
  expect({ out: io.out(), err: io.err(), isThere: existsSync(join(cwd, "a.svg")) }).toEqual({
    out: "",
    err: "",
    isThere: false,
  });
});

test("progress is for terminals, and is taken away again", async () => {
  const { err } = await fbp(ARGUMENTS, { cwd: project(), terminal: true });
  expect(err === "" || err.endsWith("\r\u001b[K")).toBe(true);
});

describe("the pages", () => {
  const shown = Object.keys(messages).filter((code) => /^FBP339[1-9]/.test(code));

  test.each(shown)("%s shows a profile that gets the message, and one that does not", async (code) => {
    const page = readFileSync(new URL(`../../../../docs/diagnostics/${code}.md`, import.meta.url), "utf8");
    const example = (kind: string): string => new RegExp(`\`\`\`yaml ${kind}\\n(.*?)\`\`\``, "s").exec(page)?.[1] ?? "";
    const cwd = projectWith(undefined, {
      "wrong.yaml": example("wrong"),
      "right.yaml": example("right"),
      "one.fbp": ONE,
    });
    const codesOf = async (file: string) => {
      const { out } = await fbp(["simulate", "one.fbp", "--profile", file, "--for", "2s", "--json"], { cwd });
      return (JSON.parse(out) as { readonly diagnostics: readonly { readonly code: string }[] }).diagnostics.map(
        (one) => one.code,
      );
    };
    expect(await codesOf("wrong.yaml")).toEqual([code]);
    expect(await codesOf("right.yaml")).toEqual([]);
  });
});

test("the profile of the documentation plays", async () => {
  const guide = readFileSync(new URL("../../../../docs/simulate.md", import.meta.url), "utf8");
  const profile = /```yaml\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const { status, out } = await fbp(
    ["simulate", "policies/chat-completions.fbp", "--profile", "-", "--for", "20s", "--json"],
    { cwd: fileURLToPath(new URL("../../../../", import.meta.url)), input: profile },
  );
  expect({
    status,
    diagnostics: (JSON.parse(out) as { readonly diagnostics: readonly unknown[] }).diagnostics,
  }).toEqual({
    status: 0,
    diagnostics: [],
  });
});

/** A policy with one path. */
const ONE = `contract provider from "./contracts/provider.contract.json"

path primary {
  contract provider
  model    "model-a"
  timeout  8s
}

policy chat {
  start primary

  budget {
    deadline 8s
    attempts 1
  }

  repeat always

  on primary {
    otherwise -> failed -> fail
  }
}
`;
