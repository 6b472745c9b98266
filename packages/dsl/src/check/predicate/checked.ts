/** An expression after its parts were checked one by one, before they are held against each other. */
import type { Span } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import type { RootPredicate } from "./scope.ts";

export type Checked = Junction | Negation | Test | Wrong;

export interface Junction {
  readonly kind: "and" | "or";
  readonly span: Span;
  /** A chain of one connective is one node. */
  readonly parts: readonly Checked[];
}

export interface Negation {
  readonly kind: "not";
  readonly span: Span;
  readonly of: Checked;
}

export interface Test {
  readonly kind: "test";
  readonly span: Span;
  readonly expression: tree.Expression;
  readonly predicate: RootPredicate;
  /** Something was said of it by itself: nothing more is said. */
  readonly isTold: boolean;
}

/** It has a mistake, which was reported. */
export interface Wrong {
  readonly kind: "wrong";
  readonly span: Span;
}

/** null where some part is wrong. */
export function predicateOf(checked: Checked): RootPredicate | null {
  switch (checked.kind) {
    case "wrong":
      return null;
    case "test":
      return checked.predicate;
    case "not": {
      const of = predicateOf(checked.of);
      return of === null ? null : { kind: "not", of };
    }
    default: {
      const of = checked.parts.map(predicateOf).filter((part) => part !== null);
      return of.length === checked.parts.length ? { kind: checked.kind, of } : null;
    }
  }
}
