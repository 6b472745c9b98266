/** Two providers of unlike shape in one policy: from the text to the answer that a service reads. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Compilation, compile, loadValidators, memoryHost } from "@fbp/dsl";
import { type AdapterOptions, type AnyPolicyTypes, createFallback, type Policy } from "@fbp/runtime";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { beforeAll, describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const TEXT = read("fixtures/programs/two-providers.fbp");
const BESIDE = {
  "contracts/local.contract.json": read("../policies/contracts/local.contract.json"),
  "contracts/turns.contract.json": read("fixtures/mistakes/contracts/turns.contract.json"),
};

beforeAll(async () => {
  await loadValidators();
});

function compiled(text: string): Compilation {
  const host = memoryHost({ ...BESIDE, "chat.fbp": text });
  return compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
}

function codes(text: string): readonly string[] {
  return compiled(text).diagnostics.flatMap(({ code }) => (code.startsWith("FBP81") ? [code] : []));
}

describe("a policy over two providers of unlike shape", () => {
  it("is right where the path between them has an adapter", () => {
    expect(codes(TEXT)).toEqual([]);
  });

  it("is wrong on both sides where it has none", () => {
    expect(codes(TEXT.replace('  adapter    "turns"\n', ""))).toEqual(["FBP8101", "FBP8102"]);
  });
});

type Request = {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly temperature?: number;
};
type TurnsAnswer = {
  readonly answer: { readonly text: string };
  readonly spent?: { readonly read: number; readonly written: number };
};

const SPEAKERS: Readonly<Record<string, string>> = { user: "person", assistant: "machine", system: "instruction" };

const turns = {
  request: ({ messages, temperature }: Request) => ({
    turns: messages.map(({ role, content }) => ({ speaker: SPEAKERS[role], text: content })),
    answer_limit: 1000,
    ...(temperature === undefined ? {} : { temperature: temperature / 2 }),
  }),
  response: ({ answer, spent }: TurnsAnswer) => ({
    choices: [{ message: { role: "assistant", content: answer.text }, finish_reason: "stop" }],
    usage: { total_tokens: (spent?.read ?? 0) + (spent?.written ?? 0) },
  }),
};

const returns = (body: unknown, status = 200): WorldEvent => ({ kind: "returns", status, body, afterMs: 10 });

async function ask(backup: WorldEvent, adapter: object = turns) {
  const [policy] = compiled(TEXT).policies();
  if (policy === undefined) throw new Error("no policy");
  const clock = new VirtualClock();
  const plain = { choices: [{ message: { content: "from the last path" }, finish_reason: "stop" }] };
  const transport = new ScriptedTransport(clock, {
    primary: [returns({}, 503)],
    backup: [backup],
    last: [returns(plain)],
  });
  const adapters = { turns: adapter } as NonNullable<AdapterOptions<AnyPolicyTypes>["adapters"]>;
  const chat = createFallback(policy as Policy, { transport, clock, env: { FBP_LOCAL_KEY: "key" }, adapters });
  const asked = chat.complete({ messages: [{ role: "user", content: "hello" }], temperature: 1 });
  clock.run();
  const completion = await asked;
  return {
    completion,
    calls: transport.calls.map(({ path, body }) => ({ path, body: JSON.parse(String(body)) as unknown })),
  };
}

describe("at work", () => {
  it("asks each provider in its own words, and answers in those of the first", async () => {
    const usable = { answer: { text: "hi" }, ended: "complete", spent: { read: 3, written: 2 } };
    const { completion, calls } = await ask(returns(usable));
    expect(calls).toEqual([
      { path: "primary", body: { model: "model-a", messages: [{ role: "user", content: "hello" }], temperature: 1 } },
      {
        path: "backup",
        body: {
          engine: "engine-b",
          turns: [{ speaker: "person", text: "hello" }],
          answer_limit: 1000,
          temperature: 0.5,
        },
      },
    ]);
    expect(completion).toMatchObject({
      kind: "answer",
      source: "backup",
      response: { choices: [{ message: { content: "hi" } }], usage: { total_tokens: 5 } },
    });
    // The provider's own counts are read before anything is rewritten.
    expect(completion.outcome.attempts[1]).toMatchObject({ usage: { input: 3, output: 2 } });
  });

  it.each<[string, WorldEvent, object, string]>([
    ["an answer that is none in the provider's own words", returns({ answer: {} }), turns, "standard"],
    ["an answer that was cut", returns({ answer: { text: "h" }, ended: "limit" }), turns, "standard"],
    [
      "an answer that its adapter cannot rewrite",
      returns({ answer: { text: "hi" }, ended: "complete" }),
      {
        ...turns,
        response: ({ answer }: { readonly answer: { readonly lines: readonly string[] } }) => answer.lines[0]?.length,
      },
      "adapter",
    ],
    [
      "an answer that its adapter makes into a refusal",
      returns({ answer: { text: "hi" }, ended: "complete" }),
      { ...turns, response: () => ({ choices: [{ message: { content: "no", refusal: "no" } }] }) },
      "adapter.not_refused",
    ],
  ])("goes on after %s", async (_, event, adapter, check) => {
    const { completion, calls } = await ask(event, adapter);
    expect(completion).toMatchObject({ kind: "answer", source: "last" });
    expect(completion.outcome.attempts[1]).toMatchObject({ signal: "unusable_output", check });
    expect(calls.map(({ path }) => path)).toEqual(["primary", "backup", "last"]);
  });
});
