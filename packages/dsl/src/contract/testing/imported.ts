/** What the tests of imports share: documents as text, and what becomes of them. */

import { Report } from "../../diagnostics/index.ts";
import { digestText } from "../../digest.ts";
import { type ImportOptions, importContract } from "../import/import.ts";
import type { ImportDocument } from "../import/source.ts";
import { type JsonDocument, readJson } from "../json.ts";
import { checkSchemas } from "../schemas.ts";
import { load } from "./shipped.ts";

export function documentOf(text: string): ImportDocument & JsonDocument {
  const document = readJson({ name: "openapi.json", text }, new Report());
  if (document === null) throw new Error("the document is no JSON");
  return document;
}

/** Does a schema ask itself about the same value? A contract with one does not load, and validators overflow. */
export function isCircular(schema: unknown): boolean {
  const report = new Report();
  checkSchemas(documentOf(JSON.stringify(schema)), [""], report);
  return report.diagnostics.some(({ code }) => code === "FBP3041");
}

export interface ImportSettings extends Partial<Omit<ImportOptions, "source" | "schemas">> {
  readonly schemas?: Partial<ImportOptions["schemas"]>;
}

/** The contract of a document, as it loads, with all that is said of it. */
export function imported(value: unknown, { schemas = {}, ...more }: ImportSettings = {}) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const report = new Report();
  const options: ImportOptions = {
    operation: null,
    path: null,
    name: null,
    lenient: false,
    descriptions: true,
    source: { file: "openapi.json", digest: digestText(text) },
    ...more,
    schemas: { request: null, response: null, chunk: null, error: null, ...schemas },
  };
  const made = importContract(documentOf(text), options, report);
  const messages = report.diagnostics.map((one) => `${one.code} ${one.text}`);
  if (made === null) return { made, contract: null, loaded: null, messages, diagnostics: report.diagnostics };
  const { loaded, diagnostics } = load(JSON.stringify(made.contract), "made.contract.json");
  return {
    made,
    contract: made.contract,
    loaded,
    messages: [...messages, ...diagnostics.map((one) => `${one.code} ${one.text}`)],
    diagnostics: report.diagnostics,
  };
}

const json = (schema: unknown) => ({ content: { "application/json": { schema } } });

/** A small document of OpenAPI 3.1 with one chat operation; `patch` is put over its top. */
export function openapi(patch: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "Acme API", version: "1.0.0" },
    servers: [{ url: "https://api.acme.test" }],
    security: [{ key: [] }],
    paths: { "/v1/chat/completions": { post: operation() } },
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } }, schemas: {} },
    ...patch,
  };
}

export function operation(patch: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const stream = { schema: { type: "object", required: ["choices"], properties: { choices: { type: "array" } } } };
  return {
    operationId: "createChat",
    requestBody: json(REQUEST),
    responses: {
      200: { description: "fine", content: { ...json(RESPONSE).content, "text/event-stream": stream } },
      400: { description: "wrong", ...json({ type: "object", properties: { error: { type: "object" } } }) },
    },
    ...patch,
  };
}

export const REQUEST = {
  type: "object",
  required: ["model", "messages"],
  properties: { model: { type: "string" }, messages: { type: "array" }, stream: { type: "boolean" } },
};

const message = { type: "object", properties: { content: { type: "string" }, tool_calls: { type: "array" } } };

export const RESPONSE = {
  type: "object",
  required: ["id", "choices"],
  properties: {
    id: { type: "string" },
    choices: {
      type: "array",
      items: { type: "object", properties: { message, finish_reason: { enum: ["stop", "length"] } } },
    },
    usage: {
      type: "object",
      properties: { prompt_tokens: { type: "integer" }, completion_tokens: { type: "integer" } },
    },
  },
};
