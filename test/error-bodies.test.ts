/**
 * Every real error answer and error event, through the compiled decision: by the contract of its provider,
 * and by `standard` alone. The whole list stands in docs/error-bodies.md; UPDATE=1 writes it anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { BUILT_IN_SIGNALS, chunkError, errorObject, type Policy, type SignalClass } from "@fbp/runtime/core";
import { describe, expect, it } from "vitest";
import { compilation } from "./support/compile.ts";
import { contractOf, type ErrorRow, errorRows, eventsOf, HAS_ERROR_ROWS, parsed } from "./support/error-rows.ts";

if (!HAS_ERROR_ROWS) console.warn("skipped: ../shared/data is absent, so no real bodies are tried");

const LIST = new URL("../docs/error-bodies.md", import.meta.url);
const rows = errorRows();

/** What the data calls a class, as signals of the language; where several are given, any is right. */
const SIGNALS: Readonly<Record<string, readonly string[]>> = {
  auth: ["auth_or_account"],
  quota_exhausted: ["quota_exhausted"],
  rate_limited: ["rate_limited"],
  request_too_large: ["client_invalid"],
  context_length: ["context_overflow"],
  content_filter: ["content_refused"],
  unsupported_param: ["client_invalid"],
  provider_bound_state: ["client_invalid"],
  model_not_found: ["route_unavailable"],
  overloaded: ["route_unavailable"],
  server_error: ["server_error"],
  timeout: ["transport_timeout"],
  gateway_html: ["server_error", "transport_timeout"],
};

/** Classes of failures that no wait and no other try cures, and of those that one does. */
const DEFECTS = [
  "auth",
  "quota_exhausted",
  "request_too_large",
  "context_length",
  "content_filter",
  "unsupported_param",
  "provider_bound_state",
];
const OUTAGES = ["rate_limited", "overloaded", "server_error", "timeout", "gateway_html", "stream_error"];

/** What an error event in a stream says: all that are known are outages. */
function expectedOf(row: ErrorRow): readonly string[] {
  if (row.class !== "stream_error") return SIGNALS[row.class] ?? [];
  return row.body.includes("overloaded_error") ? ["route_unavailable"] : ["server_error"];
}

const POLICY = `
contract provider from "./contracts/provider.contract.json"
path primary {
  contract provider
  model    "model"
  timeout  8s
}
policy plain {
  start primary
  budget {
    deadline 8s
    attempts 1
  }
  repeat always
  on primary {
    otherwise -> failed -> fail
  }
}
`;

const policies = new Map<string, Policy>();

/** A contract that extends `name`, compiled; `standard` documents no error. */
function policyOf(name: string): Policy {
  const known = policies.get(name);
  if (known !== undefined) return known;
  const base = name === "standard" ? "openai-compatible" : name;
  const contract =
    name === "standard"
      ? withoutConditions(readFileSync(new URL(`../policies/contracts/${base}.contract.json`, import.meta.url), "utf8"))
      : JSON.stringify({ fbp: 1, name: "provider", extends: `./${base}.contract.json` });
  const [policy] = compilation(POLICY, { "contracts/provider.contract.json": contract }).policies();
  if (policy === undefined) throw new Error(`${name} does not compile`);
  policies.set(name, policy);
  return policy;
}

function withoutConditions(text: string): string {
  const contract = JSON.parse(text) as { errors: object };
  return JSON.stringify({ ...contract, errors: { ...contract.errors, conditions: [] } });
}

/** The signal of the answer, or of the first event of the stream that is an error. */
function signalBy(name: string, row: ErrorRow): string {
  const [contract] = policyOf(name).contracts;
  if (contract === undefined) return "no contract";
  const { status, headers, body } = row;
  const error =
    row.class === "stream_error"
      ? eventsOf(body)
          .map((event) => chunkError(contract, event.name, event.chunk))
          .find((found) => found !== null)
      : errorObject(contract, status, parsed(body));
  if (row.class === "stream_error" && error === undefined) return "no error seen";
  const signal = contract.classify({ transport: null, sent: true, status, headers, error: error ?? null });
  return BUILT_IN_SIGNALS[signal]?.name ?? String(signal);
}

function classOf(signal: string): SignalClass | undefined {
  return BUILT_IN_SIGNALS.find((one) => one.name === signal)?.class;
}

const CURABLE: readonly (SignalClass | undefined)[] = ["transient", "capacity", "output_defect", undefined];
const CALLERS: readonly (SignalClass | undefined)[] = ["client_defect", "auth_defect", undefined];

describe.skipIf(!HAS_ERROR_ROWS)("real error bodies", () => {
  const numbered = rows.map((row, at) => [at + 1, row.provider, row.status, row.class, row] as const);

  it("are all there", () => expect(rows).toHaveLength(68));

  it.each(numbered)("row %i: %s %i is %s, by the contract", (_at, _provider, _status, _class, row) => {
    expect(expectedOf(row)).toContain(signalBy(contractOf(row), row));
  });

  it.each(numbered)("row %i: %s %i is %s, by openai-compatible", (_at, _provider, _status, _class, row) => {
    expect(expectedOf(row)).toContain(signalBy("openai-compatible", row));
  });

  it.each(numbered.filter(([, , , kind]) => DEFECTS.includes(kind)))(
    "row %i: %s %i is %s, which `standard` never takes for what a wait or another try cures",
    (_at, _provider, _status, _class, row) => {
      expect(CURABLE).not.toContain(classOf(signalBy("standard", row)));
    },
  );

  it.each(numbered.filter(([, , , kind]) => OUTAGES.includes(kind)))(
    "row %i: %s %i is %s, which `standard` never calls a defect of the caller",
    (_at, _provider, _status, _class, row) => {
      expect(CALLERS).not.toContain(classOf(signalBy("standard", row)));
    },
  );

  it("are listed in docs/error-bodies.md (else: UPDATE=1)", () => {
    const list = listOf(rows);
    console.log(list);
    if (process.env.UPDATE) writeFileSync(LIST, list);
    expect(readFileSync(LIST, "utf8")).toBe(list);
  });
});

function listOf(all: readonly ErrorRow[]): string {
  const lines = all.map((row, at) => {
    const name = contractOf(row);
    const expected = expectedOf(row).join(" or ");
    const cells = [String(at + 1), row.provider, String(row.status), row.class, expected];
    return `| ${[...cells, name, signalBy(name, row), signalBy("standard", row)].join(" | ")} |`;
  });
  const right = all.filter((row) => expectedOf(row).includes(signalBy(contractOf(row), row))).length;
  const plain = all.filter((row) => expectedOf(row).includes(signalBy("standard", row))).length;
  return `# Real error answers, and what becomes of them

${all.length} error answers and error events of real providers, from public bug reports and fixtures. Expected is what an operator would call it; read is the signal by the contract that covers the provider (\`openai-compatible\` where none of its own ships); \`standard\` alone is the reading of a contract that documents nothing. By contract ${right} of ${all.length} are right, by \`standard\` alone ${plain}; where \`standard\` differs, it permits no more: it never takes an error of the account, the quota, the request or a refusal for one that a wait or another try would cure, and never blames the caller for an outage. The test that wrote this list holds both.

| row | provider | status | class | expected | contract | read | by \`standard\` alone |
|---:|---|---:|---|---|---|---|---|
${lines.join("\n")}
`;
}
