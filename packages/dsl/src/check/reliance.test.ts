/** Which construct relies on which areas of which contract: the table of "Contracts" in docs/language.md. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Contract } from "../contract/document.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";

const SHIPPED = JSON.parse(
  readFileSync(new URL("../../../../policies/contracts/local.contract.json", import.meta.url), "utf8"),
) as Contract;

interface Parts {
  readonly top?: string;
  /** Settings of the path `primary`. */
  readonly primary?: string;
  readonly budget?: string;
  readonly policy?: string;
  /** Rules of `on primary`, before the last. */
  readonly rules?: string;
}

function programOf({ top = "", primary = "", budget = "", policy = "", rules = "" }: Parts): string {
  return `contract ours from "./ours.json"
contract theirs from "./theirs.json"
${top}
path primary {
  contract ours
  model    "model-a"
  timeout  8s
  max_output 4k
  price 1 USD in, 2 USD out per 1M tokens
  ${primary}
}
path backup {
  contract theirs
  model    "model-b"
  timeout  2s..6s
  max_output 4k
  price 1 USD in, 2 USD out per 1M tokens
}
policy chat {
  start primary
  budget {
    deadline  30s
    attempts  3
    retries   1
    fallbacks 1
    ${budget}
  }
  repeat always
  ${policy}
  on primary {
    ${rules}
    any transient -> failed -> fallback backup else fail
    otherwise     -> failed -> fail
  }
  on backup {
    otherwise -> failed -> fail
  }
}
`;
}

/** What the construct that is called so in messages relies on, as `contract.area`. */
function reliesOn(what: string, parts: Parts, contract: Contract = SHIPPED): readonly string[] {
  const text = JSON.stringify(contract);
  const host = memoryHost({ "chat.fbp": programOf(parts), "ours.json": text, "theirs.json": text });
  const { standing, diagnostics } = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  expect(
    diagnostics.filter(({ severity }) => severity === "error").map(({ code, text: said }) => `${code} ${said}`),
  ).toEqual([]);
  return standing.contracts.flatMap(({ name, areas }) =>
    areas.filter(({ reliedOnBy }) => reliedOnBy.some((one) => one.what === what)).map(({ area }) => `${name}.${area}`),
  );
}

const both = (...areas: readonly string[]) =>
  ["ours", "theirs"].flatMap((name) => areas.map((area) => `${name}.${area}`));

const HINTED: Contract = {
  ...SHIPPED,
  limits: { ...SHIPPED.limits, headers: { "retry-after": { retryHint: "seconds_or_date" } } },
};
const SILENT: Contract = { ...SHIPPED, limits: { ...SHIPPED.limits, headers: {} } };
const UNDOCUMENTED: Contract = { ...SHIPPED, errors: { ...SHIPPED.errors, conditions: [] } };

const signals = (line: string): Parts => ({ top: `signals for ours {\n  ${line}\n  standard\n}` });
const accept = (line: string): Parts => ({ top: `accept for ours {\n  ${line}\n}` });

