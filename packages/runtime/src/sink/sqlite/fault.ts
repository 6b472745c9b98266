/** SQLite's result codes that an operator can do something about, by number (https://sqlite.org/rescode.html). */
const NAMES: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};

/** What a fault of the database is called. Its message is left out: it may hold what was written. */
export function faultCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNKNOWN";
  if ("errcode" in error && typeof error.errcode === "number") {
    // The lower byte is the primary code, what is above it tells more.
    return NAMES[error.errcode & 0xff] ?? `SQLITE_${error.errcode}`;
  }
  return "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";
}
