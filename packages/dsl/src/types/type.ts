/**
 * What the checker knows of a value. A type is a set of JSON values; members of a union may overlap.
 * Object fields and array items are lazy, so that a recursive schema has a finite type. Whether a
 * value is there at all is not part of its type: see `Lookup` in `access.ts`.
 */
export type Type =
  | UnknownType
  | { readonly kind: "never" }
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean | null }
  | NumberType
  | StringType
  | ArrayType
  | ObjectType
  | UnionType;

/** Any JSON value; `why` says in words why nothing better is known. */
export interface UnknownType {
  readonly kind: "unknown";
  readonly why: string;
}

export interface NumberType {
  readonly kind: "number";
  readonly integer: boolean;
  /** Closed list of values, or null; where there is one, what follows says nothing more. */
  readonly values: readonly number[] | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly minExclusive: boolean;
  readonly maxExclusive: boolean;
  /** A whole number of which each value is a multiple, or null. */
  readonly step: number | null;
  /** Values that it never is, though all the rest lets them through. */
  readonly except: readonly number[];
}

export interface StringType {
  readonly kind: "string";
  /** Closed list of values, or null; where there is one, what follows says nothing more. */
  readonly values: readonly string[] | null;
  /** In Unicode code points, as JSON Schema counts. */
  readonly minLength: number;
  readonly maxLength: number | null;
  /** A remark: a value of another form is still of this type. */
  readonly format: string | null;
  /** Regular expressions of which each must match somewhere; see `matchesPattern` for which are ever run. */
  readonly patterns: readonly string[];
  /** Values that it never is, though all the rest lets them through. */
  readonly except: readonly string[];
}

export interface ArrayType {
  readonly kind: "array";
  readonly prefix: readonly Lazy<Type>[];
  /** Items after the prefix; a `never` here means that there are none. */
  readonly items: Lazy<Type>;
  readonly minItems: number;
  readonly maxItems: number | null;
}

export interface ObjectType {
  readonly kind: "object";
  readonly fields: ReadonlyMap<string, Field>;
  /** A field that is not listed and whose name matches has all of these types. */
  readonly patterns: readonly { readonly pattern: string; readonly type: Lazy<Type> }[];
  /** Every other field; null where the schema allows none. */
  readonly rest: Lazy<Type> | null;
  /** What each field's name must be, as text; null: anything. */
  readonly names: Lazy<Type> | null;
  /** How many fields there are at least, where that is more than those that are required. */
  readonly minFields: number;
  readonly maxFields: number | null;
}

export interface Field {
  readonly type: Lazy<Type>;
  readonly required: boolean;
  /** JSON Pointer of the field's schema in the contract file, for messages. */
  readonly place: string;
  /** The schema demands or forbids the field without describing it; `place` is where. */
  readonly undescribed?: true;
}

export interface UnionType {
  readonly kind: "union";
  readonly of: readonly Type[];
}

export interface Lazy<T> {
  get(): T;
  /** The value, where it was at hand from the start. */
  readonly known?: T;
}