describe("each construct relies on", () => {
  test.each<[construct: string, what: string, parts: Parts, areas: readonly string[], contract?: Contract]>([
    ["a call over a path", "path primary", {}, ["ours.endpoint", "ours.auth", "ours.request", "ours.response"]],
    ["first_token", "first_token", { primary: "first_token 3s" }, ["ours.response"]],
    ["stall", "stall", { primary: "stall 2s" }, ["ours.response"]],
    ["max_output", "max_output", {}, both("request")],
    ["adapter", "adapter", { primary: 'adapter "toTheirs"' }, ["ours.request"]],

    ["error.… in signals", "error.code", signals('rate_limited when error.code == "slow"'), ["ours.errors"]],
    [
      "header[…]",
      'header["retry-after"]',
      signals('rate_limited when header["retry-after"] is present'),
      ["ours.limits"],
      HINTED,
    ],
    ["status", "status", signals("rate_limited when status == 429"), []],
    ["transport", "transport", signals("transport_timeout when transport failed"), []],
    ["documented", "reading the documented error conditions", signals("documented"), both("errors")],
    ["documented, silently", "reading the documented error conditions", {}, both("errors")],
    [
      "documented, of a contract that documents none",
      "reading the documented error conditions",
      signals("documented"),
      [],
      UNDOCUMENTED,
    ],

    ["accept standard", "the standard check of an answer", accept("standard"), both("response")],
    ["accept, silently", "the standard check of an answer", {}, both("response")],
    [
      "response.… in accept",
      "response.choices",
      accept("has_choices response.choices is not empty"),
      ["ours.response"],
    ],
    ["request.… in accept", "request.tools", accept("no_tools request.tools is absent"), ["ours.request"]],

    [
      "request.… in a guard",
      "request.tools",
      { rules: "any transient when request.tools is absent -> failed -> fail" },
      ["ours.request"],
    ],
    [
      "error.… in a guard",
      "error.code",
      { rules: 'any transient when error.code == "x" -> failed -> fail' },
      ["ours.errors"],
    ],
    [
      "retry, where the contract says how a wait is asked for",
      "retry with the server's own wait",
      { rules: "server_error -> failed -> retry after 1s..2s else fail" },
      ["ours.limits"],
      HINTED,
    ],
    [
      "retry, where it does not",
      "retry with the server's own wait",
      { rules: "server_error -> failed -> retry after 1s..2s else fail" },
      [],
      SILENT,
    ],
    [
      "a fallback on a throttle",
      "fallback backup on rate_limited",
      { rules: "rate_limited -> failed -> fallback backup else fail" },
      ["theirs.limits"],
    ],
    [
      "a fallback on an exhausted quota",
      "fallback backup on quota_exhausted",
      { rules: "quota_exhausted -> failed -> fallback backup else fail" },
      ["theirs.limits"],
    ],
    [
      "a fallback on anything else",
      "fallback backup on server_error",
      { rules: "server_error -> failed -> fallback backup else fail" },
      [],
    ],

    ["a budget of money", "cost", { budget: "cost 1 USD" }, both("request", "response", "limits")],
    ["a budget of tokens", "tokens", { budget: "tokens 24k" }, both("request", "response", "limits")],
    [
      "cost_rate in an alert",
      "cost_rate",
      { policy: 'alerts { spend when cost_rate > 2x baseline(1d) for 30m page "finops" }' },
      both("request", "response", "limits"),
    ],
    [
      "outcome.cost in an assertion",
      "outcome.cost",
      { policy: "assert always outcome.cost <= 0.10 USD" },
      both("request", "response", "limits"),
    ],
    [
      "outcome.tokens in an assertion",
      "outcome.tokens",
      { policy: "assert never not outcome.tokens < 24k" },
      both("request", "response", "limits"),
    ],
    ["outcome.attempts in an assertion", "outcome.attempts", { policy: "assert always outcome.attempts <= 3" }, []],

    ["stream", "stream held", { policy: "stream held" }, both("request", "response")],
    [
      "error_body in record",
      "error_body",
      { policy: "record { error_body allow [code] up to 64 bytes }" },
      both("errors"),
    ],
    ["invalid_output in record", "invalid_output", { policy: "record { invalid_output drop }" }, []],
  ])("%s", (_, what, parts, areas, contract) => {
    expect(reliesOn(what, parts, contract)).toEqual(areas);
  });
});

test("repeat, sends and reads rely on the contract of the start, for that is what the service speaks", () => {
  const text = programOf({ policy: "sends request.tools\n  reads response.choices" });
  const contract = JSON.stringify(SHIPPED);
  const host = memoryHost({
    "chat.fbp": text.replace("repeat always", "repeat only when request.max_tokens is absent"),
    "ours.json": contract,
    "theirs.json": contract,
  });
  const { standing } = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const relying = (what: string) =>
    standing.contracts.flatMap(({ name, areas }) =>
      areas.flatMap(({ area, reliedOnBy }) => (reliedOnBy.some((one) => one.what === what) ? [`${name}.${area}`] : [])),
    );
  expect(relying("request.max_tokens")).toEqual(["ours.request"]);
  expect(relying("request.tools")).toEqual(["ours.request"]);
  expect(relying("response.choices")).toEqual(["ours.response"]);
});

test("a path that no request comes to relies on nothing", () => {
  const text = programOf({})
    .replace("fallback backup else fail", "fail")
    .replace(/ {2}on backup \{[^}]*\}\n/, "");
  const contract = JSON.stringify(SHIPPED);
  const host = memoryHost({ "chat.fbp": text, "ours.json": contract, "theirs.json": contract });
  const { standing } = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const theirs = standing.contracts.find(({ name }) => name === "theirs");
  expect(theirs?.areas.flatMap(({ reliedOnBy }) => reliedOnBy)).toEqual([]);
});
