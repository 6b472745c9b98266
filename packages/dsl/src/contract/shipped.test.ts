import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VOCABULARY } from "../check/standard-signals.ts";
import { AREA_NAMES } from "./document.ts";
import type { LoadedContract } from "./loaded.ts";
import { areaState } from "./reliance.ts";
import { chunks, errorRows, HAS_DATA, responses } from "./testing/captures.ts";
import { parsed, permitted, plainReading, read, standardReading } from "./testing/reading.ts";
import { load, loadShipped, OVERLAYS, SHIPPED, textOfShipped } from "./testing/shipped.ts";

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
  expect({ verified, pending }).toEqual({ verified: ["local"], pending: SHIPPED.filter((name) => name !== "local") });
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

  test("every captured response and chunk fits", () => {
    const all = responses();
    const events = chunks();
    expect([all.length, new Set(events.map(({ file }) => file)).size]).toEqual([24, 24]);
    const misfits = [
      ...all.filter(({ body }) => !fits("openai-compatible", RESPONSE)(body)),
      ...events.filter(({ chunk }) => !fits("openai-compatible", CHUNK)(chunk)),
    ];
    console.log(`openai-compatible: ${all.length} answers and ${events.length} chunks, ${misfits.length} do not fit`);
    expect(misfits.map(({ file }) => file)).toEqual([]);
  });

  /** How the files of a provider's captures begin; of OpenRouter there are none. */
  test.each<[(typeof OVERLAYS)[number], readonly string[], answers: number, streams: number]>([
    ["openai", ["openai-text"], 1, 1],
    ["azure-openai", ["azure-", "openai-azure"], 1, 2],
    ["groq", ["groq-"], 3, 3],
    ["mistral", ["mistral-"], 3, 4],
    ["deepseek", ["deepseek-"], 4, 3],
  ])("%s takes every answer and chunk of its own provider", (name, beginnings, answers, streams) => {
    const isOwn = ({ file }: { readonly file: string }) => beginnings.some((beginning) => file.startsWith(beginning));
    const own = responses().filter(isOwn);
    const events = chunks().filter(isOwn);
    expect([own.length, new Set(events.map(({ file }) => file)).size]).toEqual([answers, streams]);
    const misfits = [
      ...own.filter(({ body }) => !fits(name, RESPONSE)(body)),
      ...events.filter(({ chunk }) => !fits(name, CHUNK)(chunk)),
    ];
    console.log(`${name}: ${own.length} answers and ${events.length} chunks, ${misfits.length} do not fit`);
    expect(misfits.map(({ file }) => file)).toEqual([]);
  });
});

const RESPONSE = "/response/schema";
const CHUNK = "/response/stream/chunk";
const ERROR = "/errors/schema";

const validators = new Map<string, (value: unknown) => boolean>();

/** Does the value fit the contract's schema at the place, by ajv's judgement? */
function fits(name: (typeof SHIPPED)[number], pointer: string): (value: unknown) => boolean {
  const key = `${name} ${pointer}`;
  const made = validators.get(key) ?? validator(loadShipped(name), pointer);
  validators.set(key, made);
  return made;
}

function validator({ contract }: LoadedContract, pointer: string): (value: unknown) => boolean {
  // The contract's own `$schema` names the form of contracts, not a dialect of JSON Schema.
  const { $schema: _, ...root } = contract;
  return new Ajv2020({ strict: false }).addSchema(root, "contract").compile({ $ref: `contract#${pointer}` });
}

/** An answer of our own making that every overlay takes, and a chunk. */
const ANSWER = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "m",
  system_fingerprint: "fp_1",
  x_groq: { id: "req_1" },
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    prompt_cache_hit_tokens: 0,
    prompt_cache_miss_tokens: 1,
  },
};
const EVENT = {
  ...ANSWER,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content: "h" }, finish_reason: null }],
  usage: null,
};

