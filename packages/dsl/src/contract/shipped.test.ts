import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AREA_NAMES } from "./document.ts";
import { areaState } from "./reliance.ts";
import { chunks, errorRows, HAS_DATA, responses } from "./testing/captures.ts";
import { parsed, permitted, plainReading, read } from "./testing/reading.ts";
import { load, loadShipped, SHIPPED, textOfShipped } from "./testing/shipped.ts";

const openai = loadShipped("openai-compatible");

describe.each(SHIPPED)("the contract %s", (name) => {
  test("loads without a word", () => {
    expect(load(textOfShipped(name)).diagnostics).toEqual([]);
  });

  test("names every area's source", () => {
    const { contract } = loadShipped(name);
    for (const area of AREA_NAMES) expect(contract[area].verification.source).not.toEqual([]);
  });

  test("puts the error object first of all where OpenAI has it", () => {
    expect(loadShipped(name).contract.errors.at[0]).toBe("/error");
  });
});

test("only the demo's own provider is verified", () => {
  const verified = SHIPPED.filter((name) =>
    AREA_NAMES.every((area) => areaState(loadShipped(name).contract, area, "2026-11-22").kind === "verified"),
  );
  const pending = SHIPPED.filter((name) =>
    AREA_NAMES.every((area) => areaState(loadShipped(name).contract, area, "2026-11-22").kind === "pending"),
  );
  expect({ verified, pending }).toEqual({ verified: ["local"], pending: ["openai-compatible", "cometapi"] });
});

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  auth: ["auth_or_account"],
  quota_exhausted: ["quota_exhausted"],
  rate_limited: ["rate_limited"],
  request_too_large: ["client_invalid"],
  context_length: ["context_overflow"],
  content_filter: ["content_refused"],
  model_not_found: ["route_unavailable"],
  overloaded: ["route_unavailable"],
  server_error: ["server_error"],
  gateway_html: ["server_error", "transport_timeout"],
  timeout: ["transport_timeout"],
  unsupported_param: ["client_invalid"],
  provider_bound_state: ["client_invalid"],
};

describe.skipIf(!HAS_DATA)("real answers (skipped where ../shared/data is absent)", () => {
  const rows = HAS_DATA ? errorRows().filter((row) => row.class !== "stream_error") : [];

  test("there are some", () => expect(rows.length).toBeGreaterThanOrEqual(60));

  test.each(rows.map((row, index) => [index + 1, row.provider, row.status, row.class, row.body] as const))(
    "error %i, %s, %i, is %s",
    (_index, _provider, status, kind, body) => {
      expect(EXPECTED[kind]).toContain(read(openai.contract, status, parsed(body)).signal);
    },
  );

  test("every captured response fits the response's schema", () => {
    const fits = validator("/response/schema");
    const all = responses();
    expect(all).toHaveLength(24);
    expect(all.filter(({ body }) => !fits(body)).map(({ file }) => file)).toEqual([]);
  });

  test("every captured chunk fits the chunk's schema", () => {
    const fits = validator("/response/stream/chunk");
    const all = chunks();
    expect(new Set(all.map(({ file }) => file)).size).toBe(24);
    expect(all.filter(({ chunk }) => !fits(chunk)).map(({ file }) => file)).toEqual([]);
  });
});

function validator(pointer: string): (value: unknown) => boolean {
  // The contract's own `$schema` names the form of contracts, not a dialect of JSON Schema.
  const { $schema: _, ...root } = openai.contract;
  return new Ajv2020({ strict: false }).addSchema(root, "contract").compile({ $ref: `contract#${pointer}` });
}

