/**
 * A program after its names are resolved and its values are in base units: what the checks made and
 * what lowering, the scenarios and the proof read. Only programs without errors are lowered, so
 * nothing here is missing. Durations are milliseconds, money is nano-units, shares are fractions.
 */
import type {
  BreakerPlan,
  BudgetPlan,
  ContextFieldPlan,
  HookPlan,
  PricePlan,
  RecordPlan,
  RetryBudgetPlan,
  SignalClass,
  SloPlan,
  StreamPlan,
} from "@fbp/runtime/core";
import type { AreaName, Contract, ErrorCondition } from "../contract/document.ts";
import type { Against, Criterion } from "../evidence/document.ts";
import type { CriterionState } from "../evidence/state.ts";
import type { Source, Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Type } from "../types/type.ts";

export interface Program {
  readonly policies: readonly PolicyModel[];
  readonly scenarios: readonly ScenarioModel[];
  /** Every source that was read, the entry first: policy files, then contracts. */
  readonly sources: readonly Source[];
  /** What was read and is no part of the policies: evidence, and the copies that contracts were verified against. */
  readonly consulted: readonly Consulted[];
}

export interface Consulted {
  readonly file: string;
  readonly digest: string;
  readonly as: "evidence" | "source";
}

export interface PolicyModel {
  readonly name: string;
  readonly doc: string | null;
  readonly span: Span;
  readonly context: readonly ContextFieldModel[];
  /** In the order of `BUILT_IN_SIGNALS`, then declared ones. */
  readonly signals: readonly SignalModel[];
  readonly contracts: readonly ContractModel[];
  readonly paths: readonly PathModel[];
  /** Index into `paths`. */
  readonly start: number;
  readonly budget: BudgetPlan;
  readonly retryBudget: RetryBudgetPlan | null;
  readonly repeat: { readonly mode: "always" | "never" } | { readonly mode: "when"; readonly when: Predicate };
  readonly stream: StreamPlan;
  readonly record: RecordPlan;
  readonly reasons: readonly ReasonModel[];
  readonly alerts: readonly AlertModel[];
  readonly asserts: readonly AssertModel[];
  readonly reliance: readonly Reliance[];
  /** What shows that the targets of the fallbacks may stand in for the paths before them. */
  readonly fallbacks: readonly FallbackModel[];
  readonly places: PolicyPlaces;
}

/** Where messages about a policy as a whole point. */
export interface PolicyPlaces {
  readonly name: Span;
  /** The values of the budget's settings; what it does not say is not here. */
  readonly budget: Readonly<Partial<Record<tree.BudgetSetting["kind"], Span>>>;
  /** Has the budget a name, so that other policies may take it too? */
  readonly sharesBudget: boolean;
}

/** A path that fallbacks name, and what its evidence shows on the day of the check. */
export interface FallbackModel {
  readonly path: string;
  /** The path that it stands in for. */
  readonly for: string;
  /** Does the evidence show all six criteria? */
  readonly eligible: boolean;
  /** Null where there is none that can be read. */
  readonly evidence: { readonly file: string; readonly digest: string } | null;
  /** What evidence must be about today; null where a path is not complete. */
  readonly subject: Against | null;
  readonly criteria: readonly { readonly criterion: Criterion; readonly state: CriterionState }[];
}

export interface ContextFieldModel extends ContextFieldPlan {
  readonly name: string;
  readonly doc: string | null;
}

export interface SignalModel {
  readonly name: string;
  readonly class: SignalClass;
}

export interface ReasonModel {
  readonly name: string;
  readonly text: string | null;
  readonly span: Span;
}

export interface ContractModel {
  /** As the policy names it. */
  readonly name: string;
  readonly contract: Contract;
  readonly source: Source;
  /** Its own file, then what it extends. */
  readonly sources: readonly Source[];
  /** The whole document as parsed JSON, with what it extends, against which `$ref` resolves. */
  readonly root: unknown;
  readonly signals: readonly SignalsLineModel[];
  readonly accept: readonly AcceptModel[];
  /** What the documented conditions say of charges; the first whose predicate holds counts. */
  readonly charges: readonly ChargeModel[];
}

export interface ChargeModel {
  readonly when: Predicate;
  /** May such a failed attempt be on the bill? null: the condition does not say. */
  readonly charged: boolean | null;
}

