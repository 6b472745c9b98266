/** What is drilled of a policy, and what is expected of it, without a socket. */
import { readFileSync } from "node:fs";
import { nth, type Outcome } from "@fbp/runtime/core";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../contract/testing/shipped.ts";
import { loadValidators } from "../emit/load-validators.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import {
  type DrillCase,
  demandsBroken,
  eventsOf,
  expectedOf,
  itemsOf,
  livePlanOf,
  type Plan,
  plainPolicy,
  planOf,
} from "./index.ts";

const read = (name: string): string => readFileSync(`${ROOT}policies/${name}`, "utf8");

beforeAll(() => loadValidators());

const HEAD = `contract api from "./contracts/openai-compatible.contract.json"

path first {
  contract    api
  model       "model-a"
  timeout     2s
  first_token 1s
  stall       1s
}

path second {
  contract api
  model    "model-b"
  timeout  500ms..1s
  account  "another"
}
`;

interface Made {
  readonly plan: Plan;
  readonly live: Plan;
  readonly expected: (name: string) => { readonly outcome: Outcome; readonly items: ReturnType<typeof itemsOf> };
  readonly names: (step: DrillCase["step"]) => readonly string[];
}

async function made(text: string, more: Readonly<Record<string, string>> = {}): Promise<Made> {
  const contracts = ["openai-compatible", "openrouter", "cometapi"].map((name) => `contracts/${name}.contract.json`);
  const files = Object.fromEntries(contracts.map((name) => [name, read(name)]));
  const host = memoryHost({ "chat.fbp": text, ...files, ...more });
  const compiled = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const { program } = compiled;
  if (program === null)
    throw new Error(compiled.diagnostics.map(({ code, text: what }) => `${code} ${what}`).join("\n"));
  const model = nth(program.policies, 0);
  const plain = await plainPolicy(model);
  const proved = compiled.examined[0]?.proved;
  const plan = planOf(model, plain, proved?.kind === "proved" ? proved.proof.situations : null);
  const live = livePlanOf(model, plain);
  // Whatever is demanded of a drill, the policy itself leads to expect.
  for (const of of [plan, live]) {
    for (const one of of.cases) {
      const [seen] = expectedOf(plain, one, eventsOf(of, one));
      expect({ name: one.name, broken: demandsBroken(one.demands, seen).map(({ text: demand }) => demand) }).toEqual({
        name: one.name,
        broken: [],
      });
    }
  }
  return {
    plan,
    live,
    names: (step) => plan.cases.filter((one) => one.step === step).map(({ name }) => name),
    expected: (name) => {
      const one = plan.cases.find((each) => each.name === name);
      if (one === undefined) throw new Error(`no drill is called ${name}`);
      const [seen] = expectedOf(plain, one, eventsOf(plan, one));
      return { outcome: seen.outcome, items: itemsOf(seen) };
    },
  };
}

describe("the runbook policy", () => {
  let runbook: Made;
  beforeAll(async () => {
    runbook = await made(read("chat-completions.fbp"), {
      "evidence/backup.evidence.json": read("evidence/backup.evidence.json"),
    });
  });

  test("has drills in every step", () => {
    expect(runbook.plan.left).toEqual([]);
    const steps = new Set(runbook.plan.cases.map(({ step }) => step));
    expect([...steps]).toHaveLength(9);
    expect(new Set(runbook.plan.cases.map(({ name }) => name)).size).toBe(runbook.plan.cases.length);
  });

  test("waits out its timeouts before the backup is asked", () => {
    const { outcome, items } = runbook.expected("primary never answers");
    expect(outcome).toMatchObject({ result: "answer", source: "backup", elapsedMs: 16_000, retries: 1, fallbacks: 1 });
    expect(items.calls).toBe("primary transport_timeout, primary transport_timeout, backup answered");
  });

  test("never repeats a request that may have had an effect", () => {
    const { outcome } = runbook.expected("primary resets the connection of a request that must not be sent twice");
    expect(outcome).toMatchObject({ result: "failure", retries: 0, fallbacks: 0 });
    expect(outcome.attempts).toHaveLength(1);
  });

  test("shows the beginning of a stream that breaks, and nothing else", () => {
    expect(runbook.expected("primary is cut after 3 tokens").items).toMatchObject({
      result: "failure, partial",
      shown: '"primary says", 12 letters',
    });
    expect(runbook.expected("primary is cut before its first token").items.result).toBe("answer from backup");
  });

  test("against staging asks for what is safe there, and plays what must fail before it", () => {
    expect(runbook.live.cases.map(({ name, live }) => [name, live])).toEqual(
      ["primary", "backup"].flatMap((path) => [
        [`${path} is called as its contract says`, null],
        [`${path} answers`, "call"],
        [`${path} answers in a stream`, "call"],
        [`${path} is called with a wrong key`, "wrong_key"],
        [`${path} is sent a request without messages`, "malformed"],
      ]),
    );
    expect(runbook.live.left.map(({ step }) => step)).toEqual(["timeout", "server-error", "rate-limit", "streaming"]);
  });
});

