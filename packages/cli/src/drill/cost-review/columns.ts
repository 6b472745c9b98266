/** Which column of a billing export holds what, by its header. */
import { nearest } from "@fbp/dsl";

export type ColumnKind = "time" | "model" | "requestId" | "input" | "output" | "cost" | "currency" | "requests";

/** In messages. */
export const COLUMN_WORDS: Readonly<Record<ColumnKind, string>> = {
  time: "the time",
  model: "the model",
  requestId: "the request id",
  input: "the input tokens",
  output: "the output tokens",
  cost: "the cost",
  currency: "the currency",
  requests: "the number of requests",
};

/** The first is the name that hints give. Compared in lower case, with one space between words. */
export const COLUMN_NAMES: Readonly<Record<ColumnKind, readonly string[]>> = {
  time: [
    "time",
    "timestamp",
    "date",
    "datetime",
    "created",
    "created at",
    "request time",
    "start time",
    "started at",
    "usage time",
    "usage date",
  ],
  model: ["model", "model id", "model name", "model permaslug"],
  requestId: ["request id", "x request id", "provider request id", "generation id", "response id", "completion id"],
  input: [
    "input tokens",
    "prompt tokens",
    "tokens input",
    "tokens prompt",
    "tokens in",
    "input",
    "n context tokens total",
  ],
  output: [
    "output tokens",
    "completion tokens",
    "generated tokens",
    "tokens output",
    "tokens completion",
    "tokens out",
    "output",
    "n generated tokens total",
  ],
  cost: ["cost", "total cost", "cost total", "amount", "price", "charge", "spend"],
  currency: ["currency", "currency code", "cost currency"],
  requests: ["requests", "request count", "num requests", "n requests", "num model requests"],
};

const KINDS = Object.keys(COLUMN_NAMES) as readonly ColumnKind[];

export interface Column {
  readonly kind: ColumnKind;
  /** Where the header itself says it: `cost_usd`, `Cost (USD)`. */
  readonly currency: string | null;
}

/** null where the header names nothing that is read. */
export function columnOf(header: string): Column | null {
  const words = wordsOf(header);
  const kind = kindOf(words);
  if (kind !== null) return { kind, currency: null };
  const [, rest = "", currency = ""] = /^(.+) ([a-z]{3})$/.exec(words) ?? [];
  return kindOf(rest) === "cost" ? { kind: "cost", currency: currency.toUpperCase() } : null;
}

/** What somebody who wrote `header` may have meant. */
export function nearestColumn(header: string): string | undefined {
  return nearest(wordsOf(header), Object.values(COLUMN_NAMES).flat());
}

function kindOf(words: string): ColumnKind | null {
  return KINDS.find((kind) => COLUMN_NAMES[kind].includes(words)) ?? null;
}

/** `promptTokens`, `Prompt_Tokens` and `prompt tokens` are one. */
function wordsOf(header: string): string {
  return header
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
