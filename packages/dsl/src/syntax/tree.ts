/**
 * The tree of a policy file, as written: nothing resolved, nothing defaulted. Nodes are readonly and
 * told apart by `kind`. Every node has its exact span. After a syntax error the parser leaves out
 * what it could not read: a missing name has `text: ""`, a missing part is null or not in its list.
 */
import type { Span } from "../source.ts";

export interface Node {
  readonly span: Span;
}

/** A name, or the place where one is missing (`text` is ""). */
export interface Name extends Node {
  readonly text: string;
}

/** A string as written between quotes; `value` has the escapes resolved. */
export interface Text extends Node {
  readonly value: string;
}

export interface Comment extends Node {
  /** `//` to the end of the line, without it; `///` is a doc comment. */
  readonly doc: boolean;
  readonly text: string;
}

export interface File extends Node {
  readonly kind: "file";
  readonly items: readonly Item[];
  /** All comments in order, doc comments too: the printer puts them back. */
  readonly comments: readonly Comment[];
}

export type Item =
  | ContractItem
  | UseItem
  | ContextBlock
  | PathBlock
  | SignalItem
  | SignalsBlock
  | AcceptBlock
  | ReasonItem
  | BudgetBlock
  | BreakerBlock
  | PolicyBlock
  | ScenarioBlock;

/** Lines of `///` directly above, joined by newlines; null where there are none. */
export interface Documented extends Node {
  readonly doc: string | null;
}

/** `contract comet from "./cometapi.contract.json"` */
export interface ContractItem extends Documented {
  readonly kind: "contract";
  readonly name: Name;
  readonly from: Text | null;
}

/** `use "./shared.fbp"` */
export interface UseItem extends Documented {
  readonly kind: "use";
  readonly file: Text | null;
}

export interface ContextBlock extends Documented {
  readonly kind: "context";
  readonly fields: readonly ContextField[];
}

/** `tier: "free" | "paid" = "free"`, `depth: number`, `note: string`, `tools_idempotent: bool = false` */
export interface ContextField extends Documented {
  readonly kind: "context_field";
  readonly name: Name;
  readonly type: ContextType | null;
  readonly value: Literal | null;
}

export type ContextType =
  | (Node & { readonly kind: "bool" | "number" | "string" })
  | (Node & { readonly kind: "enum"; readonly values: readonly Text[] });

export interface PathBlock extends Documented {
  readonly kind: "path";
  readonly name: Name;
  readonly settings: readonly PathSetting[];
}

export type PathSetting =
  | (Documented & { readonly kind: "path_contract"; readonly name: Name })
  | (Documented & { readonly kind: "model" | "account" | "adapter"; readonly value: Text })
  /** `timeout 8s` or `timeout 2s..6s` */
  | (Documented & { readonly kind: "timeout"; readonly least: Quantity | null; readonly most: Quantity })
  | (Documented & {
      readonly kind: "connect" | "headers" | "first_token" | "stall" | "context_window" | "max_output";
      readonly value: Quantity;
    })
  /** `price 2.50 USD in, 10 USD out per 1M tokens` */
  | (Documented & {
      readonly kind: "price";
      readonly input: Quantity;
      readonly output: Quantity;
      readonly per: Quantity;
    })
  /** `validated for primary by "./evidence/backup.evidence.json"` */
  | (Documented & { readonly kind: "validated"; readonly path: Name; readonly by: Text });

/** `signal model_gone is transient` */
export interface SignalItem extends Documented {
  readonly kind: "signal";
  readonly name: Name;
  readonly class: Name;
}

/** `signals for comet { … }`; `contract` null: for every contract that has no block of its own. */
export interface SignalsBlock extends Documented {
  readonly kind: "signals";
  readonly contract: Name | null;
  readonly lines: readonly SignalsLine[];
}

export type SignalsLine =
  | (Documented & { readonly kind: "signals_line"; readonly signal: Name; readonly when: Expression | null })
  | (Documented & { readonly kind: "documented" | "standard" });

export interface AcceptBlock extends Documented {
  readonly kind: "accept";
  readonly contract: Name | null;
  readonly checks: readonly AcceptCheck[];
}

export type AcceptCheck =
  | (Documented & { readonly kind: "standard" })
  /** `not_refused response.choices[0].message.refusal is absent` */
  | (Documented & { readonly kind: "check"; readonly name: Name; readonly predicate: Expression })
  /** `shape content matches schema "./answer.schema.json" as json`; the name may be left out. */
  | (Documented & { readonly kind: "matches_schema"; readonly name: Name | null; readonly schema: Text });

