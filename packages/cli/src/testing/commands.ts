/** Every command of the program, and a row for each: what it is run with, what it reads and writes. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { emptyEvidence } from "@fbp/dsl";
import type { Command } from "commander";
import { createProgram } from "../program.ts";
import { CONTRACT, POLICY } from "./fbp.ts";
import { memoryIo } from "./memory-io.ts";
import { recordedOutage } from "./outcomes.ts";

/** A command line behind `fbp`. A word that begins with `<` names a file or folder that is read, with `>` one that is written. */
export type Line = readonly string[];

export interface Row {
  /** Its first line has a result, and status 0 in a project of `everything`; all of them together name every file that it takes. */
  readonly lines: readonly [Line, ...Line[]];
  /** Why it prints nothing as JSON. */
  readonly noJson?: string;
  /** Lines with a name that only the command itself can know to be wrong, each with the one that was meant. */
  readonly misspelt?: readonly (readonly [line: Line, meant: string])[];
}

/** Some requests in the midst of an outage. */
const RECORDED = { from: 150, to: 200 } as const;
const TRACE = RECORDED.from.toString(16).padStart(32, "0");

const PROVIDER = "contracts/provider.contract.json";
const VERIFY = ["contract", "verify", "--checker", "jo", "--valid-days", "90", `<${PROVIDER}`];
const SIGN = ["--criterion", "prompt", "--by", "jo", "--note", "200 recorded prompts, see QA-17"];
const POLICY_NAMED = ["--policy", "chta"];

/** By the name behind `fbp`. A command that is not here fails the test of them all. */
export const ROWS: Readonly<Record<string, Row>> = {
  check: { lines: [["check", "<chat.fbp"]] },
  build: { lines: [["build", "<chat.fbp", "--out-dir", ">made"]] },
  fmt: { lines: [["fmt", "<chat.fbp"]] },
  test: { lines: [["test", "<chat.fbp"]] },
  diff: {
    lines: [["diff", "<chat.fbp", "<other.fbp"]],
    misspelt: [[["diff", "chat.fbp", "other.fbp", "--fail-on", "bonds"], "bounds"]],
  },
  explain: {
    lines: [
      ["explain", "<chat.fbp", "--status", "429", "--body", "<error.json", "--request", "<request.json"],
      ["explain", "<chat.fbp", "--outcome", "<outcomes.jsonl", "--trace", TRACE],
    ],
    misspelt: [
      [["explain", "chat.fbp", "--status", "429", ...POLICY_NAMED], "chat"],
      [["explain", "chat.fbp", "--status", "429", "--path", "bakcup"], "backup"],
      [["explain", "chat.fbp", "--signal", "rate_limted"], "rate_limited"],
    ],
  },
  canary: {
    // The provider is in the process of the tests, which may be busy.
    lines: [["canary", "<chat.fbp", "--path", "backup", "--timeout", "60s", "--evidence", ">backup.evidence.json"]],
    misspelt: [
      [["canary", "chat.fbp", ...POLICY_NAMED], "chat"],
      [["canary", "chat.fbp", "--path", "bakcup"], "backup"],
    ],
  },
  drill: {
    lines: [
      ["drill", "<chat.fbp", "--only", "malformed", "--junit", ">drills.xml"],
      ["drill", "<chat.fbp", "--staging", "--only", "fallback-canary", "--evidence", ">backup.evidence.json"],
      ["drill", "<chat.fbp", "--staging", "--only", "cost", "--path", "backup", "--billing", "<bill.csv"],
    ],
    misspelt: [
      [["drill", "chat.fbp", "--path", "bakcup"], "backup"],
      [["drill", "chat.fbp", ...POLICY_NAMED], "chat"],
      [["drill", "chat.fbp", "--only", "streamin"], "streaming"],
    ],
  },
  simulate: {
    lines: [
      ["simulate", "<chat.fbp", "--profile", "<faults.yaml", "--for", "10s", "--svg", ">chart.svg"],
      ["simulate", "<chat.fbp", "--replay", "<outcomes.jsonl"],
    ],
    misspelt: [
      [["simulate", "chat.fbp", "--profile", "faults.yaml", ...POLICY_NAMED], "chat"],
      [["simulate", "chat.fbp", "--profile", "faults.yaml", "--vary", "budget.atempts=1..2"], "budget.attempts"],
    ],
  },
  report: {
    lines: [
      ["report", "<outcomes.jsonl", "--html", ">report.html"],
      ["report", "<outcomes.jsonl", "--billing", "<bill.csv", "--prices", "<chat.fbp"],
    ],
    misspelt: [[["report", "outcomes.jsonl", ...POLICY_NAMED], "chat"]],
  },
  graph: {
    lines: [["graph", "<chat.fbp", "--output", ">chat.svg"]],
    misspelt: [[["graph", "chat.fbp", ...POLICY_NAMED], "chat"]],
  },
  init: { lines: [["init", ">begun"]] },
  alerts: { lines: [["alerts", "<chat.fbp", "--output", ">rules.yml", "--tests", ">rules.test.yml"]] },
  import: { lines: [["import", "<gateway.json", "--out", ">imported.fbp"]] },
  "contract status": { lines: [["contract", "status", "<chat.fbp"]] },
  "contract verify": {
    lines: [[...VERIFY, "auth", "--title", "Keys", "--file", "<keys.txt"]],
    misspelt: [[[...VERIFY, "auht"], "auth"]],
  },
  "contract check": { lines: [["contract", "check", `<${PROVIDER}`, "<capture.json"]] },
  "contract import": {
    lines: [["contract", "import", "<openapi.json", "--operation", "createChat", "--out", ">made.contract.json"]],
  },
  "evidence status": { lines: [["evidence", "status", "<eligible.fbp"]] },
  "evidence sign": {
    lines: [["evidence", "sign", "<chat.fbp", "--path", "backup", ...SIGN]],
    misspelt: [
      [["evidence", "sign", "chat.fbp", "--path", "bakcup", ...SIGN], "backup"],
      [["evidence", "sign", "chat.fbp", "--path", "backup", ...SIGN, "--criterion", "promt"], "prompt"],
    ],
  },
  completion: { lines: [["completion", "bash"]], noJson: "what it prints is a script for a shell" },
};

