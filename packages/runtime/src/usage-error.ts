/** A bug of the service or of its deployment: thrown, never recorded. What a provider does is never one. */
export class UsageError extends Error {
  override readonly name = "FbpUsageError";
}