/** Traps that are not in the data: each is documented or was seen in a public bug report. */
test.each([
  [401, { error: { message: "You exceeded your quota", type: "insufficient_quota", code: 401 } }, "quota_exhausted"],
  [401, { type: "error", error: { type: "CreditsError", message: "Insufficient balance." } }, "quota_exhausted"],
  [
    403,
    { error: { message: "用户额度不足", type: "new_api_error", code: "insufficient_user_quota" } },
    "quota_exhausted",
  ],
  [403, { error: { message: "Key limit exceeded (total limit)", code: 403 } }, "quota_exhausted"],
  [400, { error: { message: "Access denied", type: "Arrearage", code: "Arrearage" } }, "quota_exhausted"],
  [400, { code: "Client specified an invalid argument", error: "Incorrect API key provided: x" }, "auth_or_account"],
  [400, [{ error: { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT" } }], "auth_or_account"],
  [
    400,
    { error: { message: "Organization has been restricted.", code: "organization_restricted" } },
    "auth_or_account",
  ],
  [403, { error: { message: "No access", type: "invalid_request_error", code: "model_not_found" } }, "auth_or_account"],
  [
    429,
    [
      {
        error: {
          code: 429,
          message: "You exceeded your current quota, please check your plan and billing details. Please retry in 17s.",
        },
      },
    ],
    "rate_limited",
  ],
  [
    400,
    { error: { message: "The server had an error while processing your request", type: "invalid_request_error" } },
    "server_error",
  ],
  [400, { error: { message: "boom", type: "server_error" } }, "server_error"],
  [
    413,
    { error: { message: "Rate limit reached for model", type: "tokens", code: "rate_limit_exceeded" } },
    "rate_limited",
  ],
  [
    400,
    { error: { message: "prompt is too long: 205000 tokens > 200000 maximum", type: "invalid_request_error" } },
    "context_overflow",
  ],
  [403, { error: { code: 403, message: "x requires moderation. Your input was flagged" } }, "content_refused"],
  [200, { error: { code: 401, message: "User not found." } }, "auth_or_account"],
  [200, { error: { code: 429, message: "Provider returned error" } }, "rate_limited"],
  [200, { error: { code: 504, message: "Provider returned error" } }, "transport_timeout"],
  [200, { choices: [{ error: { code: 502, message: "Upstream error" } }] }, "server_error"],
  [200, { error: "an error was encountered while running the model" }, "unusable_output"],
  [404, { error: { message: "No endpoints found that support tool use", code: 404 } }, "client_invalid"],
] as const)("%i %j is %s", (status, body, signal) => {
  expect(read(openai.contract, status, body).signal).toBe(signal);
});

describe("a body never seen", () => {
  const listed = openai.contract.errors.conditions;
  const codes = new Set<unknown>(listed.flatMap((condition) => condition.code ?? []));
  const types = new Set<unknown>(listed.flatMap((condition) => condition.type ?? []));
  const phrases = listed.flatMap((condition) => condition.message ?? []).map((phrase) => phrase.toLowerCase());

  // Words that providers do use, put together at random: near to what is listed, and not it.
  const word = fc.constantFrom(
    ..."insufficient quota exceeded rate limit api key invalid server error internal overloaded model not found".split(
      " ",
    ),
    ..."context length tokens balance credit content filter request account billing please retry in is too the".split(
      " ",
    ),
  );
  const words = (joiner: string) => fc.array(word, { minLength: 1, maxLength: 6 }).map((all) => all.join(joiner));
  const code = fc
    .oneof(words("_"), fc.integer({ min: 1000, max: 60_000 }), fc.constant(null), fc.string())
    .filter((value) => !codes.has(value));
  const type = fc.oneof(words("_"), fc.constant(null), fc.string()).filter((value) => !types.has(value));
  const message = fc
    .oneof(words(" "), fc.string(), fc.lorem())
    .filter((text) => !phrases.some((phrase) => text.toLowerCase().includes(phrase)));
  const error = fc.record({ code, type, message, param: fc.anything() }, { requiredKeys: [] });
  const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 400, 401, 402, 403, 404, 429, 500));
  const body = fc.oneof(
    error.map((held) => ({ error: held })),
    error.map((held) => [{ error: held }]),
    error,
    message,
    message.map((text) => ({ error: text })),
    fc.anything(),
  );

  test("never becomes a class that permits more than the plain reading of HTTP", () => {
    fc.assert(
      fc.property(status, body, (is, held) => {
        const { signal } = read(openai.contract, is, held);
        expect([...permitted(plainReading(is))]).toEqual(expect.arrayContaining([...permitted(signal)]));
      }),
      { numRuns: 2000 },
    );
  });
});

test("a condition that permits more than the plain reading names a code, a type or words", () => {
  for (const { contract } of SHIPPED.map(loadShipped)) {
    for (const condition of contract.errors.conditions) {
      expect(condition.code ?? condition.type ?? condition.message).toBeDefined();
    }
  }
});
