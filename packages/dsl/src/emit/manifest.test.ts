import { readFileSync } from "node:fs";
import { SIGNAL } from "@fbp/runtime/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { FallbackModel, Program } from "../check/model.ts";
import type { Verification } from "../contract/document.ts";
import { digestText } from "../digest.ts";
import {
  CONTRACT,
  contractModel,
  NOWHERE,
  POLICY_SOURCE,
  pathModel,
  policyModel,
  read,
  rule,
} from "../testing/models.ts";
import { BOOLEAN } from "../types/make.ts";
import { VERSION } from "../version.ts";
import { manifestOf, manifestText } from "./manifest.ts";
import { manifestJsonSchema } from "./manifest-schema.ts";

const verified: Verification = {
  status: "verified",
  source: [{ title: "the provider's reference" }],
  checker: "somebody",
  day: "2026-11-01",
  validDays: 30,
};

const FALLBACK: FallbackModel = {
  path: "backup",
  for: "primary",
  eligible: false,
  evidence: { file: "evidence/backup.evidence.json", digest: digestText("{}") },
  subject: { policy: digestText("policy"), contracts: digestText("contracts") },
  criteria: [
    { criterion: "prompt", state: { kind: "passed", until: "2027-02-20" } },
    { criterion: "response_format", state: { kind: "expired", since: "2026-11-01" } },
    { criterion: "token_budget", state: { kind: "stale", of: "policy" } },
  ],
};

const contract = contractModel({
  contract: {
    ...CONTRACT,
    endpoint: { ...CONTRACT.endpoint, verification: verified },
    auth: { ...CONTRACT.auth, verification: { ...verified, day: "2026-01-01" } },
  },
});

const program: Program = {
  policies: [
    policyModel({
      doc: "Answers people.",
      contracts: [contract],
      paths: [pathModel({ validated: { path: "primary", by: "./evidence/x.json", span: NOWHERE } })],
      fallbacks: [FALLBACK],
      reasons: [{ name: "primary_timeout", text: "the primary path exceeded its timeout", span: NOWHERE }],
      budget: {
        deadlineMs: 20_000,
        attempts: 9,
        retries: 2,
        fallbacks: 1,
        tokens: 24_000,
        costNanos: 50_000_000,
        currency: "USD",
      },
      reliance: [
        { contract: "local", area: "errors", span: { source: POLICY_SOURCE, start: 14, end: 15 }, what: "error.code" },
        { contract: "local", area: "errors", span: NOWHERE, what: "path primary" },
        { contract: "local", area: "errors", span: NOWHERE, what: "path primary" },
        { contract: "local", area: "endpoint", span: NOWHERE, what: "path primary" },
      ],
    }),
  ],
  scenarios: [],
  sources: [POLICY_SOURCE, contract.source],
  consulted: [{ file: "docs/limits.html", digest: digestText("limits"), as: "source" }],
};

const manifest = manifestOf(program, { profile: "development", asOf: "2026-11-22" });

