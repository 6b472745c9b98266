/**
 * Makes a contract from a description of a provider's API: the chat operation of an OpenAPI 3.0 or 3.1 document, or
 * schemas by name. Every area is pending review, with the document as its source. Nothing is fetched.
 */
import type { Report } from "../../diagnostics/index.ts";
import { DEEPEST_DOCUMENT } from "../json.ts";
import { type Auth, authOf } from "./auth.ts";
import { Bundle } from "./bundle.ts";
import { componentsOf, named, ROLES, type Role, usual } from "./components.ts";
import { endpointOf, NO_ADDRESS } from "./endpoint.ts";
import { type Exchange, exchangeOf } from "./exchange.ts";
import { headersOf } from "./limits.ts";
import { keyVariable, providerName } from "./names.ts";
import { describe, type Operation, operationOf } from "./operation.ts";
import { chunkSchema, errorPlaces, requestPlaces, responsePlaces } from "./places.ts";
import { References } from "./references.ts";
import { field, type ImportDocument, isRecord, textField } from "./source.ts";

export interface ImportOptions {
  /** The operation by its `operationId`. */
  readonly operation: string | null;
  /** The operation by the end of its path; null: `/chat/completions`. */
  readonly path: string | null;
  /** The contract's name; null: from the document's title. */
  readonly name: string | null;
  readonly lenient: boolean;
  readonly descriptions: boolean;
  /** Schemas by their names in the document, in place of what the operation says. */
  readonly schemas: Readonly<Record<Role, string | null>>;
  /** The document as a source of verifications. */
  readonly source: { readonly file: string | null; readonly digest: string };
}

export interface Imported {
  /** A contract as JSON; it is checked by loading it. */
  readonly contract: Readonly<Record<string, unknown>>;
  /** `POST /v1/chat/completions (createChatCompletion)`; null where the document has no operations. */
  readonly operation: string | null;
}

type Form = "3.0" | "3.1" | "schemas";

/** null where something that a contract cannot do without is missing, which was reported. */
export function importContract(document: ImportDocument, options: ImportOptions, report: Report): Imported | null {
  if (isDeeperThan(document.value, DEEPEST_DOCUMENT)) {
    report.add("FBP3360", document.spanOf(""), { why: `is nested deeper than ${DEEPEST_DOCUMENT} levels` });
    return null;
  }
  const form = formOf(document, report);
  if (form === null) return null;
  const references = new References(document, report);
  const operation = form === "schemas" ? null : operationOf(document, references, options, report);
  if (operation === null && form !== "schemas") return null;
  const exchange = operation === null ? null : exchangeOf(operation, references);
  const schemas = schemasOf(document, exchange, options, report);
  if (schemas === null) return null;
  const bundle = new Bundle(
    document,
    references,
    { isRefAlone: form === "3.0", descriptions: options.descriptions },
    report,
  );
  const contract = assemble(document, operation, exchange, schemas, references, bundle, options, report);
  for (const pointer of bundle.patterns) report.add("FBP3367", document.spanOf(pointer), {});
  const [secret] = bundle.secrets;
  if (secret !== undefined) report.add("FBP3369", document.spanOf(secret), { count: bundle.secrets.length });
  return report.failed ? null : { contract, operation: operation === null ? null : describe(operation) };
}

function formOf(document: ImportDocument, report: Report): Form | null {
  const { value } = document;
  const version = field(value, "openapi");
  // A version without quotes is a number to YAML.
  const text = typeof version === "number" ? version.toFixed(1) : typeof version === "string" ? version : null;
  if (text !== null && /^3\.[01](?:\.|$)/u.test(text)) return text.startsWith("3.0") ? "3.0" : "3.1";
  if (text === null && (isRecord(field(value, "$defs")) || isRecord(field(value, "definitions")))) {
    if (field(value, "swagger") === undefined) return "schemas";
  }
  const swagger = textField(value, "swagger");
  const what = text !== null ? `OpenAPI ${text}` : swagger !== null ? `Swagger ${swagger}` : null;
  report.add("FBP3351", document.spanOf(text !== null ? "/openapi" : swagger !== null ? "/swagger" : ""), { what });
  return null;
}

type SchemaPlaces = Readonly<Record<"request" | "response", string>> &
  Readonly<Record<"chunk" | "error", string | null>>;

/** Pointers of the schemas: those asked for by name, else what the operation says, else what is usually so called. */
function schemasOf(
  document: ImportDocument,
  exchange: Exchange | null,
  options: ImportOptions,
  report: Report,
): SchemaPlaces | null {
  const components = componentsOf(document);
  // What stands behind a reference that leads nowhere is missing too, and was told already.
  const isBroken = report.failed;
  const found: Partial<Record<Role, string>> = {};
  for (const role of ROLES) {
    const asked = options.schemas[role] ?? (exchange === null ? usual(role, components) : null);
    const pointer = asked === null ? (exchange?.[role] ?? null) : named(role, asked, components, document, report);
    if (pointer !== null) found[role] = pointer;
    else if (asked === null && !isBroken) missing(role, document, usual(role, components), report);
  }
  const { request, response, chunk = null, error = null } = found;
  return request === undefined || response === undefined ? null : { request, response, chunk, error };
}

