import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { ContractModel, PolicyModel } from "../check/model.ts";
import { memoryHost } from "../host.ts";
import { fitsAnything } from "../lower/fits.ts";
import { lowerPolicies } from "../lower/policy.ts";
import { compile as compileText } from "../program.ts";
import { CONTRACT, contractModel, FAIL, NOWHERE, pathModel, policyModel, rule } from "../testing/models.ts";
import { declarationsText } from "./declarations.ts";
import { consumer } from "./testing/consumer.ts";

function textOf(models: readonly PolicyModel[]): string {
  const lowered = lowerPolicies(models, { digest: "", fits: fitsAnything, validators: "" });
  return declarationsText(models, lowered, "chat.fbp");
}

function contractOf(changes: Partial<ContractModel["contract"]>, name = "local"): ContractModel {
  const contract = { ...CONTRACT, ...changes };
  return contractModel({ name, contract, root: contract });
}

const second = contractOf(
  {
    response: {
      ...CONTRACT.response,
      schema: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
    },
    request: { ...CONTRACT.request, schema: { $ref: "#/$defs/body" } },
    $defs: {
      body: { title: "Body", type: "object", required: ["model"], properties: { model: { type: "string" } } },
      message: { title: "Message", type: "object" },
    },
  },
  "second",
);

const chat = policyModel({
  doc: "Answers people.\n*/ declare const broken: 1; /*",
  contracts: [contractModel(), second],
  context: [
    { name: "tier", doc: "what the caller pays for", type: "enum", values: ["free", "paid"], default: "free" },
    { name: "depth", doc: null, type: "number" },
    { name: "na-me", doc: null, type: "string", default: "" },
    { name: "safe", doc: null, type: "bool", default: false },
  ],
  paths: [
    pathModel({
      rules: [
        rule([0, 1, 2], { reason: "primary_slow", actions: [{ kind: "fallback", path: 1, span: NOWHERE }, FAIL] }),
      ],
    }),
    pathModel({ name: "back-up", contract: 1 }),
  ],
});

/** What a service says of itself: it compiles, and each line that must not is marked. */
const SERVICE = `
import chat, { chat as named, plain } from "./chat.policy.js";
import type { ChatContext, ChatPath, ChatReason } from "./chat.policy.js";
import { createFallback } from "@fbp/runtime";
import type { Transport } from "@fbp/runtime/engine";

declare const transport: Transport;
const client = createFallback(chat, { transport });
const path: ChatPath = "back-up";
const reason: ChatReason = "primary_slow";
const context: ChatContext = { depth: 1, "na-me": "x", safe: true };

export async function answer(): Promise<string> {
  const done = await client.complete({ messages: [{ role: "user", content: "hello" }] }, { context: { depth: 2, tier: "paid" } });
  if (done.kind !== "answer") return String(done.outcome.reason === reason);
  if ("text" in done.response && typeof done.response.text === "string") return done.response.text;
  return done.source === path ? "second" : "first";
}

export async function wrong(): Promise<void> {
  // @ts-expect-error a request without messages
  await client.complete({}, { context });
  // @ts-expect-error messages that are none
  await client.complete({ messages: "hello" }, { context });
  // @ts-expect-error a context is needed: depth has no default
  await client.complete({ messages: [] });
  // @ts-expect-error a value that the field does not have
  await client.complete({ messages: [] }, { context: { depth: 1, tier: "gold" } });
  // @ts-expect-error a field that the context does not have
  await client.complete({ messages: [] }, { context: { depth: 1, teir: "free" } });
  const done = await client.complete({ messages: [] }, { context });
  // @ts-expect-error no such path
  done.outcome.source === "bakcup";
  // @ts-expect-error no such reason
  const other: ChatReason = "primary_slwo";
}

export async function without(): Promise<void> {
  await createFallback(plain, { transport }).complete({ messages: [] });
  // @ts-expect-error this policy has no context
  await createFallback(plain, { transport }).complete({ messages: [] }, { context: { tier: "free" } });
  await createFallback(named, { transport }).complete({ messages: [] }, { context });
}
`;