describe("an overlay says more than what it extends", () => {
  test.each(OVERLAYS)("%s takes a usual answer and a usual chunk", (name) => {
    expect([fits(name, RESPONSE)(ANSWER), fits(name, CHUNK)(EVENT)]).toEqual([true, true]);
  });

  const choice = { index: 0, message: { role: "assistant", content: "hello" } };
  test.each<[(typeof OVERLAYS)[number], what: string, pointer: string, value: unknown]>([
    ["openai", "an answer without usage", RESPONSE, { ...ANSWER, usage: undefined }],
    ["openai", "an unknown finish reason", RESPONSE, { ...ANSWER, choices: [{ ...choice, finish_reason: "eos" }] }],
    ["openai", "content as a list", RESPONSE, withMessage({ role: "assistant", content: [{ type: "text" }] })],
    ["openai", "a code that is a number", ERROR, { message: "m", code: 429 }],
    ["azure-openai", "a chunk without an id", CHUNK, { ...EVENT, id: undefined }],
    ["azure-openai", "an inner error that is a text", ERROR, { code: "content_filter", innererror: "refused" }],
    ["groq", "an answer without its own name for the request", RESPONSE, { ...ANSWER, x_groq: undefined }],
    ["groq", "a chunk without choices", CHUNK, { ...EVENT, choices: [] }],
    ["mistral", "a part of content without a type", RESPONSE, withMessage({ role: "assistant", content: [{}] })],
    [
      "mistral",
      "a delta without content",
      CHUNK,
      { ...EVENT, choices: [{ index: 0, delta: {}, finish_reason: null }] },
    ],
    ["deepseek", "usage that does not count the cache", RESPONSE, { ...ANSWER, usage: { prompt_tokens: 1 } }],
    ["deepseek", "a chunk that leaves usage out", CHUNK, { ...EVENT, usage: undefined }],
    ["openrouter", "an error without a code", ERROR, { message: "m", code: null }],
    ["openrouter", "a chunk without a model", CHUNK, { ...EVENT, model: undefined }],
  ])("%s refuses %s", (name, _what, pointer, value) => {
    const sent: unknown = JSON.parse(JSON.stringify(value));
    expect([fits(name, pointer)(sent), fits("openai-compatible", pointer)(sent)]).toEqual([false, true]);
  });

  function withMessage(message: unknown): unknown {
    return { ...ANSWER, choices: [{ index: 0, message, finish_reason: "stop" }] };
  }

  test("and has nothing verified that it did not state itself", () => {
    for (const name of OVERLAYS) {
      const { contract, sources } = loadShipped(name);
      expect(sources.map((source) => source.name)).toEqual([
        `${name}.contract.json`,
        "openai-compatible.contract.json",
      ]);
      for (const area of AREA_NAMES) expect(contract[area].verification.notes).toBeDefined();
    }
  });
});

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
  [200, { error: "an error was encountered while running the model" }, "server_error"],
  [200, { error: "something went wrong" }, "unusable_output"],
  [429, { error: { code: "insufficient_quota", message: "slow down" } }, "rate_limited"],
  [404, { error: { message: "No endpoints found that support tool use", code: 404 } }, "client_invalid"],
] as const)("%i %j is %s", (status, body, signal) => {
  expect(read(openai.contract, status, body).signal).toBe(signal);
});

describe("a body never seen", () => {
  const listed = openai.contract.errors.conditions;
  const shared = Object.values<{ readonly names: readonly string[]; readonly words?: readonly string[] }>(VOCABULARY);
  const names = shared.flatMap((one) => one.names);
  const codes = new Set<unknown>([...names, ...listed.flatMap((condition) => condition.code ?? [])]);
  const types = new Set<unknown>([...names, ...listed.flatMap((condition) => condition.type ?? [])]);
  const phrases = [
    ...shared.flatMap((one) => one.words ?? []),
    ...listed.flatMap((condition) => condition.message ?? []).map((phrase) => phrase.toLowerCase()),
  ];

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

  test("never becomes a class that permits more than its status does", () => {
    fc.assert(
      fc.property(status, body, (is, held) => {
        const { signal } = read(openai.contract, is, held);
        expect([...permitted(plainReading(is))]).toEqual(expect.arrayContaining([...permitted(signal)]));
        expect([...permitted(plainReading(is))]).toEqual(
          expect.arrayContaining([...permitted(standardReading(is, held))]),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

test("every condition of a shipped contract names a code, a type or words, and says where it is from, if it is not our own", () => {
  for (const name of SHIPPED) {
    for (const condition of loadShipped(name).contract.errors.conditions) {
      expect(condition.code ?? condition.type ?? condition.message).toBeDefined();
      if (name !== "local") expect(condition.note).toBeDefined();
    }
  }
});
