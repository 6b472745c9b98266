/** What the service's own functions give back: some are async though nobody waits for them. */

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Has `failed` told, later, if `value` is a promise of whatever make that rejects; left alone it would end the process. */
export function whenRejected(value: unknown, failed: (error: unknown) => void): void {
  if (isThenable(value)) Promise.resolve(value).then(undefined, failed);
}
