/** What the numbers of settings measure: the units each takes, and how a message says it. */
import type { Unit } from "../tree.ts";

interface MeasureWords {
  readonly units: readonly Unit["kind"][];
  /** After "expected". */
  readonly expected: string;
  /** After "takes". */
  readonly takes: string;
  /** The number, with a unit that would be right. */
  readonly example: (number: string) => string;
}

export const MEASURES = {
  duration: {
    units: ["duration"],
    expected: "a duration like `8s`",
    takes: "a duration",
    example: duration,
  },
  count: { units: ["none"], expected: "a number", takes: "a plain number", example: (number) => number },
  tokens: {
    units: ["none", "tokens"],
    expected: "a number of tokens like `4k`",
    takes: "a number of tokens",
    example: (number) => `${number}k`,
  },
  priced: {
    units: ["tokens"],
    expected: "what is priced, like `1M tokens`",
    takes: "a number of tokens",
    example: (number) => `${number} tokens`,
  },
  brokenAfter: {
    units: ["tokens"],
    expected: "a number of tokens like `12 tokens`",
    takes: "a number of tokens",
    example: (number) => `${number} tokens`,
  },
  money: {
    units: ["money"],
    expected: "an amount of money like `0.05 USD`",
    takes: "an amount of money",
    example: (number) => `${number} USD`,
  },
  percent: { units: ["percent"], expected: "a share like `50%`", takes: "a share", example: share },
  calls: {
    units: ["calls"],
    expected: "a number of calls like `20 calls`",
    takes: "a number of calls",
    example: (number) => `${number} calls`,
  },
  row: { units: ["none", "calls"], expected: "a number", takes: "a plain number", example: (number) => number },
  probes: {
    units: ["probes"],
    expected: "a number of probes like `2 probes`",
    takes: "a number of probes",
    example: (number) => `${number} probes`,
  },
  bytes: {
    units: ["bytes"],
    expected: "a size like `512 bytes`",
    takes: "a size",
    example: (number) => `${number} bytes`,
  },
  durationOrCalls: {
    units: ["duration", "calls"],
    expected: "a duration like `60s` or a number of calls like `100 calls`",
    takes: "a duration or a number of calls",
    example: duration,
  },
  durationOrTokens: {
    units: ["duration", "tokens"],
    expected: "a number of tokens like `40 tokens` or a duration like `2s`",
    takes: "a number of tokens or a duration",
    example: (number) => `${number} tokens`,
  },
  status: {
    units: ["none"],
    expected: "an HTTP status like `429`",
    takes: "an HTTP status",
    example: (number) => number,
  },
} as const satisfies Readonly<Record<string, MeasureWords>>;

/** Thousands were meant as milliseconds. */
function duration(number: string): string {
  return Number(number) >= 1000 ? `${number}ms` : `${number}s`;
}

/** `0.5` was meant as a half. */
function share(number: string): string {
  const value = Number(number);
  return value > 0 && value < 1 ? `${Number((value * 100).toPrecision(12))}%` : `${number}%`;
}

export type Measure = keyof typeof MEASURES;
