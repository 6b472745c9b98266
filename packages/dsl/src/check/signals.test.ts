import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT_IN_SIGNALS } from "@fbp/runtime/core";
import { beforeEach, describe, expect, it } from "vitest";
import { loadContract } from "../contract/load.ts";
import type { LoadedContract } from "../contract/loaded.ts";
import { Report } from "../diagnostics/index.ts";
import { span } from "../source.ts";
import { parse } from "../syntax/parse.ts";
import type * as tree from "../syntax/tree.ts";
import type { Reliance, SignalsLineModel } from "./model.ts";
import { evaluate, type Facts } from "./predicate/evaluate.ts";
import { isRaisedByRuntime, unfoldSignals } from "./signals.ts";
import { VOCABULARY, type Vocabulary } from "./standard-signals.ts";

const FOLDER = join(import.meta.dirname, "fixtures/predicates/contracts");
let rich: LoadedContract;
let reliance: Omit<Reliance, "contract">[];

beforeEach(() => {
  const source = { name: "rich", text: readFileSync(join(FOLDER, "rich.contract.json"), "utf8") };
  const loaded = loadContract(source, new Report());
  if (loaded === null) throw new Error("the fixture is a valid contract");
  rich = loaded;
  reliance = [];
});

/** The lines of a block, or of none for an empty text. */
function lines(text: string, report = new Report()): readonly SignalsLineModel[] {
  const source = { name: "case.fbp", text: text === "" ? "" : `signals for rich {\n${text}\n}` };
  const block = parse(source, report).items.find((item) => item.kind === "signals") ?? null;
  return unfold(block, report);
}

function unfold(block: tree.SignalsBlock | null, report: Report): readonly SignalsLineModel[] {
  const contract = { name: "rich", loaded: rich };
  const place = span({ name: "policy.fbp", text: "rich" }, 0, 4);
  return unfoldSignals(block, contract, BUILT_IN_SIGNALS, place, report, (noted) => reliance.push(noted));
}

function classify(of: readonly SignalsLineModel[], facts: Facts): string | undefined {
  const first = of.find((line) => line.when === null || evaluate(line.when, facts));
  return first === undefined ? undefined : BUILT_IN_SIGNALS[first.signal]?.name;
}

const PLAIN: Facts = { transport: null, sent: true, status: 0, headers: {}, error: null };

describe("standard", () => {
  it.each([
    [301, "client_invalid"],
    [100, "client_invalid"],
    [200, "unusable_output"],
    [204, "unusable_output"],
    [400, "client_invalid"],
    [401, "auth_or_account"],
    [402, "quota_exhausted"],
    [403, "auth_or_account"],
    [404, "client_invalid"],
    [405, "client_invalid"],
    [408, "transport_timeout"],
    [409, "client_invalid"],
    [413, "client_invalid"],
    [422, "client_invalid"],
    [429, "rate_limited"],
    [451, "client_invalid"],
    [500, "server_error"],
    [502, "server_error"],
    [503, "route_unavailable"],
    [504, "transport_timeout"],
    [520, "server_error"],
    [523, "server_error"],
    [524, "transport_timeout"],
    [529, "route_unavailable"],
    [599, "server_error"],
  ])("reads %i as %s", (status, signal) => {
    expect(classify(lines("standard"), { ...PLAIN, status })).toBe(signal);
  });

  it("reads a fault of the transport as a time-out, whatever else is known", () => {
    expect(classify(lines("standard"), { ...PLAIN, transport: "reset", status: 401 })).toBe("transport_timeout");
  });

  it.each<[number, object, string]>([
    [429, { type: "insufficient_quota" }, "quota_exhausted"],
    [500, { code: "insufficient_quota" }, "quota_exhausted"],
    [429, { code: "1113", message: "您的账户已欠费，请充值后重试。" }, "quota_exhausted"],
    [503, { message: "Insufficient Balance" }, "quota_exhausted"],
    [401, { type: "insufficient_quota" }, "quota_exhausted"],
    [500, { message: "Incorrect API key provided: x" }, "auth_or_account"],
    [429, { code: "invalid_api_key", type: "insufficient_quota" }, "auth_or_account"],
    [200, { type: "authentication_error" }, "auth_or_account"],
    [429, { message: "Request too large for gpt-4o" }, "client_invalid"],
    [500, { message: "This model's maximum context length is 8192 tokens" }, "client_invalid"],
    [200, { code: "content_filter" }, "client_invalid"],
    [400, { type: "server_error" }, "server_error"],
    [404, { message: "Internal server error" }, "server_error"],
    [400, { type: "overloaded_error" }, "route_unavailable"],
    [413, { code: "rate_limit_exceeded" }, "rate_limited"],
    [401, { type: "server_error" }, "auth_or_account"],
    [403, { code: "rate_limit_exceeded" }, "auth_or_account"],
    [402, { message: "internal server error" }, "quota_exhausted"],
    [503, { type: "server_error" }, "route_unavailable"],
    [504, { message: "internal server error" }, "transport_timeout"],
    [200, { type: "invalid_request_error" }, "client_invalid"],
    [500, { code: "invalid_request" }, "client_invalid"],
    [200, { type: "invalid_request_error", message: "The server had an error" }, "server_error"],
    [502, { type: "invalid_request_error" }, "server_error"],
    [200, { code: 401 }, "auth_or_account"],
    [200, { code: 402 }, "quota_exhausted"],
    [200, { code: 422 }, "client_invalid"],
    [200, { code: 502 }, "unusable_output"],
    [400, { code: 502 }, "client_invalid"],
    [400, { message: "INSUFFICIENT quota" }, "client_invalid"],
  ])("reads %i with %j as %s", (status, error, signal) => {
    expect(classify(lines("standard"), { ...PLAIN, status, error })).toBe(signal);
  });

  it("knows no word that docs/language.md does not list, and none twice", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../../docs/language.md"), "utf8");
    const listed = page.slice(page.indexOf("### The standard reading"));
    const groups: readonly Vocabulary[] = Object.values(VOCABULARY);
    const all = groups.flatMap(({ names, words = [] }) => [...names, ...words]);
    expect(all.filter((word) => !listed.includes(`\`${word}\``))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((word) => word !== word.toLowerCase())).toEqual([]);
  });

  it("is added where it is missing, so that the last line always holds", () => {
    for (const text of ["", "server_error when status == 418", "documented"]) {
      const all = lines(text);
      expect(all[all.length - 1]?.when).toBeNull();
      expect(all.slice(0, -1).every((line) => line.when !== null)).toBe(true);
    }
  });

  it("holds also where every line of the block has a mistake", () => {
    const report = new Report();
    const all = lines("serv when statu == 1", report);
    expect(report.failed).toBe(true);
    expect(all[all.length - 1]?.when).toBeNull();
  });
});

