/** What a fault of a disk or a database is called in a report: its code. Its message may hold what was written. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "an unknown fault";
}
