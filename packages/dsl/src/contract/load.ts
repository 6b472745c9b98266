import { Report } from "../diagnostics/index.ts";
import type { Load } from "../loading.ts";
import type { Source } from "../source.ts";
import { typeOf } from "../types/from-schema.ts";
import { checkConditions } from "./check-conditions.ts";
import type { Contract } from "./document.ts";
import type { JsonDocument } from "./json.ts";
import type { LoadedContract } from "./loaded.ts";
import { type ContractDocument, readContract } from "./overlay.ts";
import { checkPlaces } from "./places.ts";
import { below, valueAt } from "./pointer.ts";
import { checkSchemas } from "./schemas.ts";
import { checkSecrets } from "./secrets.ts";
import { checkShadows } from "./shadows.ts";
import { checkShape } from "./shape.ts";
import { checkValues } from "./values.ts";
import { checkVerifications } from "./verification.ts";

/** Where the schemas of a contract stand. */
const SCHEMAS = ["/request/schema", "/response/schema", "/response/stream/chunk", "/errors/schema"];

/**
 * Reads a contract, with what it extends, and reports every problem at its place in the text that it
 * stands in; null where one is an error. Never throws, whatever the text.
 *
 * @param load gives the contracts that it extends; left out: none can be had
 */
export function loadContract(source: Source, report: Report, load?: Load): LoadedContract | null {
  const findings = new Report();
  const loaded = read(source, findings, load);
  report.diagnostics.push(...findings.diagnostics);
  return findings.failed ? null : loaded;
}

function read(source: Source, report: Report, load: Load | undefined): LoadedContract | null {
  const own = new Report();
  const document = readContract(source, load, own);
  const loaded = document === null ? null : check(document, own);
  const [first] = document?.parts ?? [];
  for (const found of own.diagnostics) {
    const isElsewhere = first !== undefined && found.span.source !== source;
    const extended = () => ({ span: first?.spanOf("/extends") ?? found.span, text: "read because of this" });
    report.diagnostics.push(isElsewhere ? { ...found, related: [...found.related, extended()] } : found);
  }
  return loaded;
}

function check(document: ContractDocument, report: Report): LoadedContract | null {
  checkShape(document, report);
  checkValues(document, report);
  checkConditions(document, report);
  checkVerifications(document, report);
  for (const part of document.parts) checkSecrets(part, report);
  checkSchemas(document, placesOfSchemas(document), report);
  if (report.failed) return null;
  const loaded = loadedOf(document);
  checkPlaces(loaded, report);
  checkShadows(loaded, report);
  return loaded;
}

function placesOfSchemas(document: JsonDocument): string[] {
  const definitions = valueAt(document.value, ["$defs"]);
  const names = typeof definitions === "object" && definitions !== null ? Object.keys(definitions) : [];
  return [...SCHEMAS, ...names.map((name) => below("/$defs", name))];
}

function loadedOf(document: ContractDocument): LoadedContract {
  return {
    // The form holds, and the schema that says so changes nothing in the value.
    contract: document.value as Contract,
    source: document.source,
    sources: document.parts.map((part) => part.source),
    root: document.value,
    request: typeOf(document.value, "/request/schema"),
    response: typeOf(document.value, "/response/schema"),
    error: typeOf(document.value, "/errors/schema"),
    spanOf: (pointer) => document.spanOf(pointer),
  };
}