/** `reason primary_timeout "the primary path exceeded its timeout"` */
export interface ReasonItem extends Documented {
  readonly kind: "reason";
  readonly name: Name;
  readonly text: Text | null;
}

/**
 * `budget { … }` in a policy; `budget interactive { … }` at top level declares one, `budget
 * interactive` in a policy takes it (`settings` is null).
 */
export interface BudgetBlock extends Documented {
  readonly kind: "budget";
  readonly name: Name | null;
  readonly settings: readonly BudgetSetting[] | null;
}

export interface BudgetSetting extends Documented {
  readonly kind: "deadline" | "attempts" | "retries" | "fallbacks" | "tokens" | "cost";
  readonly value: Quantity;
}

/**
 * Top level: `breaker careful { … }` declares one. In a policy: `breaker primary { … }`, or
 * `breaker primary careful` to take a declared one (`settings` is null).
 */
export interface BreakerBlock extends Documented {
  readonly kind: "breaker";
  /** The path it guards; at top level null. */
  readonly path: Name | null;
  readonly name: Name | null;
  readonly settings: readonly BreakerSetting[] | null;
}

export type BreakerSetting =
  /** `window 60s, at least 20 calls` or `window 100 calls, at least 20 calls` */
  | (Documented & { readonly kind: "window"; readonly size: Quantity; readonly minimum: Quantity | null })
  /** `opens at 50% failed or 80% slower than 6s or 5 in a row` */
  | (Documented & { readonly kind: "opens"; readonly at: readonly BreakerTrigger[] })
  /** `open for 30s, doubling to 5m` */
  | (Documented & { readonly kind: "open"; readonly for: Quantity; readonly most: Quantity | null })
  /** `half_open 2 probes, each within 10s` */
  | (Documented & { readonly kind: "half_open"; readonly probes: Quantity; readonly lease: Quantity | null });

export type BreakerTrigger =
  | (Node & { readonly kind: "failed"; readonly share: Quantity })
  | (Node & { readonly kind: "slower"; readonly share: Quantity; readonly than: Quantity })
  | (Node & { readonly kind: "consecutive"; readonly calls: Quantity });

export interface PolicyBlock extends Documented {
  readonly kind: "policy";
  readonly name: Name;
  readonly items: readonly PolicyItem[];
}

export type PolicyItem =
  | StartItem
  | BudgetBlock
  | BreakerBlock
  | SloBlock
  | RetryBudgetItem
  | RepeatItem
  | StreamItem
  | DeclaredUse
  | OnBlock
  | RecordBlock
  | AlertsBlock
  | AssertItem
  | ReasonItem;

/** `start primary` */
export interface StartItem extends Documented {
  readonly kind: "start";
  readonly path: Name;
}

/** `slo primary { p95 below 6s over 5m, at least 50 calls }`, or `over 200 calls, at least 50 calls` */
export interface SloBlock extends Documented {
  readonly kind: "slo";
  readonly path: Name;
  readonly objectives: readonly SloObjective[];
}

export interface SloObjective extends Documented {
  readonly kind: "objective";
  /** `p95`: 95 */
  readonly percentile: number;
  readonly percentileSpan: Span;
  readonly below: Quantity;
  readonly window: Quantity;
  readonly minimum: Quantity | null;
}

/** `retry_budget 20% of requests, at least 10 per second`; with a path's name: the path's own. */
export interface RetryBudgetItem extends Documented {
  readonly kind: "retry_budget";
  readonly path: Name | null;
  readonly share: Quantity;
  readonly perSecond: Quantity | null;
}

/** `repeat always`, `repeat never`, `repeat only when …` */
export interface RepeatItem extends Documented {
  readonly kind: "repeat";
  readonly mode: "always" | "never" | "when";
  readonly when: Expression | null;
}

/** `stream visible`, `stream held`, `stream held for 40 tokens`, each with `, skip bad chunks` */
export interface StreamItem extends Documented {
  readonly kind: "stream";
  readonly mode: "visible" | "held";
  /** A count of tokens or a duration. */
  readonly for: Quantity | null;
  readonly skipBadChunks: boolean;
}

/** `sends request.tools, request.response_format`, `reads response.usage.total_tokens`: what the service itself uses. */
export interface DeclaredUse extends Documented {
  readonly kind: "sends" | "reads";
  readonly facts: readonly Fact[];
}

export interface OnBlock extends Documented {
  readonly kind: "on";
  readonly path: Name;
  readonly rules: readonly Rule[];
}

