/** From documents of our own making to contracts that load; and from OpenAI's schemas, where they are there. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AjvTruth } from "../../emit/schema-truth.ts";
import { AREA_NAMES } from "../document.ts";
import { areaState } from "../reliance.ts";
import { chunks, HAS_DATA, responses } from "../testing/captures.ts";
import { imported, openapi, operation, REQUEST, RESPONSE } from "../testing/imported.ts";
import { DATA } from "../testing/shipped.ts";

/** What is said of a small document that is changed so. */
const said = (patch: object, settings = {}) => imported(openapi({ ...patch }), settings).messages;

describe("a document with all that a contract needs", () => {
  const { contract, loaded, messages } = imported(openapi());

  test("gives a contract that loads, without a word", () => {
    expect(messages).toEqual([]);
    expect(loaded?.contract.name).toBe("acme");
  });

  test("has every area pending, with the document and its digest as source", () => {
    if (loaded === null) throw new Error("it does not load");
    for (const area of AREA_NAMES) {
      expect(areaState(loaded.contract, area, "2026-11-22").kind).toBe("pending");
      expect(loaded.contract[area].verification.source).toEqual([
        { title: "Acme API 1.0.0", file: "openapi.json", digest: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) },
      ]);
    }
  });

  test("has the operation's values", () => {
    expect(contract).toMatchObject({
      endpoint: { baseUrl: "https://api.acme.test", path: "/v1/chat/completions" },
      auth: { header: "authorization", scheme: "Bearer", env: "ACME_API_KEY" },
      request: { model: "model", stream: "stream", prompt: "messages", outputLimits: [] },
      response: {
        answer: ["/choices/0/message/content", "/choices/0/message/tool_calls"],
        cutReasons: ["length"],
        usage: { input: "/usage/prompt_tokens", output: "/usage/completion_tokens" },
        stream: { format: "sse", end: "[DONE]" },
      },
      errors: { at: ["/error"], conditions: [] },
      limits: { headers: {}, charges: { failed: "unknown", aborted: "unknown" } },
    });
  });
});

describe("the operation", () => {
  const path = (value: object) => ({ post: value });

  test("is the one POST whose path ends with /chat/completions", () => {
    const paths = {
      "/v1/chat/completions": path(operation()),
      "/v1/chat/completions/{id}": { get: {} },
      "/v1/embeddings": path({}),
    };
    expect(imported(openapi({ paths })).made?.operation).toBe("POST /v1/chat/completions (createChat)");
  });

  test("of several one is to be named; a path in full is meant, however many end with it", () => {
    const paths = {
      "/chat/completions": path(operation()),
      "/v1/chat/completions": path(operation({ operationId: "b" })),
    };
    expect(said({ paths })).toEqual([
      "FBP3353 2 paths end with /chat/completions, and a contract is about one operation",
    ]);
    expect(imported(openapi({ paths })).diagnostics[0]?.related.map(({ text }) => text)).toEqual([
      "POST /chat/completions (createChat)",
      "POST /v1/chat/completions (b)",
    ]);
    expect(imported(openapi({ paths }), { path: "/chat/completions" }).contract).toMatchObject({
      endpoint: { path: "/chat/completions" },
    });
    expect(imported(openapi({ paths }), { operation: "b" }).contract).toMatchObject({
      endpoint: { path: "/v1/chat/completions" },
    });
  });

  test("that is not there gets the likely ones, or the one that was probably meant", () => {
    const paths = { "/v1/messages": path({ operationId: "createMessage" }), "/v1/files": path({}) };
    const [first] = imported(openapi({ paths })).diagnostics;
    expect([first?.code, first?.hint]).toEqual([
      "FBP3352",
      "name one with --path or --operation: POST /v1/messages (createMessage)",
    ]);
    const [near] = imported(openapi(), { operation: "createChart" }).diagnostics;
    expect([near?.text, near?.hint]).toEqual([
      "the document has no operation `createChart`",
      "did you mean createChat?",
    ]);
  });

  test("that is no POST is none", () => {
    expect(said({ paths: { "/v1/chats": { get: { operationId: "list" } } } }, { operation: "list" })).toEqual([
      "FBP3354 the operation `list` is a GET, and chat completions are posted",
    ]);
  });

  test("may be behind references: of the path, the body, the responses, the headers", () => {
    const shared = operation();
    const components = {
      securitySchemes: {
        key: { $ref: "#/components/securitySchemes/real" },
        real: { type: "apiKey", in: "header", name: "X-Key" },
      },
      pathItems: {
        Chat: path({
          ...shared,
          requestBody: { $ref: "#/components/requestBodies/Chat" },
          responses: { "2XX": { $ref: "#/components/responses/Fine" } },
        }),
      },
      requestBodies: { Chat: shared.requestBody },
      responses: {
        Fine: {
          ...(shared.responses as Record<string, object>)[200],
          headers: { "X-Request-ID": { $ref: "#/components/headers/Id" } },
        },
      },
      headers: { Id: { description: "what to quote" } },
    };
    const { contract, messages } = imported(
      openapi({ components, paths: { "/v1/chat/completions": { $ref: "#/components/pathItems/Chat" } } }),
    );
    expect(messages).toEqual([
      "FBP3366 the document does not describe an error body of this operation, so any object is taken for one",
    ]);
    expect(contract).toMatchObject({
      auth: { header: "x-key", scheme: "" },
      response: { requestIdHeader: "x-request-id" },
      limits: { headers: { "x-request-id": { description: "what to quote" } } },
    });
  });
});