const POLICY = (items: string, first: string, second = ""): string => `${HEAD}
policy chat {
  start first
  budget {
    deadline  6s
    attempts  3
    retries   1
    fallbacks 1
  }
${items}
  on first {
${first}
    otherwise -> failed -> fail
  }
${second}
}
`;

const SECOND = "  on second {\n    otherwise -> second_failed -> fail\n  }\n";

test("a policy that falls back to nothing says so, and is drilled all the same", async () => {
  const text = POLICY("  repeat always\n", "    server_error -> broke -> retry else fail").replace(
    /path second \{[^}]*\}\n/,
    "",
  );
  const { plan, names } = await made(text);
  expect(plan.left).toContainEqual({ step: "fallback-canary", why: "no rule falls back to another path" });
  expect(names("fallback-canary")).toEqual([]);
  expect(names("server-error")).toContain("first answers 500 once");
});

test("a path that only an open breaker leads to is told", async () => {
  const breaker =
    "  repeat always\n  breaker first {\n    window 60s, at least 20 calls\n    opens at 50% failed\n    open for 1s\n    half_open 1 probe\n  }\n";
  const { plan, expected } = await made(
    POLICY(breaker, "    circuit_open -> open_now -> fallback second else fail", SECOND),
  );
  expect(plan.left).toContainEqual({ step: "fallback-canary", why: "no failure of a call leads to second" });
  expect(expected("first has its breaker open").items).toMatchObject({
    result: "answer from second",
    reason: "open_now",
  });
});

test("where falling back hangs on the context, a request is asked that may", async () => {
  const text = POLICY(
    "  repeat only when context.may\n",
    "    route_unavailable -> gone -> fallback second else fail",
    SECOND,
  ).replace("path first", "context {\n  may: bool = false\n}\n\npath first");
  const { plan, names } = await made(text);
  expect(plan.left).toEqual([]);
  expect(nth(plan.cases, 0).asked.context).toEqual({ may: true });
  expect(names("timeout")).toContain("first resets the connection of a request that must not be sent twice");
});

test("a stream that is held shows nothing of what broke", async () => {
  const { expected, names } = await made(
    POLICY("  repeat always\n  stream held\n", "    stream_interrupted -> cut -> fallback second else fail", SECOND),
  );
  expect(expected("first is cut after 3 tokens").items).toMatchObject({ result: "answer from second", reason: "cut" });
  expect(names("streaming")).not.toContain("first is cut while tokens are held");
});

test("a stream that is held for some tokens is cut on both sides of them", async () => {
  const { expected } = await made(
    POLICY(
      "  repeat always\n  stream held for 20 tokens\n",
      "    stream_interrupted before first_token -> cut -> fallback second else fail\n    stream_interrupted -> broke -> fail with partial",
      SECOND,
    ),
  );
  expect(expected("first is cut while tokens are held").items.result).toBe("answer from second");
  expect(expected("first is cut after 23 tokens").items).toMatchObject({ result: "failure, partial" });
});

test("an answer in the form that `accept` asks for is made", async () => {
  const schema = '{ "type": "object", "required": ["city"], "properties": { "city": { "type": "string" } } }';
  const accept =
    'accept for api {\n  standard\n  form content matches schema "./city.schema.json" as json\n}\n\npolicy chat';
  const text = POLICY("  repeat always\n", "    unusable_output -> bad -> fallback second else fail", SECOND).replace(
    "policy chat",
    accept,
  );
  const { plan, expected } = await made(text, { "city.schema.json": schema });
  expect(plan.left).toEqual([]);
  expect(expected("first answers in a stream").items.result).toBe("answer from first");
});

test("where no answer can be made that a check takes, the step names the check", async () => {
  const accept =
    'accept for api {\n  standard\n  odd response.choices[0].message.content starts with "{"\n}\n\npolicy chat';
  const text = POLICY("  repeat always\n", "    unusable_output -> bad -> fallback second else fail", SECOND).replace(
    "policy chat",
    accept,
  );
  const { plan, names } = await made(text);
  expect(plan.left).toContainEqual({
    step: "primary-canary",
    why: "no answer of first could be made that the check odd takes",
  });
  expect(names("primary-canary")).toEqual(["first answers with nothing in it"]);
});

test("each signal that a rule takes is shown, whatever it is called", async () => {
  const text = POLICY("  repeat always\n", "    teapot -> odd -> fallback second else fail", SECOND)
    .replace(
      "policy chat",
      "signals for api {\n  teapot when status == 418\n  documented\n  standard\n}\n\npolicy chat",
    )
    .replace("path first", "signal teapot is transient\n\npath first");
  const { expected } = await made(text);
  expect(expected("first answers 418").items).toMatchObject({ result: "answer from second", reason: "odd" });
});