/** `SELECTOR [before first_token] [when GUARD] -> REASON -> ACTION { else ACTION } [, page "…"]` */
export interface Rule extends Documented {
  readonly kind: "rule";
  readonly selector: Selector;
  /** Span of `before first_token`, null where it is not said. */
  readonly beforeFirstToken: Span | null;
  readonly when: Expression | null;
  readonly reason: Name;
  readonly actions: readonly Action[];
  readonly hooks: readonly Hook[];
}

export type Selector =
  | (Node & { readonly kind: "signal"; readonly name: Name })
  | (Node & { readonly kind: "any"; readonly class: Name })
  | (Node & { readonly kind: "otherwise" });

export type Action =
  /** `retry`, `retry after 250ms..2s`, `retry after 1s` */
  | (Node & { readonly kind: "retry"; readonly from: Quantity | null; readonly to: Quantity | null })
  | (Node & { readonly kind: "fallback"; readonly path: Name })
  | (Node & { readonly kind: "proceed" })
  | (Node & { readonly kind: "respond"; readonly text: Text })
  | (Node & { readonly kind: "defer"; readonly to: Text })
  | (Node & { readonly kind: "fail"; readonly partial: boolean });

export interface Hook extends Node {
  readonly kind: "page" | "notify";
  readonly target: Text;
}

export interface RecordBlock extends Documented {
  readonly kind: "record";
  readonly settings: readonly RecordSetting[];
}

export type RecordSetting =
  /** `error_body allow [code, type, param] up to 512 bytes` */
  | (Documented & { readonly kind: "error_body"; readonly fields: readonly Name[]; readonly upTo: Quantity | null })
  | (Documented & { readonly kind: "invalid_output"; readonly keep: boolean });

export interface AlertsBlock extends Documented {
  readonly kind: "alerts";
  readonly alerts: readonly Alert[];
}

/** `fallback_volume when fallback_rate > 3x baseline(1d) for 10m notify "llm-oncall"` */
export interface Alert extends Documented {
  readonly kind: "alert";
  readonly name: Name;
  readonly when: Expression;
  readonly for: Quantity | null;
  readonly hook: Hook;
}

/** `assert always outcome.attempts <= 2 when context.tier == "free"` */
export interface AssertItem extends Documented {
  readonly kind: "assert";
  readonly mode: "always" | "never" | "possible";
  readonly claim: Expression;
  readonly when: Expression | null;
}

export interface ScenarioBlock extends Documented {
  readonly kind: "scenario";
  readonly title: Text;
  readonly policy: Name;
  readonly steps: readonly ScenarioStep[];
}

export type ScenarioStep =
  /** `request { … }`: the body that the caller sends; a small one is used where none is given. */
  | (Documented & { readonly kind: "given_request"; readonly json: Json })
  /** `context { "tier": "paid" }` */
  | (Documented & { readonly kind: "given_context"; readonly json: Json })
  /** `breaker primary is open`, `breaker primary is half_open` */
  | (Documented & { readonly kind: "given_breaker"; readonly path: Name; readonly state: "open" | "half_open" })
  /** `slo primary is breached` */
  | (Documented & { readonly kind: "given_slo"; readonly path: Name })
  | WorldStep
  /** `caller aborts after 3s` */
  | (Documented & { readonly kind: "abort"; readonly after: Quantity })
  | ExpectStep;

/** What the next call on a path meets. */
export interface WorldStep extends Documented {
  readonly kind: "world";
  readonly path: Name;
  readonly event: WorldEvent;
  readonly after: Quantity | null;
}

export type WorldEvent =
  /** `primary times out` */
  | (Node & { readonly kind: "times_out" })
  /** `primary fails connect` (connect, dns, tls, reset, headers_timeout, body_timeout) */
  | (Node & { readonly kind: "fails"; readonly fault: Name })
  /** `backup answers`, `backup answers after 2s`, `backup answers with { … }` */
  | (Node & { readonly kind: "answers"; readonly body: Json | null })
  /** `primary returns 429 { … }`, `primary returns 429 with header "retry-after" "2"` */
  | (Node & {
      readonly kind: "returns";
      readonly status: Quantity;
      readonly body: Json | null;
      readonly headers: readonly HeaderValue[];
    })
  /** `primary breaks after 12 tokens`, `primary breaks before first_token` */
  | (Node & { readonly kind: "breaks"; readonly tokens: Quantity | null });

export interface HeaderValue extends Node {
  readonly name: Text;
  readonly value: Text;
}

/** `expect answer from backup, reason primary_timeout, attempts 3, within 20s` */
export interface ExpectStep extends Documented {
  readonly kind: "expect";
  readonly expectations: readonly Expectation[];
}

