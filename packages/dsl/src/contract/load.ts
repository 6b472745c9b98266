import { Report } from "../diagnostics/index.ts";
import type { Source } from "../source.ts";
import { typeOf } from "../types/from-schema.ts";
import type { Contract } from "./document.ts";
import { type JsonDocument, readJson } from "./json.ts";
import type { LoadedContract } from "./loaded.ts";
import { checkPlaces } from "./places.ts";
import { below, valueAt } from "./pointer.ts";
import { checkSchemas } from "./schemas.ts";
import { checkSecrets } from "./secrets.ts";
import { checkShape } from "./shape.ts";
import { checkValues } from "./values.ts";
import { checkVerifications } from "./verification.ts";

/** Where the schemas of a contract stand. */
const SCHEMAS = ["/request/schema", "/response/schema", "/response/stream/chunk", "/errors/schema"];

/**
 * Reads a contract and reports every problem at its place in the text; null where one is an error.
 * Never throws, whatever the text.
 */
export function loadContract(source: Source, report: Report): LoadedContract | null {
  const findings = new Report();
  const loaded = load(source, findings);
  report.diagnostics.push(...findings.diagnostics);
  return findings.failed ? null : loaded;
}

function load(source: Source, report: Report): LoadedContract | null {
  const document = readJson(source, report);
  if (document === null) return null;
  checkShape(document, report);
  checkValues(document, report);
  checkVerifications(document, report);
  checkSecrets(document, report);
  checkSchemas(document, placesOfSchemas(document), report);
  if (report.failed) return null;
  const loaded = loadedOf(document);
  checkPlaces(loaded, report);
  return loaded;
}

function placesOfSchemas(document: JsonDocument): string[] {
  const definitions = valueAt(document.value, ["$defs"]);
  const names = typeof definitions === "object" && definitions !== null ? Object.keys(definitions) : [];
  return [...SCHEMAS, ...names.map((name) => below("/$defs", name))];
}

function loadedOf(document: JsonDocument): LoadedContract {
  return {
    // The form holds, and the schema that says so changes nothing in the value.
    contract: document.value as Contract,
    source: document.source,
    root: document.value,
    request: typeOf(document.value, "/request/schema"),
    response: typeOf(document.value, "/response/schema"),
    error: typeOf(document.value, "/errors/schema"),
    spanOf: (pointer) => document.spanOf(pointer),
  };
}