describe("the manifest", () => {
  test("fits its published schema, which is made of the same table", () => {
    const file = new URL("../../../../docs/schemas/manifest.schema.json", import.meta.url);
    const published = JSON.parse(readFileSync(file, "utf8")) as object;
    expect(published).toEqual(manifestJsonSchema());
    const fits = new Ajv2020({ strict: true, strictTypes: false }).compile(published);
    expect(fits(JSON.parse(manifestText(manifest))) || fits.errors).toBe(true);
    expect(fits({ ...manifest, asOf: "today" })).toBe(false);
    expect(fits({ ...manifest, more: 1 })).toBe(false);
  });

  test("names every file with its digest, in the order of names", () => {
    expect(manifest.sources.map(({ file }) => file)).toEqual(["chat.fbp", "contracts/local.contract.json"]);
    // printf 'policy chat {\n}\n' | sha256sum
    expect(manifest.sources[0]?.digest).toBe("sha256-08b68196d713ab5e137272a1f8e88ba22f36fa1cd5536ebd0f472421097d320b");
    const shuffled = manifestOf(
      { ...program, sources: [...program.sources].reverse() },
      { profile: "development", asOf: "2026-11-22" },
    );
    expect(shuffled).toEqual(manifest);
  });

  test("changes its digest with any file's name or text", () => {
    const digest = (name: string, text: string) =>
      manifestOf({ ...program, sources: [{ name, text }] }, { profile: "development", asOf: "2026-11-22" }).digest;
    const digests = [digest("a", "b"), digest("a", "c"), digest("c", "b"), digest('a" b', "")];
    expect(new Set(digests).size).toBe(4);
  });

  test("says how each area stands on the day", () => {
    const states = manifest.contracts[0]?.areas.slice(0, 3);
    expect(states).toEqual([
      { area: "endpoint", state: "verified", until: "2026-12-01" },
      { area: "auth", state: "expired", until: "2026-01-31" },
      { area: "request", state: "pending", until: null },
    ]);
  });

  test("names what relies on an area, each construct once, in the order of places", () => {
    expect(manifest.policies[0]?.relies).toEqual([
      {
        contract: "local",
        area: "endpoint",
        state: "verified",
        until: "2026-12-01",
        by: [{ what: "path primary", file: "chat.fbp", line: 1 }],
      },
      {
        contract: "local",
        area: "errors",
        state: "pending",
        until: null,
        by: [
          { what: "path primary", file: "chat.fbp", line: 1 },
          { what: "error.code", file: "chat.fbp", line: 2 },
        ],
      },
    ]);
  });

  test("says of each fallback whether it is eligible, and what its evidence shows", () => {
    expect(manifest.policies[0]?.fallbacks).toEqual([
      {
        ...FALLBACK,
        criteria: [
          { criterion: "prompt", state: "passed", until: "2027-02-20" },
          { criterion: "response_format", state: "expired", until: "2026-11-01" },
          { criterion: "token_budget", state: "stale", until: null },
        ],
      },
    ]);
  });

  test("lists what was consulted apart, for it does not change the policies' digest", () => {
    expect(manifest.consulted).toEqual(program.consulted);
    const other = manifestOf({ ...program, consulted: [] }, { profile: "development", asOf: "2026-11-22" });
    expect(other.digest).toBe(manifest.digest);
  });

  test("lists every reason with its text, also those of defaults", () => {
    expect(manifest.policies[0]?.reasons).toEqual([
      { code: "primary_timeout", text: "the primary path exceeded its timeout" },
      { code: "broken", text: null },
      { code: "circuit_open", text: null },
      { code: "budget_exhausted", text: null },
    ]);
  });

  test("bounds a request by what can happen to it, which is less than its budget", () => {
    const bounds = manifest.policies[0]?.bounds;
    expect(bounds).toMatchObject({
      attempts: 3,
      retries: 2,
      fallbacks: 0,
      elapsedMs: 20_000,
      tokens: 24_000,
      // The path has no price.
      cost: { nanos: 0, currency: "USD" },
      exact: { attempts: true, elapsedMs: true, tokens: true, cost: true },
      least: { attempts: 0, elapsedMs: 0, tokens: 0, cost: { nanos: 0, currency: "USD" } },
      amplification: 3,
    });
    expect(bounds?.byReason.map(({ reason, results, attempts }) => [reason, results, attempts])).toEqual([
      [null, ["answer"], { least: 1, most: 1 }],
      ["primary_timeout", ["answer", "failure"], { least: 1, most: 3 }],
      ["broken", ["failure"], { least: 1, most: 3 }],
      ["budget_exhausted", ["failure"], { least: 0, most: 3 }],
    ]);
    expect(bounds?.byReason[0]).toMatchObject({
      elapsedMs: { least: 0, most: 8000 },
      tokens: { least: 1, most: 24_000 },
      cost: { least: 0, most: 0, currency: "USD" },
    });
  });

  test("bounds a policy that is too large to be explored by its budget and its rules alone", () => {
    const switches = Array.from({ length: 13 }, (_, index) => `s${index}`);
    const rules = switches.map((name) =>
      rule([SIGNAL.server_error], { when: { kind: "truth", operand: { ...read("context", name), type: BOOLEAN } } }),
    );
    const context = switches.map((name) => ({ name, doc: null, type: "bool" as const, default: false }));
    const large = policyModel({ context, paths: [pathModel({ rules: [...rules, ...pathModel().rules] })] });
    const [policy] = manifestOf(
      { ...program, policies: [large] },
      { profile: "development", asOf: "2026-11-22" },
    ).policies;
    expect(policy?.bounds).toMatchObject({
      attempts: 2,
      retries: 1,
      fallbacks: 0,
      elapsedMs: 20_000,
      tokens: null,
      exact: { attempts: false, elapsedMs: false, tokens: false, cost: false },
      amplification: 2,
      byReason: [],
    });
  });

  test("tells what stands in for what", () => {
    expect(manifest.policies[0]?.paths[0]).toMatchObject({
      timeoutMs: { least: 2000, most: 8000 },
      evidence: "./evidence/x.json",
    });
  });
});

test("the compiler's version is that of its package", () => {
  const file = new URL("../../package.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: VERSION });
});
