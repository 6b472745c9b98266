/** Streams that providers really sent, read and assembled, and held against the compiled contract. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContractPlan } from "@fbp/runtime/core";
import { describe, expect, it } from "vitest";
import { Assembly } from "../../packages/runtime/src/stream/assembly.ts";
import { EventReader } from "../../packages/runtime/src/stream/events.ts";
import { compileText } from "../support/compile.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/data/captures/streams");
const HAS_DATA = existsSync(FOLDER);
if (!HAS_DATA) console.warn("skipped: ../shared/data is absent, so no real streams are read");

const policyOver = (contract: string): string => `
contract provider from "./contracts/${contract}.contract.json"
path primary {
  contract provider
  model    "model"
  timeout  8s
}
policy plain {
  start primary
  budget {
    deadline  20s
    attempts  1
    retries   0
    fallbacks 0
  }
  on primary {
    otherwise -> failed -> fail
  }
}
`;

/** Cut by their own limit of tokens: not usable, and `standard` says so. */
const CUT = ["deepseek-text.chunks.jsonl"];

const planOf = (contract: string) => compileText(policyOver(contract)).contracts[0] as ContractPlan;

/** The contracts of providers of their own, and how the files of their captures begin. */
const OWN: readonly (readonly [contract: string, file: string])[] = [
  ["openai", "openai-text"],
  ["azure-openai", "openai-azure"],
  ["azure-openai", "azure-"],
  ["groq", "groq-"],
  ["mistral", "mistral-"],
  ["deepseek", "deepseek-"],
];

/** As it came over the wire. */
function bytesOf(file: string): Uint8Array {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const framed = text
    .trim()
    .split("\n")
    .map((line) => `data: ${line}\n\n`);
  return new TextEncoder().encode(file.endsWith(".sse") ? text : `${framed.join("")}data: [DONE]\n\n`);
}

function assembled(contract: ContractPlan, pieces: readonly Uint8Array[]): Assembly {
  const assembly = new Assembly();
  const event = (_: string, data: string): void => {
    if (data === contract.stream?.end) return;
    const chunk = JSON.parse(data) as unknown;
    expect(contract.stream?.fits(chunk)).toBe(true);
    assembly.add(chunk);
  };
  const reader = new EventReader({ event }, 1024 * 1024);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return assembly;
}

describe.skipIf(!HAS_DATA)("captured streams (skipped where ../shared/data is absent)", () => {
  const files = HAS_DATA ? readdirSync(FOLDER) : [];
  const contract = planOf("openai-compatible");

  it("there are some", () => expect(files.length).toBeGreaterThanOrEqual(24));

  it.each(files)("%s: is a usable answer where it is whole, in whatever pieces it comes", (file) => {
    const bytes = bytesOf(file);
    const whole = assembled(contract, [bytes]);
    const { finished, hasToken } = whole;
    expect({ finished, hasToken }).toEqual({ finished: true, hasToken: true });
    expect(contract.accept(whole.answer(), {})).toBe(CUT.includes(file) ? 0 : -1);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(7 * at, 7 * at + 7));
    expect(assembled(contract, pieces).answer()).toEqual(whole.answer());
  });

  const own = files.flatMap((file) => {
    const found = OWN.find(([, beginning]) => file.startsWith(beginning));
    return found === undefined ? [] : [[file, found[0]] as const];
  });

  it.each(own)("%s: is a usable answer by the contract of its own provider, %s", (file, name) => {
    const plan = planOf(name);
    expect(plan.accept(assembled(plan, [bytesOf(file)]).answer(), {})).toBe(CUT.includes(file) ? 0 : -1);
  });

  it.each(files)("%s: the texts of the answer are those of its chunks, one after the other", (file) => {
    const deltas = readFileSync(join(FOLDER, file), "utf8")
      .split("\n")
      .map((line) => line.replace(/^data: /, ""))
      .filter((line) => line.startsWith("{"))
      .flatMap((line) => (JSON.parse(line) as { choices: { delta: Readonly<Record<string, unknown>> }[] }).choices)
      .map(({ delta }) => delta);
    const message = messageOf(file);
    for (const name of ["content", "reasoning", "reasoning_content"]) {
      const pieces = deltas.map((delta) => delta[name]).filter((piece) => typeof piece === "string");
      if (!Array.isArray(message[name])) expect(message[name] ?? "").toBe(pieces.join(""));
    }
  });

  it("each tool call is there once, and whole", () => {
    const calls = files.flatMap((file) => {
      const { tool_calls: all } = messageOf(file) as {
        tool_calls?: { function: { name: string; arguments: string } }[];
      };
      return (all ?? []).map((call) => [file.split(".")[0], `${call.function.name}(${call.function.arguments})`]);
    });
    expect(calls).toEqual([
      ["alibaba-tool-call", 'weather({"location": "San Francisco"})'],
      ["deepseek-tool-call", 'weather({"location": "San Francisco"})'],
      ["groq-tool-call", "weather({})"],
      ["mistral-incremental-tool-call", 'webSearchTool({"query": "current Berlin weather"})'],
      ["mistral-tool-call", 'weather({"location": "San Francisco"})'],
      ["openai-compatible-anthropic-fallback-tool-call", 'read_file({"path": "a.txt"})'],
      ["openai-compatible-xai-tool-call", 'weather({"location":"San Francisco"})'],
      ["xai-tool-call", 'weather({"location":"San Francisco"})'],
    ]);
  });

  function messageOf(file: string): Readonly<Record<string, unknown>> {
    const answer = assembled(contract, [bytesOf(file)]).answer();
    return (answer as { choices: { message: Readonly<Record<string, unknown>> }[] }).choices[0]?.message ?? {};
  }
});