describe("documented", () => {
  it.each<[Partial<Facts>, string]>([
    [{ status: 402, error: { type: "quota" } }, "quota_exhausted"],
    [{ status: 429, error: { type: "quota" } }, "quota_exhausted"],
    [{ status: 429, error: { type: "server" } }, "rate_limited"],
    [{ status: 400, error: { type: "quota" } }, "client_invalid"],
    [{ status: 400, error: { message: "there are TOO MANY tokens, sorry" } }, "context_overflow"],
    [{ status: 503, error: {} }, "server_error"],
    [{ status: 400, error: "too many tokens" }, "client_invalid"],
  ])("reads %j as %s", (facts, signal) => {
    expect(classify(lines("documented\nstandard"), { ...PLAIN, ...facts })).toBe(signal);
  });

  it("keeps the condition, and the policy's line, for explanations", () => {
    const [first] = lines("documented");
    expect(first?.from).toBe("documented");
    expect(first?.condition?.signal).toBe("quota_exhausted");
    expect(first?.span.source.text.slice(first.span.start, first.span.end)).toBe("documented");
  });

  it("and standard stand for a block that is not there, and blame the contract's name", () => {
    const all = lines("");
    expect(new Set(all.map((line) => line.from))).toEqual(new Set(["documented", "standard"]));
    expect(all.every((line) => line.span.source.name === "policy.fbp")).toBe(true);
  });

  it("relies on the contract's errors", () => {
    lines("documented");
    expect(reliance.map(({ area, what }) => [area, what])).toEqual([
      ["errors", "reading the documented error conditions"],
    ]);
  });
});

describe("lines", () => {
  it("stand in order, and the first that holds wins", () => {
    const all = lines("server_error when status in 500..599\nroute_unavailable when status == 503");
    expect(classify(all, { ...PLAIN, status: 503 })).toBe("server_error");
  });

  it("rely on what they read", () => {
    lines('rate_limited when error.code == "a" or header["retry-after"] is present or status == 429');
    expect(reliance.map(({ area, what }) => [area, what])).toEqual([
      ["errors", "error.code"],
      ["limits", 'header["retry-after"]'],
    ]);
  });

  it("without a condition always hold, and hide what follows", () => {
    const source = { name: "case.fbp", text: "server_error standard" };
    const always: tree.SignalsLine = {
      kind: "signals_line",
      span: span(source, 0, 12),
      doc: null,
      signal: { span: span(source, 0, 12), text: "server_error" },
      when: null,
    };
    const standard: tree.SignalsLine = { kind: "standard", span: span(source, 13, 21), doc: null };
    const block: tree.SignalsBlock = {
      kind: "signals",
      span: span(source, 0, 21),
      doc: null,
      contract: null,
      lines: [always, standard],
    };
    const report = new Report();
    expect(unfold(block, report).map((line) => line.when)).toEqual([null]);
    expect(report.diagnostics.map(({ code, text }) => [code, text])).toEqual([
      ["FBP2129", "`standard` is never reached, for `server_error` before it always matches"],
    ]);
  });

  it("are told of once, also where the block serves two contracts", () => {
    const report = new Report();
    const source = { name: "case.fbp", text: "signals { serv when statu == 1 }" };
    const [block] = parse(source, report).items.filter((item) => item.kind === "signals");
    unfold(block ?? null, report);
    const first = report.diagnostics.length;
    unfold(block ?? null, report);
    expect(first).toBe(2);
    expect(report.diagnostics).toHaveLength(first);
  });
});

describe("isRaisedByRuntime", () => {
  it("is so of health signals and broken streams, and of unusable output not", () => {
    expect(BUILT_IN_SIGNALS.filter(isRaisedByRuntime).map((signal) => signal.name)).toEqual([
      "stream_interrupted",
      "latency_slo_breach",
      "circuit_open",
      "budget_exhausted",
    ]);
  });
});
