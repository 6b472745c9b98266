/** Real error answers of many providers, and which shipped contract reads them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface ErrorRow {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly class: string;
}

const FILE = join(import.meta.dirname, "../../../shared/data/error-bodies.jsonl");

export const HAS_ERROR_ROWS = existsSync(FILE);

export function errorRows(): readonly ErrorRow[] {
  if (!HAS_ERROR_ROWS) return [];
  const lines = readFileSync(FILE, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as ErrorRow);
}

/** The contract of a provider of its own; every other one is read by `openai-compatible`. */
const OF_PROVIDER: Readonly<Record<string, string>> = {
  openai: "openai",
  "openai (Cloudflare)": "openai",
  "openai-responses": "openai",
  "azure-openai": "azure-openai",
  groq: "groq",
  openrouter: "openrouter",
  "openrouter/DeepInfra": "openrouter",
  "openrouter-agent": "openrouter",
  deepseek: "deepseek",
};

export function contractOf({ provider }: ErrorRow): string {
  return OF_PROVIDER[provider] ?? "openai-compatible";
}

/** The events of a stream as it was captured: server-sent events, or one JSON document a line. */
export function eventsOf(body: string): readonly { readonly name: string; readonly chunk: unknown }[] {
  const blocks = body.startsWith("{") ? body.split("\n").map((line) => `data: ${line}`) : body.split("\n\n");
  return blocks.flatMap((block) => {
    const field = (wanted: string) =>
      block
        .split("\n")
        .filter((line) => line.startsWith(`${wanted}:`))
        .map((line) => line.slice(wanted.length + 1).trim())
        .join("\n");
    const data = field("data");
    return data === "" ? [] : [{ name: field("event") || "message", chunk: parsed(data) }];
  });
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
