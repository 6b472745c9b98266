/** The tables of a file of outcomes. What is not a column stands in `record`, the whole outcome as JSON. */

/** In the file's header, so that no other program's database is ever written to: "fbp" and a zero. */
export const APPLICATION_ID = 0x66627000;

/** `PRAGMA user_version` of the file. A change of the tables is another number. */
export const SCHEMA_VERSION = 1;

/** Times are milliseconds since 1970 (`…_at`) or since the request began; money is nano-units of the budget's currency. */
export const SCHEMA = `
CREATE TABLE outcomes (
  id               TEXT PRIMARY KEY NOT NULL,
  policy           TEXT,
  digest           TEXT,
  trace_id         TEXT,
  started_at       INTEGER,
  elapsed_ms       INTEGER,
  result           TEXT,
  source           TEXT,
  reason           TEXT,
  partial          INTEGER,
  attempts         INTEGER,
  retries          INTEGER,
  fallbacks        INTEGER,
  tokens           INTEGER,
  cost_nanos       INTEGER,
  extra_attempts   INTEGER,
  extra_tokens     INTEGER,
  extra_cost_nanos INTEGER,
  extra_ms         INTEGER,
  record           TEXT NOT NULL
);
CREATE INDEX outcomes_by_time ON outcomes (started_at);
CREATE INDEX outcomes_by_reason ON outcomes (reason, started_at);

CREATE TABLE attempts (
  outcome_id          TEXT NOT NULL,
  nth                 INTEGER NOT NULL,
  policy              TEXT,
  path                TEXT,
  started_at          INTEGER,
  start_ms            INTEGER,
  elapsed_ms          INTEGER,
  status              INTEGER,
  transport           TEXT,
  sent                INTEGER,
  probe               INTEGER,
  signal              TEXT,
  class               TEXT,
  failed_check        TEXT,
  error               TEXT,
  provider_request_id TEXT,
  input_tokens        INTEGER,
  output_tokens       INTEGER,
  tokens              INTEGER,
  cost_nanos          INTEGER,
  charge              TEXT,
  PRIMARY KEY (outcome_id, nth)
) WITHOUT ROWID;
CREATE INDEX attempts_by_path ON attempts (path, started_at);

CREATE TABLE decisions (
  outcome_id TEXT NOT NULL,
  nth        INTEGER NOT NULL,
  at_ms      INTEGER,
  path       TEXT,
  signal     TEXT,
  reason     TEXT,
  line       INTEGER,
  action     TEXT,
  wait_ms    INTEGER,
  refused    TEXT,
  PRIMARY KEY (outcome_id, nth)
) WITHOUT ROWID;

CREATE TABLE hooks (
  outcome_id TEXT NOT NULL,
  nth        INTEGER NOT NULL,
  kind       TEXT,
  target     TEXT,
  PRIMARY KEY (outcome_id, nth)
) WITHOUT ROWID;

CREATE TABLE invalid_outputs (
  outcome_id   TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  trace_id     TEXT,
  path         TEXT,
  failed_check TEXT,
  text         TEXT,
  cut          INTEGER,
  PRIMARY KEY (outcome_id, attempt)
);
`;
