/** What the two sides of a comparison are, once their names are resolved. */
import type { Span } from "../../source.ts";
import type { Unit } from "../../syntax/tree.ts";
import type { Type } from "../../types/type.ts";
import type { Read, Scalar } from "../model.ts";
import type { ContractInScope, Root } from "./scope.ts";

export type Side = Place | Written | Word;

/** Something that is read when the predicate is asked. */
export interface Place {
  readonly kind: "place";
  readonly span: Span;
  /** As the policy writes it, without layout. */
  readonly text: string;
  readonly read: Read<Root>;
  /** One for each contract in scope; a single one for what no contract describes. Never empty. */
  readonly views: readonly View[];
  /** Its root, view by view: from there the segments of `read` lead to `views`. */
  readonly starts: readonly View[];
  readonly sort: Sort;
  /** Who says what it may hold. */
  readonly declared: "contract" | "context" | "built_in";
}

/** A place as one contract describes it. */
export interface View {
  readonly contract: ContractInScope | null;
  /** Of what is there: never with `null` in it, for null is absent. */
  readonly type: Type;
  readonly optional: boolean;
  /** JSON Pointer of the place's schema in the contract, where that is known. */
  readonly pointer: string | null;
}

/** What the values of a place stand for; comparing unlike sorts is a mistake even where the types agree. */
export type Sort =
  | { readonly kind: "plain" }
  | { readonly kind: "duration" }
  | { readonly kind: "tokens" }
  /** Nano-units; `currency` null: any. */
  | { readonly kind: "money"; readonly currency: string | null }
  /** The name of something, written bare; or a list of such names. */
  | { readonly kind: "name"; readonly noun: string; readonly names: readonly string[] };

/** A value that stands in the policy. `value` is in the unit of the model: milliseconds, nano-units. */
export interface Written {
  readonly kind: "written";
  readonly span: Span;
  readonly text: string;
  readonly value: Scalar;
  readonly unit: Unit;
  /** A constant's name, written bare. */
  readonly isName: boolean;
}

/** A bare name that is no place here; the other side tells whether it is a constant. */
export interface Word {
  readonly kind: "word";
  readonly span: Span;
  readonly text: string;
}