/** What a service has to give for a path on another contract; each line that must not compile is marked. */
const ADAPTED = `
import chat from "./chat.policy.js";
import type { ChatAdapters, local, turns } from "./chat.policy.js";
import { createFallback } from "@fbp/runtime";
import type { Transport } from "@fbp/runtime/engine";

declare const transport: Transport;

const adapter: ChatAdapters["turns"] = {
  request: ({ messages }) => ({
    turns: messages.map(({ content }) => ({ speaker: "person", text: typeof content === "string" ? content : "" })),
    answer_limit: 1000,
  }),
  response: ({ answer }) => ({ choices: [{ message: { content: answer.text }, finish_reason: "stop" }] }),
};

export async function answer(): Promise<string> {
  const client = createFallback(chat, { transport, adapters: { turns: adapter } });
  const done = await client.complete({ messages: [{ role: "user", content: "hello" }] });
  if (done.kind !== "answer") return "";
  const response: local.Response = done.response;
  return response.choices[0]?.message.content ?? "";
}

export function wrong(): void {
  // @ts-expect-error no adapters at all
  createFallback(chat, { transport });
  // @ts-expect-error another one than the path names
  createFallback(chat, { transport, adapters: { truns: adapter } });
  // @ts-expect-error answers have to be rewritten too
  createFallback(chat, { transport, adapters: { turns: { request: adapter.request } } });
  const other = (): turns.Response => ({ answer: { text: "" }, ended: "complete" });
  // @ts-expect-error what the service cannot read
  createFallback(chat, { transport, adapters: { turns: { ...adapter, response: other } } });
  // @ts-expect-error a request that the path's contract does not take
  createFallback(chat, { transport, adapters: { turns: { ...adapter, request: () => ({ messages: [] }) } } });
  // @ts-expect-error it gets the service's requests, and no others
  createFallback(chat, { transport, adapters: { turns: { ...adapter, request: (request: { n: number }) => ({ turns: [], answer_limit: request.n }) } } });
  // @ts-expect-error a promise is no answer
  createFallback(chat, { transport, adapters: { turns: { ...adapter, response: async () => adapter.response({ answer: { text: "" }, ended: "complete" }) } } });
}
`;