describe("the address", () => {
  test.each<[string, object, string]>([
    [
      "with its variables",
      { servers: [{ url: "https://{r}.acme.test/v1/", variables: { r: { default: "eu" } } }] },
      "https://eu.acme.test/v1",
    ],
    [
      "of the path before that of the document",
      { paths: { "/chat/completions": { servers: [{ url: "https://chat.acme.test" }], post: operation() } } },
      "https://chat.acme.test",
    ],
  ])("%s", (_, patch, baseUrl) => {
    expect(imported(openapi({ ...patch })).contract).toMatchObject({ endpoint: { baseUrl } });
  });

  test.each<[string, object, string]>([
    ["is not there", { servers: [] }, "names no server"],
    ["has no host", { servers: [{ url: "/v1" }] }, 'names the server "/v1", without a host'],
    [
      "is left open",
      { servers: [{ url: "https://{tenant}.acme.test" }] },
      'leaves a part of the server "https://{tenant}.acme.test" open',
    ],
  ])("that %s is filled in by hand, and goes nowhere until then", (_, patch, why) => {
    const { contract, messages, loaded } = imported(openapi({ ...patch }));
    expect(messages).toEqual([`FBP3361 the document ${why}, so the contract has no address yet`]);
    expect(contract).toMatchObject({ endpoint: { baseUrl: "https://fill-in.invalid" } });
    expect(loaded).not.toBeNull();
  });

  test("plain http to another machine is refused as in any contract", () => {
    expect(said({ servers: [{ url: "http://api.acme.test" }] })).toEqual([
      "FBP3020 the base address is plain http to another machine",
    ]);
  });

  test("parts in braces, and parameters that nobody sends", () => {
    const parameters = [
      { name: "api-version", in: "query", required: true },
      { name: "X-Tenant", in: "header", required: true },
      { name: "X-Version", in: "header", required: true, schema: { const: "2" } },
      { name: "X-Trace", in: "header" },
      { name: "Authorization", in: "header", required: true },
    ];
    const { messages, contract } = imported(
      openapi({ paths: { "/deployments/{name}/chat/completions": { parameters, post: operation() } } }),
    );
    expect(messages).toEqual([
      "FBP3362 the path /deployments/{name}/chat/completions has parts in braces, and a contract holds the path as it is called",
      'FBP3363 the operation requires the query parameter "api-version", and the document gives no value that a contract could send',
      'FBP3363 the operation requires the header "X-Tenant", and the document gives no value that a contract could send',
    ]);
    expect(contract).toMatchObject({ endpoint: { headers: { "x-version": "2" } } });
  });
});

