/** Real error bodies and real answers, through the compiled contract and the engine. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "@fbp/runtime";
import { type AttemptRecord, Health } from "@fbp/runtime/core";
import { run } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { describe, expect, it } from "vitest";
import { compileText } from "./support/compile.ts";

const DATA = join(import.meta.dirname, "../../shared/data");
const there = existsSync(DATA);
if (!there) console.warn("skipped: ../shared/data is absent, so no real bodies are tried");

const policyFor = (contract: string) => `
contract provider from "./contracts/${contract}.contract.json"
path primary {
  contract provider
  model    "model"
  timeout  8s
}
policy plain {
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

interface Row {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly class: string;
}

/** What the data calls a class, as signals of the language; where several are given, any is right. */
const SIGNALS: Readonly<Record<string, readonly string[]>> = {
  auth: ["auth_or_account"],
  quota_exhausted: ["quota_exhausted"],
  rate_limited: ["rate_limited"],
  context_length: ["context_overflow"],
  content_filter: ["content_refused"],
  model_not_found: ["route_unavailable"],
  overloaded: ["route_unavailable"],
  server_error: ["server_error"],
  timeout: ["transport_timeout"],
  gateway_html: ["server_error", "transport_timeout"],
  // Groq answers 413 where a minute's tokens are used up; to another model the same request may fit.
  request_too_large: ["client_invalid", "context_overflow", "rate_limited"],
  unsupported_param: ["client_invalid"],
  provider_bound_state: ["client_invalid"],
};

function attempt(policy: Policy, event: WorldEvent): AttemptRecord | undefined {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, () => event);
  let made: AttemptRecord | undefined;
  const deps = { clock, transport, random: () => 0, ids: () => "request" };
  run(deps, policy, new Health(policy), { messages: [] }, {}, (outcome) => {
    [made] = outcome.attempts;
  });
  clock.run();
  return made;
}

describe.skipIf(!there)("the OpenAI-compatible contract", () => {
  const policy = compileText(policyFor("openai-compatible"));
  const rows = there
    ? readFileSync(join(DATA, "error-bodies.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Row)
    : [];
  const whole = rows.filter((row) => row.class !== "stream_error");

  it.each(whole.map((row, at) => [at + 1, row.provider, row.status, row.class, row] as const))(
    "row %i: %s %i is %s",
    (_at, _provider, _status, kind, row) => {
      const { status, headers, body } = row;
      expect(SIGNALS[kind]).toContain(attempt(policy, { kind: "returns", status, headers, body })?.signal);
    },
  );

  const answers = there ? readdirSync(join(DATA, "captures/responses")) : [];
  /** How the captures of a provider with a contract of its own begin. */
  const own = [
    ["openai", "openai-text"],
    ["azure-openai", "azure-"],
    ["groq", "groq-"],
    ["mistral", "mistral-"],
    ["deepseek", "deepseek-"],
  ] as const;

  it.each(own)(
    "of %s takes what its provider answered, unless it says itself that it is cut",
    (contract, beginning) => {
      const names = answers.filter((name) => name.startsWith(beginning));
      expect(names).not.toEqual([]);
      for (const name of names) expectTaken(compileText(policyFor(contract)), name);
    },
  );

  it.each(answers)("takes the captured answer %s, unless it says itself that it is cut", (name) => {
    expectTaken(policy, name);
  });
});

function expectTaken(policy: Policy, name: string): void {
  const body = readFileSync(join(DATA, "captures/responses", name), "utf8");
  const cut = (JSON.parse(body) as { choices: { finish_reason: string }[] }).choices[0]?.finish_reason === "length";
  const made = attempt(policy, { kind: "returns", status: 200, body });
  expect([made?.signal, made?.check]).toEqual(cut ? ["unusable_output", "standard"] : [null, null]);
}