describe("the declarations", () => {
  const { compile, close } = consumer();
  afterAll(close);

  test("give a service its types, and refuse what does not fit them", { timeout: 120_000 }, () => {
    const text = textOf([chat, policyModel({ name: "plain" })]);
    expect(compile({ "chat.policy.d.ts": text, "service.ts": SERVICE })).toBe("");
  });

  test("state the types of each contract under its own name", () => {
    const text = textOf([chat]);
    expect(text).toContain("export declare namespace local {");
    expect(text).toContain("export declare namespace second {");
    expect(text).toContain("response: local.Response | second.Response;");
    expect(text).toContain("request: local.Request;");
  });

  test("state what a piece of a streamed answer is, where the contract says it", () => {
    const chunk = { type: "object", properties: { delta: { type: "string" } } };
    const streaming = contractOf({
      request: { ...CONTRACT.request, stream: "stream" },
      response: { ...CONTRACT.response, stream: { format: "sse", end: null, chunk } },
    });
    const text = textOf([policyModel({ contracts: [streaming] })]);
    expect(text).toMatch(/interface Chunk \{\s+delta\?: string;/);
    expect(text).toContain("chunk: local.Chunk;");
    expect(textOf([chat])).toContain("chunk: unknown;");
  });

  test("name whom the rules call, and the queues that they hand requests to", () => {
    const hooks = (kind: "page" | "notify", target: string) => [{ kind, target, span: NOWHERE }];
    const rules = [
      rule([0], { hooks: hooks("page", "llm-oncall") }),
      rule([1], { hooks: [...hooks("page", "llm-oncall"), ...hooks("notify", "caller")] }),
      rule([2], { actions: [{ kind: "defer", to: "jobs", span: NOWHERE }] }),
    ];
    const text = textOf([policyModel({ paths: [pathModel({ rules })] })]);
    expect(text).toContain('export type ChatPage = "llm-oncall";');
    expect(text).toContain('export type ChatNotify = "caller";');
    expect(text).toContain('export type ChatQueue = "jobs";');
    expect(textOf([policyModel()])).toContain("export type ChatQueue = never;");
  });

  test("do not ask for the model, which the path decides", () => {
    const text = textOf([policyModel({ contracts: [second] })]);
    expect(text).toMatch(/interface Request \{\s+\/\*\* The path decides it\. \*\/\s+model\?: string;/);
  });

  test("keep apart a policy and a contract of one name", () => {
    const text = textOf([policyModel({ name: "local" })]);
    expect(text).toContain("declare const local: TypedPolicy<LocalTypes>;");
    expect(text).toContain("export declare namespace local_2 {");
  });

  test("are the same each time", () => {
    expect(textOf([chat])).toBe(textOf([chat]));
  });

  test("ask for the adapters that paths name, typed by both contracts", { timeout: 120_000 }, async () => {
    const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../../../${name}`, import.meta.url)), "utf8");
    const host = memoryHost({
      "chat.fbp": read("test/fixtures/programs/two-providers.fbp"),
      "contracts/local.contract.json": read("policies/contracts/local.contract.json"),
      "contracts/turns.contract.json": read("test/fixtures/mistakes/contracts/turns.contract.json"),
    });
    const compiled = compileText("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
    const text = (await compiled.artefacts()).find(({ name }) => name === "chat.policy.d.ts")?.text ?? "";
    expect(text).toContain('import type { FullAdapter, TypedPolicy } from "@fbp/runtime";');
    expect(compile({ "chat.policy.d.ts": text, "service.ts": ADAPTED })).toBe("");
  });

  test("leave the answers of a path as they are where they can be read so", () => {
    const model = policyModel({
      contracts: [contractModel(), second],
      paths: [pathModel({ rules: [rule([0])] }), pathModel({ name: "backup", contract: 1, adapter: "TypedPolicy" })],
    });
    const text = textOf([model, policyModel({ name: "Adapter" })]);
    expect(text).toContain("import type { Adapter as Adapter_2, TypedPolicy } from");
    expect(text).toMatch(/interface ChatAdapters \{\s+\/\*\* Of the path backup\. \*\/\s+TypedPolicy: Adapter_2</);
    expect(text).toContain("response: local.Response | second.Response;");
    expect(text).toMatch(/interface Adapter_3Adapters \{\s+\[name: string\]: never;/);
    expect(compile({ "chat.policy.d.ts": text, "service.ts": 'import chat from "./chat.policy.js"; chat.name;' })).toBe(
      "",
    );
  });

  test("widen what cannot be said, and never fetch", () => {
    const schema = {
      type: "object",
      properties: {
        away: { $ref: "https://example.com/x.json" },
        file: { $ref: "./secrets.json" },
        nowhere: { $ref: "#/$defs/none" },
        pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
        bounded: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 100_000 },
        by_pattern: { type: "object", patternProperties: { "^x-*/ declare const broken: 1 */": { type: "string" } } },
        pasted: { tsType: "never; declare const broken: 1", type: "string" },
      },
    };
    const text = textOf([policyModel({ contracts: [contractOf({ response: { ...CONTRACT.response, schema } })] })]);
    expect(text).toMatch(/away\?: unknown;\s+file\?: unknown;\s+nowhere\?: unknown;/);
    expect(text).toContain("bounded?: string[];");
    expect(text).not.toContain("const broken");
  });

  test("follow references to wherever they lead, also to places that have no type of their own", () => {
    const $defs = {
      message: {
        type: "object",
        properties: {
          parts: {
            prefixItems: [{ type: "string" }, { title: "Part", properties: { b: {}, c: { type: "integer" } } }],
          },
        },
      },
      picked: { not: { type: "object", properties: { deep: { enum: ["deep"] } } } },
      scoped: {
        $id: "urn:scoped",
        $defs: { inner: { const: "inner" } },
        properties: { inner: { $ref: "#/$defs/inner" } },
      },
    };
    const schema = {
      type: "object",
      properties: {
        part: { $ref: "#/$defs/message/properties/parts/prefixItems/1" },
        deep: { $ref: "#/$defs/picked/not/properties/deep" },
        scoped: { $ref: "#/$defs/scoped" },
        self: { $ref: "#/response/schema" },
      },
    };
    const contract = contractOf({ response: { ...CONTRACT.response, schema }, $defs });
    const text = textOf([policyModel({ contracts: [contract] })]);
    expect(text).toContain("part?: Part;");
    expect(text).toContain('deep?: "deep";');
    expect(text).toMatch(/interface Scoped \{\s+inner\?: "inner";/);
    expect(text).toContain("self?: Response;");
  });

  test("keep hostile text out of the code", { timeout: 120_000 }, async () => {
    const hostile = [
      "*/ declare const broken: 1; /*",
      '"; declare const broken: 1; "',
      "\u2028",
      "`",
      "constructor",
      "\n",
    ];
    const properties = Object.fromEntries(
      hostile.map((text) => [text, { description: text, title: text, enum: [text, 1, null] }]),
    );
    const contract = contractOf({
      response: { ...CONTRACT.response, schema: { type: "object", title: "Bodies", properties } },
      $defs: { message: { title: "Response", type: "object", description: "*/ declare const broken: 1; /*" } },
    });
    const models = hostile.map((text) =>
      policyModel({
        name: text,
        doc: text,
        contracts: [{ ...contract, name: text }],
        paths: [pathModel({ name: text })],
      }),
    );
    expect(
      compile({
        "chat.policy.d.ts": textOf(models),
        "service.ts": 'import chat from "./chat.policy.js"; chat.name;',
      }),
    ).toBe("");
    const use = 'import chat from "./chat.policy.js"; chat.name; declare const used: typeof broken;';
    expect(compile({ "chat.policy.d.ts": textOf(models), "service.ts": use })).toMatch(/Cannot find name 'broken'/);
  });
});