describe("authorisation", () => {
  const by = (schemes: object, more: object = {}) =>
    imported(openapi({ components: { securitySchemes: schemes }, ...more })).contract?.auth;

  test.each<[string, object, object]>([
    ["a bearer token", { key: { type: "http", scheme: "Bearer" } }, { header: "authorization", scheme: "Bearer" }],
    ["a name and a password", { key: { type: "http", scheme: "basic" } }, { scheme: "Basic" }],
    [
      "a key in a header",
      { key: { type: "apiKey", in: "header", name: "api-key" } },
      { header: "api-key", scheme: "" },
    ],
    [
      "a key in the usual header",
      { key: { type: "apiKey", in: "header", name: "Authorization" } },
      { header: "authorization", scheme: "Bearer" },
    ],
    ["a token of OAuth", { key: { type: "oauth2", flows: {} } }, { header: "authorization", scheme: "Bearer" }],
  ])("%s", (_, schemes, auth) => expect(by(schemes)).toMatchObject({ ...auth, env: "ACME_API_KEY" }));

  test("the first of several that is required", () => {
    const schemes = {
      a: { type: "apiKey", in: "cookie", name: "c" },
      key: { type: "apiKey", in: "header", name: "k" },
    };
    expect(by(schemes)).toMatchObject({ header: "k" });
  });

  test("none, where the document says so", () => {
    expect(by({}, { security: [{}] })).toMatchObject({ env: null });
    expect(by({}, { security: [] })).toMatchObject({ env: null });
  });

  test("what puts no key into a header is told", () => {
    const schemes = { key: { type: "apiKey", in: "query", name: "key" } };
    expect(imported(openapi({ components: { securitySchemes: schemes } })).messages).toEqual([
      "FBP3364 the security scheme `key` puts no key into a header, so the contract has `authorization: Bearer`",
    ]);
  });
});

