/** Bounds on what is read: a hostile or broken file costs bounded time and memory, and gets a message. */
export const LIMITS = {
  /** Bytes of UTF-8 in one file: 1 MiB. */
  bytes: 1_048_576,
  tokens: 200_000,
  /** Brackets inside brackets; also `not` before `not`. */
  nesting: 100,
  /** Parts of one condition that `and` and `or` join. */
  terms: 500,
  /** Messages of the syntax family for one file; then reading stops. */
  errors: 100,
} as const;