/** `documented` and `standard` are already unfolded: the first whose predicate holds wins, and the last always holds. */
export interface SignalsLineModel {
  /** Index into the policy's `signals`. */
  readonly signal: number;
  /** null: always. */
  readonly when: Predicate | null;
  readonly from: "policy" | "documented" | "standard";
  /** The documented condition it came from. */
  readonly condition: ErrorCondition | null;
  readonly span: Span;
}

export type AcceptModel =
  | { readonly kind: "standard"; readonly name: "standard"; readonly span: Span }
  | { readonly kind: "check"; readonly name: string; readonly predicate: Predicate; readonly span: Span }
  | { readonly kind: "matches_schema"; readonly name: string; readonly schema: unknown; readonly span: Span };

export interface PathModel {
  readonly name: string;
  readonly doc: string | null;
  readonly span: Span;
  /** Index into `contracts`. */
  readonly contract: number;
  readonly model: string;
  readonly account: string;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly connectMs: number | null;
  readonly headersMs: number | null;
  readonly firstTokenMs: number | null;
  readonly stallMs: number | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly price: PricePlan | null;
  readonly adapter: string | null;
  /** Its answers are not what is read of the start's: the adapter must rewrite them too. */
  readonly rewritten: boolean;
  readonly validated: { readonly path: string; readonly by: string; readonly span: Span } | null;
  readonly breaker: BreakerPlan | null;
  readonly slo: SloPlan | null;
  readonly retryBudget: RetryBudgetPlan | null;
  /** `any CLASS` and `otherwise` are already unfolded per rule; first match wins. */
  readonly rules: readonly RuleModel[];
  readonly places: PathPlaces;
}

export interface PathPlaces {
  readonly name: Span;
  /** The name in `on NAME { … }`. */
  readonly block: Span;
}

export interface RuleModel {
  /** Numbers of the signals that the rule takes, as indexes into the policy's `signals`. */
  readonly signals: readonly number[];
  readonly beforeFirstToken: boolean;
  readonly when: Predicate | null;
  readonly reason: string;
  readonly actions: readonly ActionModel[];
  readonly hooks: readonly HookPlan[];
  readonly span: Span;
  readonly line: number;
  readonly places: RulePlaces;
}

export interface RulePlaces {
  /** `rate_limited`, `any transient`, `otherwise` */
  readonly selector: Span;
  /** Does the selector name one signal? */
  readonly named: boolean;
  /** The condition behind `when`. */
  readonly when: Span | null;
}

export type ActionModel =
  | { readonly kind: "retry"; readonly fromMs: number; readonly toMs: number; readonly span: Span }
  | { readonly kind: "fallback"; readonly path: number; readonly span: Span }
  | { readonly kind: "proceed"; readonly span: Span }
  | { readonly kind: "respond"; readonly text: string; readonly span: Span }
  | { readonly kind: "defer"; readonly to: string; readonly span: Span }
  | { readonly kind: "fail"; readonly partial: boolean; readonly span: Span };

/** A construct that assumes something of a contract's area. */
export interface Reliance {
  readonly contract: string;
  readonly area: AreaName;
  readonly span: Span;
  /** The construct in the operator's words: `error.code`, `fallback backup on rate_limited`. */
  readonly what: string;
}

export interface ScenarioModel {
  readonly title: string;
  /** Name of the policy. */
  readonly policy: string;
  readonly tree: tree.ScenarioBlock;
}

// ---------------------------------------------------------------- typed predicates

/**
 * A checked predicate. Total: every node gives true or false for any input. Operands are read from
 * `Read`, which is absent where the place is missing or null; every comparison with an absent value
 * is false, also for `!=`. The exact meaning of each node is `predicate/evaluate.ts`:
 *
 * - `==` is `===`, `!=` is its opposite when both sides are present
 * - `<`, `<=`, `>`, `>=` and `in_range` hold only between numbers
 * - `starts_with` and `contains` hold only for text; `ignoreCase` compares in lower case
 * - `has`: a list holds the value (`===`), or an object has an own field of that name that is not null
 * - `empty`: absent, `""`, `[]` or `{}`
 *
 * `Root` is what may be read; predicates that are compiled never read `outcome`.
 */