describe("schemas", () => {
  test("come with all that they refer to, by their own names, however deep", () => {
    const schemas = {
      Request: {
        type: "object",
        properties: { model: {}, messages: { type: "array", items: { $ref: "#/components/schemas/Message" } } },
      },
      Message: {
        type: "object",
        properties: {
          parts: { $ref: "#/components/schemas/Part/$defs/list" },
          reply: { $ref: "#/components/schemas/Message" },
        },
      },
      Part: { $defs: { list: { type: "array", items: { $ref: "#/components/schemas/Part" } } }, type: "string" },
      Unused: { type: "null" },
    };
    const { contract, messages } = imported(openapi({ components: { schemas } }), { schemas: { request: "Request" } });
    expect(messages.filter((one) => !one.startsWith("FBP3364"))).toEqual([]);
    expect(Object.keys(Object(contract?.$defs))).toEqual(["Request", "Message", "Part.list", "Part"]);
    expect(contract?.$defs).toMatchObject({
      Message: { properties: { parts: { $ref: "#/$defs/Part.list" }, reply: { $ref: "#/$defs/Message" } } },
    });
  });

  test("in 3.0 nothing beside a reference counts, in 3.1 all of it", () => {
    const schemas = {
      Id: { type: "string" },
      Request: {
        ...REQUEST,
        properties: { ...REQUEST.properties, id: { $ref: "#/components/schemas/Id", minLength: 3 } },
      },
    };
    const id = (version: string) =>
      imported(openapi({ openapi: version, components: { schemas } }), { schemas: { request: "Request" } }).contract;
    expect(id("3.0.3")).toMatchObject({ $defs: { Request: { properties: { id: { $ref: "#/$defs/Id" } } } } });
    expect(JSON.stringify(id("3.0.3"))).not.toContain("minLength");
    expect(id("3.1.0")).toMatchObject({
      $defs: { Request: { properties: { id: { $ref: "#/$defs/Id", minLength: 3 } } } },
    });
  });

  test("that a request and a relaxed answer share are two", () => {
    const schemas = { Role: { enum: ["user", "assistant"] } };
    const role = { role: { $ref: "#/components/schemas/Role" } };
    const body = (schema: object) => ({ content: { "application/json": { schema } } });
    const post = operation({
      requestBody: body({ ...REQUEST, properties: { ...REQUEST.properties, ...role } }),
      responses: { 200: body({ ...RESPONSE, properties: { ...RESPONSE.properties, ...role } }) },
    });
    const { contract } = imported(openapi({ components: { schemas }, paths: { "/v1/chat/completions": { post } } }), {
      lenient: true,
    });
    expect(contract?.$defs).toEqual({
      Role: { enum: ["user", "assistant"] },
      RoleLenient: { type: ["string", "null"] },
    });
  });

  test("are named by hand where the operation does not describe them", () => {
    const post = operation({ responses: { 200: { description: "fine" } } });
    const schemas = { CreateChatCompletionResponse: RESPONSE, ChatCompletionChunk: { type: "object" } };
    const document = openapi({ components: { schemas }, paths: { "/v1/chat/completions": { post } } });
    const [first, second] = imported(document).diagnostics;
    expect([first?.code, first?.hint]).toEqual([
      "FBP3358",
      "name the schema with --response-schema CreateChatCompletionResponse",
    ]);
    expect([second?.code, second?.hint]).toEqual([
      "FBP3365",
      "name the schema with --chunk-schema ChatCompletionChunk",
    ]);
    const named = imported(document, {
      schemas: { response: "CreateChatCompletionResponse", chunk: "ChatCompletionChunk" },
    });
    expect(named.contract).toMatchObject({ response: { stream: { chunk: { $ref: "#/$defs/ChatCompletionChunk" } } } });
    const [slip] = imported(document, { schemas: { response: "CreateChatCompletionRespons" } }).diagnostics;
    expect([slip?.text, slip?.hint]).toEqual([
      'the document has no schema "CreateChatCompletionRespons" for an answer',
      "did you mean CreateChatCompletionResponse?",
    ]);
  });

  test("elsewhere are never fetched", () => {
    const elsewhere = (ref: string) => {
      const post = operation({ requestBody: { content: { "application/json": { schema: { $ref: ref } } } } });
      return said({ paths: { "/v1/chat/completions": { post } }, components: { schemas: { Request: REQUEST } } });
    };
    expect(elsewhere("https://acme.test/request.json")).toContain(
      'FBP3356 the reference "https://acme.test/request.json" leads to another document, and nothing is fetched',
    );
    expect(elsewhere("./request.yaml#/Request")).toContain(
      'FBP3356 the reference "./request.yaml#/Request" leads to another document, and nothing is fetched',
    );
    expect(elsewhere("#/components/schemas/Reqest")).toContain(
      'FBP3357 the reference "#/components/schemas/Reqest" leads nowhere',
    );
  });

  test("what no schema of an answer names is told, and what is usual is taken", () => {
    const post = operation({ responses: { 200: { content: { "application/json": { schema: { type: "object" } } } } } });
    expect(said({ paths: { "/v1/chat/completions": { post } } })).toContain(
      "FBP3371 the answer's schema does not name `/choices/0/message/content`, `/choices/0/finish_reason`, `/usage/prompt_tokens` and `/usage/completion_tokens`: the contract has what is usual",
    );
  });

  test("a stream's chunk and end by extensions", () => {
    const schemas = { Chunk: { type: "object" } };
    const $ref = "#/components/schemas/Chunk";
    const stream = { "text/event-stream": { "x-speakeasy-sse-sentinel": "END", itemSchema: { $ref } } };
    const chunk = (post: object) =>
      imported(openapi({ components: { schemas }, paths: { "/v1/chat/completions": { post } } })).contract?.response;
    const json = { "application/json": { schema: RESPONSE } };
    expect(chunk(operation({ responses: { 200: { content: { ...json, ...stream } } } }))).toMatchObject({
      stream: { end: "END", chunk: { $ref: "#/$defs/Chunk" } },
    });
    // A whole event is described, and the chunk is its data.
    const event = {
      "text/event-stream": { schema: { type: "object", required: ["data"], properties: { data: { $ref } } } },
    };
    expect(chunk(operation({ responses: { 200: { content: { ...json, ...event } } } }))).toMatchObject({
      stream: { chunk: { $ref: "#/$defs/Chunk" } },
    });
    const fern = { "x-fern-streaming": { format: "sse", "response-stream": { $ref } } };
    expect(chunk(operation({ responses: { 200: { content: json } }, ...fern }))).toMatchObject({
      stream: { end: "[DONE]", chunk: { $ref: "#/$defs/Chunk" } },
    });
  });
});