/** Ready to be run: without the marks. */
export function wordsOf(line: Line): readonly string[] {
  return line.map(nameIn);
}

export function nameIn(word: string): string {
  return word.replace(/^[<>](?=.)/, "");
}

/** The program, whose commands do nothing: what was to run is told to `ran`. */
export function emptyProgram(ran: (command: Command) => void = () => {}): Command {
  return createProgram({ io: memoryIo(), run: async (command) => ran(command), refuse: () => {} });
}

/** Groups, and the commands in them, as `contract` and `contract status`. */
export function commandsIn(command: Command = emptyProgram(), prefix = ""): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((inner) => {
    const name = `${prefix}${inner.name()}`;
    return [[name, inner] as const, ...commandsIn(inner, `${name} `)];
  });
}

const ALERTS = `  alerts {
    failing when failure_rate(primary) > 10% for 5m page "oncall"
  }

  on primary {`;

const FAULTS = `fbp: 1
rate: 20
paths:
  primary:
    latency: { p50: 1s, p95: 3s }
    errors: [{ share: 2%, fault: reset }]
  backup:
    latency: { p50: 1s, p95: 3s }
`;

const KEY_VARIABLE = "FBP_TEST_KEY";

/** With what the commands are run that read the environment. */
export const ENV = { [KEY_VARIABLE]: "a-key-of-the-tests" } as const;

const CHAT = POLICY.replace("  on primary {", ALERTS).replace(
  "path backup {",
  'path backup {\n  validated for primary by "./backup.evidence.json"',
);

/**
 * A project in which every command has a result, for tests to copy.
 *
 * @param baseUrl of a provider that answers
 * @returns the folder, to be removed by whoever asked
 */
export async function everything(baseUrl: string): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fbp-everything-")));
  const contract = JSON.parse(CONTRACT) as { readonly endpoint: object; readonly auth: object };
  const own = {
    ...contract,
    endpoint: { ...contract.endpoint, baseUrl },
    auth: { ...contract.auth, env: KEY_VARIABLE },
  };
  const fixture = (name: string): string => readFileSync(new URL(`../actions/${name}`, import.meta.url), "utf8");
  const files: Readonly<Record<string, string>> = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "chat.fbp": CHAT,
    "other.fbp": CHAT.replace("attempts  3", "attempts  2"),
    // Nothing in it falls back, so nothing has to be eligible.
    "eligible.fbp": POLICY.slice(0, POLICY.indexOf("scenario ")).replaceAll("fallback backup else fail", "fail"),
    [PROVIDER]: `${JSON.stringify(own, null, 2)}\n`,
    "backup.evidence.json": emptyEvidence("backup", "primary"),
    "faults.yaml": FAULTS,
    "error.json": '{ "error": { "code": "rate_limit_exceeded", "message": "slow down" } }',
    "request.json": '{ "messages": [{ "role": "user", "content": "hello" }] }',
    "capture.json": '{ "messages": [{ "role": "user", "content": "hello" }] }',
    "gateway.json": fixture("fixtures/gateways/portkey.json"),
    "openapi.json": fixture("contract/fixtures/orbit-3.1.json"),
    "bill.csv": "time,model,request id,input tokens,output tokens,cost\n",
    "keys.txt": "a key goes into the header authorization",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const outcomes = (await recordedOutage(folder)).filter(({ traceId }) => isRecorded(traceId));
  writeFileSync(join(folder, "outcomes.jsonl"), outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(""));
  return folder;
}

/** Runs `work` in a copy of a project, which goes with it. */
export async function inCopy<Result>(project: string, work: (cwd: string) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fbp-copy-")));
  try {
    cpSync(project, folder, { recursive: true });
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isRecorded(traceId: string | null): boolean {
  const number = Number.parseInt(traceId ?? "", 16);
  return number >= RECORDED.from && number < RECORDED.to;
}