export type Predicate<Root extends string = FactRoot> =
  | { readonly kind: "const"; readonly value: boolean }
  | { readonly kind: "or" | "and"; readonly of: readonly Predicate<Root>[] }
  | { readonly kind: "not"; readonly of: Predicate<Root> }
  | {
      readonly kind: "compare";
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Operand<Root>;
      readonly right: Operand<Root>;
    }
  | { readonly kind: "in_set"; readonly left: Operand<Root>; readonly values: readonly Scalar[] }
  | { readonly kind: "in_range"; readonly left: Operand<Root>; readonly low: number; readonly high: number }
  | {
      readonly kind: "is";
      readonly operand: Operand<Root>;
      readonly test: "absent" | "present" | "empty" | "not_empty";
    }
  | {
      readonly kind: "starts_with" | "contains";
      readonly left: Operand<Root>;
      readonly text: string;
      readonly ignoreCase: boolean;
    }
  /** A list holds the value, or an object has the field. */
  | { readonly kind: "has"; readonly left: Operand<Root>; readonly value: Scalar }
  /** A boolean place, used as a predicate: true only when it holds `true`. */
  | { readonly kind: "truth"; readonly operand: Operand<Root> };

export type Operand<Root extends string = FactRoot> = { readonly kind: "value"; readonly value: Scalar } | Read<Root>;

export type Scalar = string | number | boolean | null;

export interface Read<Root extends string = FactRoot> {
  readonly kind: "read";
  readonly from: Root;
  /**
   * Own fields of objects (text) and indexes of lists (numbers), from the root inwards. For `header`:
   * one segment, the name in lower case. Empty for scalar facts and for a root read as a whole.
   */
  readonly segments: readonly (string | number)[];
  /** The union over the contracts in scope. */
  readonly type: Type;
  /** Can the place hold nothing? */
  readonly optional: boolean;
}

/**
 * Roots and what they read: `transport` (absent where the transport did not fail), `sent`, `status`
 * (absent where it is 0: no status line came), `header`, `error` (of a failure); `request`, `context`;
 * `response`; `attempts`, `elapsed` (ms), `committed` (of guards).
 */
export type FactRoot =
  | "transport"
  | "sent"
  | "status"
  | "header"
  | "error"
  | "request"
  | "context"
  | "response"
  | "attempts"
  | "elapsed"
  | "committed";

// ---------------------------------------------------------------- assertions and alerts

/** What the claims of `assert` read: `outcome.…`, beside the request and its context. */
export type Claim = Predicate<FactRoot | "outcome">;

/**
 * A checked `assert`. In `outcome.…`, `elapsed` is in milliseconds and `cost` in nano-units; `source`,
 * `reason` and `result` are text, `signals` is a list of text.
 */
export interface AssertModel {
  readonly mode: "always" | "never" | "possible";
  readonly claim: Claim;
  /** null: for every request. */
  readonly when: Claim | null;
  readonly span: Span;
}

/** A checked alert. */
export interface AlertModel {
  readonly name: string;
  readonly doc: string | null;
  readonly when: AlertCondition;
  /** How long the condition must have held; 0 where the policy says nothing. */
  readonly forMs: number;
  readonly hook: HookPlan;
  readonly span: Span;
}

export type AlertCondition =
  | { readonly kind: "or" | "and"; readonly of: readonly AlertCondition[] }
  | {
      readonly kind: "compare";
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly measure: AlertMeasure;
      readonly threshold: AlertThreshold;
    };

export type AlertMeasure =
  /** Share of the path's attempts that failed. */
  | { readonly kind: "failure_rate"; readonly path: string }
  /** Share of the path's attempts that took longer than `thanMs`. */
  | { readonly kind: "slow_rate"; readonly path: string; readonly thanMs: number }
  /** Share of requests that a fallback answered. */
  | { readonly kind: "fallback_rate" }
  /** Number of outcomes with the reason in that time. */
  | { readonly kind: "count"; readonly reason: string; readonly windowMs: number }
  /** Share of outcomes with the reason. */
  | { readonly kind: "rate"; readonly reason: string }
  /** Percentile of the path's latency, in milliseconds. */
  | { readonly kind: "percentile"; readonly percentile: number; readonly path: string }
  /** Money each second, in currency units. */
  | { readonly kind: "cost_rate" };

export type AlertThreshold =
  /** A share as a fraction, a count, milliseconds, or currency units: as the measure has it. */
  | { readonly kind: "value"; readonly value: number }
  /** `factor` times the same measure, `agoMs` before now. */
  | { readonly kind: "baseline"; readonly factor: number; readonly agoMs: number };