describe("headers of answers", () => {
  test("are documented, those that ask for a wait with how they are written", () => {
    const responses = {
      200: {
        content: { "application/json": { schema: RESPONSE } },
        headers: { "Content-Type": {}, "x-tier": { schema: { enum: ["a", "b"] } } },
      },
      429: { headers: { "Retry-After": { description: "seconds" }, "retry-after-ms": {}, "X-Tier": {} } },
    };
    const post = operation({ responses });
    expect(imported(openapi({ paths: { "/v1/chat/completions": { post } } })).contract).toMatchObject({
      limits: {
        headers: {
          "x-tier": { enum: ["a", "b"] },
          "retry-after": { description: "seconds", retryHint: "seconds_or_date" },
          "retry-after-ms": { retryHint: "milliseconds" },
        },
      },
    });
  });
});

describe("other documents", () => {
  test.each<[string, unknown, string]>([
    ["Swagger", { swagger: "2.0" }, "FBP3351 this is Swagger 2.0, and OpenAPI 3.0 or 3.1 is read"],
    ["a later OpenAPI", { openapi: "4.0.0" }, "FBP3351 this is OpenAPI 4.0.0, and OpenAPI 3.0 or 3.1 is read"],
    [
      "anything",
      { hello: 1 },
      "FBP3351 this is neither OpenAPI nor a JSON Schema with `$defs`, and OpenAPI 3.0 or 3.1 is read",
    ],
    ["a list", [], "FBP3351 this is neither OpenAPI nor a JSON Schema with `$defs`, and OpenAPI 3.0 or 3.1 is read"],
  ])("%s", (_, document, message) => expect(imported(document).messages).toEqual([message]));

  test("a version without quotes, which YAML takes for a number", () => {
    expect(imported(openapi({ openapi: 3.1 })).messages).toEqual([]);
    expect(imported(openapi({ openapi: 3 })).messages).toEqual([]);
  });

  test("schemas by name", () => {
    const $defs = {
      ChatRequest: REQUEST,
      ChatCompletionResponse: RESPONSE,
      ChatCompletionChunk: { type: "object" },
      Error: { type: "object" },
    };
    const named = { schemas: { request: "ChatRequest" } };
    const { messages, contract } = imported({ title: "Acme", $defs }, named);
    expect(messages.map((one) => one.slice(0, 7))).toEqual(["FBP3361", "FBP3364"]);
    expect(contract).toMatchObject({ name: "acme", response: { schema: { $ref: "#/$defs/ChatCompletionResponse" } } });
  });
});

describe.skipIf(!HAS_DATA || !existsSync(`${DATA}/openai-chat.schema.json`))(
  "OpenAI's schemas (skipped where ../shared/data is absent)",
  () => {
    const text = HAS_DATA ? readFileSync(`${DATA}/openai-chat.schema.json`, "utf8") : "{}";

    function accepted(lenient: boolean) {
      const { loaded, messages } = imported(text, { name: "openai", lenient });
      if (loaded === null) throw new Error(messages.join("\n"));
      const truth = new AjvTruth(loaded.root);
      const answers = responses().map(({ body }) => truth.fits("/response/schema", body));
      const parts = chunks().map(({ chunk }) => truth.fits("/response/stream/chunk", chunk));
      const share = (all: readonly boolean[]) => all.filter((fits) => fits).length / all.length;
      const figures = { answers: share(answers), chunks: share(parts), messages };
      const percent = (part: number) => `${(part * 100).toFixed(1)}%`;
      console.info(
        `OpenAI's specification ${lenient ? "relaxed" : "taken strictly"} accepts ${percent(figures.answers)} of ${answers.length} ` +
          `captured answers and ${percent(figures.chunks)} of ${parts.length} captured chunks`,
      );
      return figures;
    }

    test("taken strictly refuse most real answers", () => {
      const { answers, chunks: parts, messages } = accepted(false);
      expect(messages.map((one) => one.slice(0, 7))).toEqual(["FBP3361", "FBP3364"]);
      expect(answers).toBeLessThan(0.35);
      expect(parts).toBeLessThan(0.65);
    });

    test("relaxed accept more than 99% of them", () => {
      const { answers, chunks: parts } = accepted(true);
      expect(answers).toBeGreaterThan(0.99);
      expect(parts).toBeGreaterThan(0.99);
    });
  },
);
