/** The blocks of the language, and the words that may begin a line in each. */
import type { KnownWord } from "../words.ts";

export interface Place {
  /** As a message names it: "a budget". */
  readonly name: string;
  /** Where a word of it belongs, as a hint says it. */
  readonly inside: string;
  /** Words that begin its lines; empty where each line begins with a name. */
  readonly words: readonly KnownWord[];
  /** What begins a line that begins with a name. */
  readonly entry: string | null;
  /** What to do where a line begins with something else. */
  readonly hint?: string;
}

export const FILE: Place = {
  name: "a policy file",
  inside: "the top level of the file, outside of every block",
  words: [
    "contract",
    "use",
    "context",
    "path",
    "signal",
    "signals",
    "accept",
    "reason",
    "budget",
    "breaker",
    "policy",
    "scenario",
  ],
  entry: null,
  hint: "declarations are written like `path primary { … }`, without quotes, colons and commas",
};

export const POLICY: Place = {
  name: "a policy",
  inside: "a `policy NAME { … }`",
  words: [
    "start",
    "budget",
    "breaker",
    "slo",
    "retry_budget",
    "repeat",
    "stream",
    "sends",
    "reads",
    "on",
    "record",
    "alerts",
    "assert",
    "reason",
  ],
  entry: null,
};

export const PATH: Place = {
  name: "a path",
  inside: "a `path NAME { … }`",
  words: [
    "contract",
    "model",
    "account",
    "adapter",
    "timeout",
    "connect",
    "headers",
    "first_token",
    "stall",
    "context_window",
    "max_output",
    "price",
    "validated",
  ],
  entry: null,
};

export const BUDGET: Place = {
  name: "a budget",
  inside: "a `budget { … }`",
  words: ["deadline", "attempts", "retries", "fallbacks", "tokens", "cost"],
  entry: null,
};

export const BREAKER: Place = {
  name: "a breaker",
  inside: "a `breaker PATH { … }`",
  words: ["window", "opens", "open", "half_open"],
  entry: null,
};

export const RECORD: Place = {
  name: "`record`",
  inside: "`record { … }`",
  words: ["error_body", "invalid_output"],
  entry: null,
};

export const CONTEXT: Place = { name: "`context`", inside: "`context { … }`", words: [], entry: "a field's name" };
export const SIGNALS: Place = {
  name: "`signals`",
  inside: "`signals for CONTRACT { … }`",
  words: ["documented", "standard"],
  entry: "a signal's name",
};
export const ACCEPT: Place = {
  name: "`accept`",
  inside: "`accept for CONTRACT { … }`",
  words: ["standard"],
  entry: "a check's name",
};
export const SLO: Place = { name: "`slo`", inside: "`slo PATH { … }`", words: [], entry: "a percentile like `p95`" };
export const ON: Place = {
  name: "`on`",
  inside: "`on PATH { … }`",
  words: ["any", "otherwise"],
  entry: "a signal's name, `any` with a class, or `otherwise`",
  hint: "a rule begins with a signal; which answers are which signal is said by `signals for CONTRACT { … }`",
};
export const ALERTS: Place = { name: "`alerts`", inside: "`alerts { … }`", words: [], entry: "an alert's name" };
export const SCENARIO: Place = {
  name: "a scenario",
  inside: 'a `scenario "…" for POLICY { … }`',
  words: ["request", "context", "breaker", "slo", "caller", "expect"],
  entry: "a path's name",
};

const KEYWORDED: readonly Place[] = [BUDGET, BREAKER, PATH, RECORD, POLICY, FILE];

/** Where a line that begins with `word` belongs, if it is not `here`; null for a word that begins no line. */
export function belongs(word: string, here: Place): string | null {
  const places = KEYWORDED.filter((place) => place !== here && place.words.some((each) => each === word));
  return places.length === 0 ? null : places.map((place) => place.inside).join(" or ");
}

/** What other tools call these things. */
const ALIASES: Readonly<Record<string, KnownWord>> = {
  provider: "contract",
  api: "contract",
  import: "use",
  include: "use",
  require: "use",
  route: "path",
  target: "path",
  upstream: "path",
  variables: "context",
  vars: "context",
  classify: "signals",
  validate: "accept",
  code: "reason",
  limits: "budget",
  circuit_breaker: "breaker",
  rules: "policy",
  test: "scenario",
  begin: "start",
  entry: "start",
  sla: "slo",
  idempotent: "repeat",
  idempotency: "repeat",
  streaming: "stream",
  when: "on",
  log: "record",
  logging: "record",
  alert: "alerts",
  alerting: "alerts",
  ensure: "assert",
  invariant: "assert",
  ttft: "first_token",
  max_tokens: "max_output",
  context_length: "context_window",
  connect_timeout: "connect",
  headers_timeout: "headers",
  total_timeout: "deadline",
  max_attempts: "attempts",
  tries: "attempts",
  max_retries: "retries",
  retry: "retries",
  max_fallbacks: "fallbacks",
  fallback: "fallbacks",
  timeout: "deadline",
  max_cost: "cost",
  spend: "cost",
  money: "cost",
  trip: "opens",
  threshold: "opens",
  cooldown: "open",
  probes: "half_open",
  probe: "half_open",
  default: "otherwise",
  else: "otherwise",
};

/** The word of this place that another tool writes as `word`. */
export function aliasOf(word: string, place: Place): KnownWord | undefined {
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  return alias !== undefined && place.words.includes(alias) ? alias : undefined;
}
