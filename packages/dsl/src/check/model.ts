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
import type { Source, Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Type } from "../types/type.ts";

export interface Program {
  readonly policies: readonly PolicyModel[];
  readonly scenarios: readonly ScenarioModel[];
  /** Every source that was read, the entry first: policy files, then contracts. */
  readonly sources: readonly Source[];
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
  readonly alerts: readonly tree.Alert[];
  readonly asserts: readonly tree.AssertItem[];
  readonly reliance: readonly Reliance[];
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
  /** The whole document as parsed JSON, against which `$ref` resolves. */
  readonly root: unknown;
  readonly signals: readonly SignalsLineModel[];
  readonly accept: readonly AcceptModel[];
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
  readonly firstTokenMs: number | null;
  readonly stallMs: number | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly price: PricePlan | null;
  readonly adapter: string | null;
  readonly validated: { readonly path: string; readonly by: string; readonly span: Span } | null;
  readonly breaker: BreakerPlan | null;
  readonly slo: SloPlan | null;
  readonly retryBudget: RetryBudgetPlan | null;
  /** `any CLASS` and `otherwise` are already unfolded per rule; first match wins. */
  readonly rules: readonly RuleModel[];
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
 * `Read`, which is absent (undefined) where the place holds nothing; a comparison with an absent
 * value is false, also for `!=`.
 */
export type Predicate =
  | { readonly kind: "const"; readonly value: boolean }
  | { readonly kind: "or" | "and"; readonly of: readonly Predicate[] }
  | { readonly kind: "not"; readonly of: Predicate }
  | {
      readonly kind: "compare";
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: "in_set"; readonly left: Operand; readonly values: readonly Scalar[] }
  | { readonly kind: "in_range"; readonly left: Operand; readonly low: number; readonly high: number }
  | { readonly kind: "is"; readonly operand: Operand; readonly test: "absent" | "present" | "empty" | "not_empty" }
  | {
      readonly kind: "starts_with" | "contains";
      readonly left: Operand;
      readonly text: string;
      readonly ignoreCase: boolean;
    }
  /** A list holds the value, or an object has the field. */
  | { readonly kind: "has"; readonly left: Operand; readonly value: Scalar }
  /** A boolean place, used as a predicate: true only when it holds `true`. */
  | { readonly kind: "truth"; readonly operand: Operand };

export type Operand = { readonly kind: "value"; readonly value: Scalar } | Read;

export type Scalar = string | number | boolean | null;

export interface Read {
  readonly kind: "read";
  readonly from: FactRoot;
  /** For `header`: one segment, the name in lower case. Empty for scalar facts. */
  readonly segments: readonly (string | number)[];
  readonly type: Type;
  /** Can the place hold nothing? */
  readonly optional: boolean;
}

/**
 * Roots and what they read: `transport`, `sent`, `status`, `header`, `error` (of a failure);
 * `request`, `context`; `response`; `attempts`, `elapsed` (ms), `committed` (of guards).
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