function missing(role: Role, document: ImportDocument, candidate: string | null, report: Report): void {
  const place = document.spanOf("/paths");
  if (role === "chunk") report.add("FBP3365", place, { candidate });
  else if (role === "error") report.add("FBP3366", place, { candidate });
  else report.add("FBP3358", place, { role, candidate });
}

function assemble(
  document: ImportDocument,
  operation: Operation | null,
  exchange: Exchange | null,
  schemas: SchemaPlaces,
  references: References,
  bundle: Bundle,
  options: ImportOptions,
  report: Report,
): Readonly<Record<string, unknown>> {
  const info = field(document.value, "info");
  const title = textField(info, "title") ?? textField(document.value, "title");
  const name = options.name ?? providerName(title ?? "");
  const endpoint =
    operation === null ? noEndpoint(document, report) : endpointOf(document, operation, references, report);
  const env = keyVariable(name);
  const auth: Auth =
    operation === null
      ? { header: "authorization", scheme: "Bearer", env }
      : authOf(document, operation, references, env, report);
  const source = sourceOf(title, info, options.source);
  const verification = (notes: string) => ({ status: "pending_review", source: [source], notes });
  const request = requestPlaces(document.value, schemas.request);
  const response = responsePlaces(document.value, schemas.response);
  if (response.unnamed.length > 0) {
    report.add("FBP3371", document.spanOf(schemas.response), { places: response.unnamed });
  }
  const { headers, requestId } = headersOf(exchange?.responses ?? [], references, options.descriptions);
  const mode = options.lenient ? ("whole" as const) : ("strict" as const);
  // What a request holds comes first, so that its schemas keep their names.
  const requestSchema = bundle.schema(schemas.request, "strict");
  const responseSchema = bundle.schema(schemas.response, mode);
  const chunk = schemas.chunk === null ? null : bundle.schema(chunkSchema(document.value, schemas.chunk), mode);
  const errors = schemas.error === null ? null : errorPlaces(document.value, schemas.error);
  const errorSchema = errors === null ? { type: "object" } : bundle.schema(errors.schema, mode);
  return {
    fbp: 1,
    name,
    ...(title === null ? {} : { title }),
    endpoint: {
      verification: verification(NOTES.endpoint),
      baseUrl: endpoint.baseUrl,
      path: endpoint.path,
      ...(Object.keys(endpoint.headers).length === 0 ? {} : { headers: endpoint.headers }),
    },
    auth: { verification: verification(NOTES.auth), ...auth },
    request: {
      verification: verification(NOTES.request),
      model: request.model,
      ...(request.stream === null ? {} : { stream: request.stream }),
      prompt: request.prompt,
      outputLimits: request.outputLimits,
      schema: requestSchema,
    },
    response: {
      verification: verification(options.lenient ? NOTES.lenient : NOTES.response),
      answer: response.answer,
      finishReason: response.finishReason,
      cutReasons: response.cutReasons,
      ...(response.refusedReasons.length === 0 ? {} : { refusedReasons: response.refusedReasons }),
      usage: response.usage,
      ...(requestId === null ? {} : { requestIdHeader: requestId }),
      ...(chunk === null ? {} : { stream: { format: "sse", end: exchange?.end ?? "[DONE]", chunk } }),
      schema: responseSchema,
    },
    errors: {
      verification: verification(NOTES.errors),
      at: errors?.at ?? ["/error", ""],
      schema: errorSchema,
      conditions: [],
    },
    limits: {
      verification: verification(NOTES.limits),
      headers,
      charges: { failed: "unknown", aborted: "unknown" },
    },
    ...(Object.keys(bundle.definitions).length === 0 ? {} : { $defs: bundle.definitions }),
  };
}

/** What a reviewer is to look for, area by area. */
const NOTES = {
  endpoint: "Taken from the document; no call was made.",
  auth: "Header and scheme are from the document; the variable's name is proposed.",
  request: "Taken from the document; not every provider takes every field.",
  response: "Taken from the document as it stands; hold captured answers against it.",
  lenient:
    "Taken from the document and relaxed: only choices is required, everything may be null, lists of words are open, other fields are let in.",
  errors: "The document lists no error conditions: what comes gets the plain reading of HTTP.",
  limits: "Whether failed and aborted calls are charged is not in the document, nor are prices.",
} as const;

function noEndpoint(document: ImportDocument, report: Report) {
  report.add("FBP3361", document.spanOf(""), { why: "names no server" });
  report.add("FBP3364", document.spanOf(""), { why: "the document does not say how a call is authorised" });
  return { baseUrl: NO_ADDRESS, path: "/v1/chat/completions", headers: {} };
}

function sourceOf(title: string | null, info: unknown, { file, digest }: ImportOptions["source"]) {
  const version = textField(info, "version");
  const name = title ?? "API description";
  return {
    title: version === null || name.includes(version) ? name : `${name} ${version}`,
    ...(file === null ? {} : { file }),
    digest,
  };
}

/** Documents in YAML may hold themselves. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
