/** Where the calls go: servers, path, and what else must be sent with every call. */
import { HEADER_NAME, TRANSPORT_HEADERS } from "@fbp/runtime/core";
import type { Report } from "../../diagnostics/index.ts";
import { type Operation, parametersOf } from "./operation.ts";
import type { References } from "./references.ts";
import {
  field,
  fieldsOf,
  type ImportDocument,
  isRecord,
  itemsOf,
  type Place,
  placeAt,
  textField,
  within,
} from "./source.ts";

/** RFC 2606 keeps the ending free: a call to it never leaves the machine. */
export const NO_ADDRESS = "https://fill-in.invalid";

export interface Endpoint {
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function endpointOf(
  document: ImportDocument,
  operation: Operation,
  references: References,
  report: Report,
): Endpoint {
  const path = operation.path.startsWith("/") ? operation.path : `/${operation.path}`;
  if (path.includes("{")) report.add("FBP3362", document.spanOf(operation.item.pointer), { path });
  for (const parameter of parametersOf(operation, references, "query")) {
    if (field(parameter.value, "required") !== true) continue;
    const name = textField(parameter.value, "name") ?? "";
    report.add("FBP3363", document.spanOf(parameter.pointer), { what: `query parameter ${JSON.stringify(name)}` });
  }
  return {
    baseUrl: baseUrlOf(document, operation, report),
    path,
    headers: headersOf(document, operation, references, report),
  };
}

function baseUrlOf(document: ImportDocument, operation: Operation, report: Report): string {
  const owners = [operation, operation.item, placeAt(document, "")];
  const servers = owners
    .map((owner) => within(owner, "servers"))
    .map((place) => (place === null ? [] : itemsOf(place)));
  const [first, ...more] = servers.find((list) => list.length > 0) ?? [];
  const url = first === undefined ? null : urlOf(first);
  if (first === undefined || url === null) {
    report.add("FBP3361", document.spanOf(first?.pointer ?? "/servers"), { why: "names no server" });
    return NO_ADDRESS;
  }
  if (!/^https?:\/\//iu.test(url)) {
    report.add("FBP3361", document.spanOf(first.pointer), {
      why: `names the server ${JSON.stringify(url)}, without a host`,
    });
    return NO_ADDRESS;
  }
  if (url.includes("{")) {
    report.add("FBP3361", document.spanOf(first.pointer), {
      why: `leaves a part of the server ${JSON.stringify(url)} open`,
    });
    return NO_ADDRESS;
  }
  if (more.length > 0)
    report.add("FBP3368", document.spanOf(first.pointer), { what: "server", took: url, more: more.length });
  return url.replace(/\/+$/u, "");
}

/** With the default of each variable in its place. */
function urlOf(server: Place): string | null {
  const url = textField(server.value, "url");
  const variables = within(server, "variables");
  if (url === null || variables === null) return url;
  return fieldsOf(variables).reduce((made, { name, value }) => {
    const usual = textField(value, "default");
    return usual === null ? made : made.replaceAll(`{${name}}`, usual);
  }, url);
}

/** Headers that every call must carry, where the document says with what value. */
function headersOf(
  document: ImportDocument,
  operation: Operation,
  references: References,
  report: Report,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const parameter of parametersOf(operation, references, "header")) {
    const name = textField(parameter.value, "name") ?? "";
    const lower = name.toLowerCase();
    const isOurs = TRANSPORT_HEADERS.has(lower) || lower === "authorization" || lower === "accept";
    if (field(parameter.value, "required") !== true || isOurs || !HEADER_NAME.test(name)) continue;
    const value = onlyValue(field(parameter.value, "schema"));
    if (value !== null) headers[lower] = value;
    else report.add("FBP3363", document.spanOf(parameter.pointer), { what: `header ${JSON.stringify(name)}` });
  }
  return headers;
}

/** The one value that a schema allows, or the usual one. */
function onlyValue(schema: unknown): string | null {
  if (!isRecord(schema)) return null;
  const { const: only, enum: listed, default: usual } = schema;
  const value: unknown = only ?? (Array.isArray(listed) && listed.length === 1 ? listed[0] : usual);
  return typeof value === "string" && /^[\x20-\x7e]*$/u.test(value) ? value : null;
}
