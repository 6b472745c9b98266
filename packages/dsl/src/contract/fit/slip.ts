/** One place where a value does not fit its schema. */
export interface Slip {
  /** Steps from the top of the value; a number is an index of a list. */
  readonly at: readonly (string | number)[];
  /** JSON Pointer in the contract of what says so: a keyword, or a schema. */
  readonly schema: string;
  readonly kind: SlipKind;
  /** What the contract allows there, in words: each completes "allows only …", "requires …" or "allows …". */
  readonly wants: readonly string[];
  /** What stands there, fit to be printed. */
  readonly found: string;
}

/**
 * `kind`: text where a number should be. `value`: none of the listed values. `missing`, `extra`: a field. `bounds`: too
 * large, too long, of another form. `forms`: none, or too many, of several forms.
 */
export type SlipKind = "kind" | "value" | "missing" | "extra" | "bounds" | "forms";
