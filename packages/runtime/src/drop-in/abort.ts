/** What `fetch` rejects with when a request is given up (Fetch standard, "abort a fetch() call"). */
export function abortOf(signal: AbortSignal | null): unknown {
  return signal?.aborted === true ? signal.reason : new DOMException("the request was given up", "AbortError");
}
