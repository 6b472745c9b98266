/** Who decides whether a value fits a schema. The explanation of a misfit asks, and never decides itself. */
export interface SchemaTruth {
  /** The document as validators see it: annotations are gone, the places are the same. */
  readonly document: unknown;
  /** Does the value fit the schema at this JSON Pointer of the document? Total over any JSON value. */
  fits(pointer: string, value: unknown): boolean;
  /** What the keywords that stand in the schema itself say of the value, not those of schemas within it. */
  own(pointer: string, value: unknown): readonly BrokenKeyword[];
}

export interface BrokenKeyword {
  readonly keyword: string;
  /** Of a keyword about fields: which one is missing or one too many. */
  readonly field: string | null;
}
