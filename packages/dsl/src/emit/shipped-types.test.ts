/** The types of every contract that ships, and of OpenAI's own schema, as a service meets them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DATA, ROOT, SHIPPED } from "../contract/testing/shipped.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import { consumer } from "./testing/consumer.ts";

const FOLDER = join(ROOT, "policies/contracts");
const OPENAI = `${DATA}/openai-chat.schema.json`;

const FILES = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [`contracts/${name}`, readFileSync(join(FOLDER, name), "utf8")]),
);

/** OpenAI's published schema, to the letter, in a contract. */
function openaiContract(): string {
  const contract = JSON.parse(FILES["contracts/local.contract.json"] ?? "");
  const { $defs } = JSON.parse(readFileSync(OPENAI, "utf8"));
  contract.request.schema = { $ref: "#/$defs/CreateChatCompletionRequest" };
  contract.response.schema = { $ref: "#/$defs/CreateChatCompletionResponse" };
  contract.response.stream.chunk = { $ref: "#/$defs/CreateChatCompletionStreamResponse" };
  return JSON.stringify({ ...contract, $defs });
}

async function declarationsOf(contract: string): Promise<string> {
  const policy = `contract provider from "./contracts/${contract}.contract.json"
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
  const schema = existsSync(OPENAI) ? { "contracts/openai-schema.contract.json": openaiContract() } : {};
  const compilation = compile("chat.fbp", memoryHost({ ...FILES, ...schema, "chat.fbp": policy }), {
    profile: "development",
    asOf: "2026-11-22",
  });
  const wrong = compilation.diagnostics.filter(({ severity }) => severity === "error");
  expect(wrong.map(({ code, text }) => `${code} ${text}`)).toEqual([]);
  return (await compilation.artefacts()).find(({ name }) => name.endsWith(".d.ts"))?.text ?? "";
}

/** What services do day by day; each line that must not compile is marked. */
const service = (contract: string) => `
import chat from "./${contract}.policy.js";
import type { provider } from "./${contract}.policy.js";
import { createFallback } from "@fbp/runtime";
import type { Transport } from "@fbp/runtime/engine";

declare const transport: Transport;
const client = createFallback(chat, { transport });

const system: provider.Request["messages"][number] = { role: "system", content: "be brief" };

export async function answer(ask: string): Promise<string> {
  const done = await client.complete({
    messages: [system, { role: "user", content: ask }],
    temperature: 0.2,
    stop: ["END"],
    tools: [{ type: "function", function: { name: "look_up", parameters: { type: "object" } } }],
    tool_choice: "auto",
    response_format: { type: "json_object" },
  });
  if (done.kind !== "answer") return "";
  const [choice] = done.response.choices;
  const spent: number = done.response.usage?.total_tokens ?? 0;
  const calls = (choice?.message?.tool_calls ?? []).map((call) => call.id ?? "");
  if (choice?.finish_reason === "stop") return calls.join();
  const content = choice?.message?.content;
  return typeof content === "string" ? content : String(spent);
}

export async function wrong(): Promise<void> {
  // @ts-expect-error a request without messages
  await client.complete({ temperature: 1 });
  // @ts-expect-error no such role
  await client.complete({ messages: [{ role: "usr", content: "hello" }] });
  // @ts-expect-error a slip of the pen in a field
  await client.complete({ messages: [system], max_token: 5 });
  // @ts-expect-error text for a number
  await client.complete({ messages: [system], temperature: "0" });
  // @ts-expect-error no such choice of tools
  await client.complete({ messages: [system], tool_choice: "always" });
  const done = await client.complete({ messages: [system], model: "model-b" });
  if (done.kind !== "answer") return;
  // @ts-expect-error a slip of the pen in a field
  done.response.choice;
  // @ts-expect-error there may be no such choice
  done.response.choices[0].index;
  // @ts-expect-error there may be no content
  done.response.choices[0]?.message?.content.length;
}
`;

describe("the types of", () => {
  const contracts = [...SHIPPED, ...(existsSync(OPENAI) ? ["openai-schema"] : [])];
  const { compile: tsc, close } = consumer();
  afterAll(close);

  it.each(contracts)("%s can be read", async (contract) => {
    const text = await declarationsOf(contract);
    expect(text).not.toMatch(/\[k: string\]/);
    expect([...text.matchAll(/\b(?:interface|type) (\w*\d)\b/g)].map(([, name]) => name)).toEqual([]);
    expect(text.replaceAll("(string & {})", "string")).not.toContain("&");
    expect(text).not.toMatch(/\bnull \||\bnull\[\]/);
    for (const line of text.split("\n").filter((one) => one.includes(" | "))) {
      const members = line.replace(/^.*?[:=] |;$/g, "").split(" | ");
      expect([line, new Set(members).size]).toEqual([line, members.length]);
    }
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(130);
    expect(await declarationsOf(contract)).toBe(text);
  });

  it("all of them serve a service, and refuse what does not fit", { timeout: 120_000 }, async () => {
    const files: Record<string, string> = {};
    for (const contract of contracts) {
      files[`${contract}.policy.d.ts`] = await declarationsOf(contract);
      files[`${contract}.service.ts`] = service(contract);
    }
    expect(tsc(files)).toBe("");
  });

  it.skipIf(existsSync(OPENAI))("OpenAI's schema: skipped, for ../shared/data is absent", () => {});
});