export type Expectation =
  | (Node & { readonly kind: "answer"; readonly from: Name | null })
  | (Node & { readonly kind: "failure" | "aborted" | "partial" })
  | (Node & { readonly kind: "degraded"; readonly text: Text | null })
  | (Node & { readonly kind: "deferred"; readonly to: Text | null })
  | (Node & { readonly kind: "reason" | "signal"; readonly name: Name })
  /** `no reason` */
  | (Node & { readonly kind: "no_reason" })
  | (Node & {
      readonly kind: "attempts" | "retries" | "fallbacks" | "within" | "tokens" | "cost";
      readonly value: Quantity;
    })
  | (Node & { readonly kind: "page" | "notify"; readonly target: Text });

// ---------------------------------------------------------------- expressions

export type Expression =
  | (Node & { readonly kind: "or" | "and"; readonly left: Expression; readonly right: Expression })
  | (Node & { readonly kind: "not"; readonly operand: Expression })
  | Comparison
  /** `status in {408, 504}` */
  | (Node & { readonly kind: "in_set"; readonly left: Expression; readonly values: readonly Expression[] })
  /** `status in 500..599`, both ends included */
  | (Node & {
      readonly kind: "in_range";
      readonly left: Expression;
      readonly low: Expression;
      readonly high: Expression;
    })
  /** `is absent`, `is present`, `is empty`, `is not empty` */
  | (Node & {
      readonly kind: "is";
      readonly left: Expression;
      readonly test: "absent" | "present" | "empty" | "not_empty";
    })
  | (Node & {
      readonly kind: "starts_with" | "contains" | "has";
      readonly left: Expression;
      readonly right: Expression;
    })
  | Fact
  /** `transport failed` */
  | (Node & { readonly kind: "transport_failed" })
  /** `before first_token` */
  | (Node & { readonly kind: "before_first_token" })
  | Literal
  /** `failure_rate(primary)`, `count(auth_or_account_error, 5m)`; only in alerts */
  | (Node & { readonly kind: "call"; readonly name: Name; readonly args: readonly Expression[] })
  /** `3x baseline(1d)`; only in alerts */
  | (Node & { readonly kind: "times"; readonly factor: Quantity; readonly operand: Expression });

export interface Comparison extends Node {
  readonly kind: "compare";
  readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

/**
 * `response.choices[0].message.refusal`, `header["retry-after"]`, `status`, `context.tier`. A name alone
 * may also be a constant (`outcome.source == backup`): names are told apart when they are resolved.
 */
export interface Fact extends Node {
  readonly kind: "fact";
  readonly root: Name;
  readonly segments: readonly Segment[];
}

export type Segment =
  | (Node & { readonly kind: "field"; readonly name: string })
  | (Node & { readonly kind: "index"; readonly index: number })
  /** `header["…"]`, or a field whose name is no word: `error["error-code"]` */
  | (Node & { readonly kind: "key"; readonly name: string });

export type Literal =
  | (Node & { readonly kind: "string"; readonly value: string })
  | (Node & { readonly kind: "bool"; readonly value: boolean })
  | (Node & { readonly kind: "null" })
  | Quantity;

/**
 * A number with its unit, as written. `value` is in the unit's base: milliseconds for durations, a
 * fraction for percent (50% is 0.5), plain count with k and M resolved, currency units for money,
 * bytes. `unit` tells which.
 */
export interface Quantity extends Node {
  readonly kind: "quantity";
  readonly value: number;
  readonly unit: Unit;
}

export type Unit =
  | { readonly kind: "none" }
  | { readonly kind: "duration" }
  | { readonly kind: "percent" }
  | { readonly kind: "money"; readonly currency: string }
  | { readonly kind: "bytes" }
  | { readonly kind: "tokens" }
  | { readonly kind: "calls" }
  | { readonly kind: "probes" }
  | { readonly kind: "factor" };

// ---------------------------------------------------------------- JSON in scenarios

export type Json =
  | (Node & { readonly kind: "json_object"; readonly members: readonly JsonMember[] })
  | (Node & { readonly kind: "json_array"; readonly items: readonly Json[] })
  | (Node & { readonly kind: "json_string"; readonly value: string })
  | (Node & { readonly kind: "json_number"; readonly value: number })
  | (Node & { readonly kind: "json_bool"; readonly value: boolean })
  | (Node & { readonly kind: "json_null" });

export interface JsonMember extends Node {
  readonly key: Text;
  readonly value: Json;
}
