/** Readable names for what a contract takes over: schemas, the provider, the variable of its key. */
import { parsePointer } from "../pointer.ts";

/** Steps of a pointer that say where something stands, and not what it is. */
const PLUMBING = new Set([
  "$defs",
  "allOf",
  "anyOf",
  "components",
  "content",
  "definitions",
  "oneOf",
  "paths",
  "properties",
  "requestBodies",
  "responses",
  "schema",
  "schemas",
]);

/** `#/components/schemas/Message/properties/role` is `Message.role`. */
export function schemaName(pointer: string): string {
  const steps = (parsePointer(pointer) ?? []).filter((step) => !PLUMBING.has(step) && !step.includes("/"));
  const words = steps.map((step) => step.replace(/[^A-Za-z0-9_]+/gu, "_").replace(/^_+|_+$/gu, ""));
  return words.filter((word) => word !== "").join(".") || "schema";
}

/** The name, or with a number behind it where it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name}${number}`)) return `${name}${number}`;
}

/** Words of a title that every provider's document has. */
const EVERYBODYS =
  /\b(?:the|ai|rest|http|web|public|open ?api|apis?|spec|specification|reference|documentation|platform|v\d+)\b/giu;

/** `Acme AI API` is `acme-ai`. */
export function providerName(title: string): string {
  const slug = (text: string) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/gu, "-")
      .replace(/^-+|-+$/gu, "")
      .slice(0, 64);
  return slug(title.replace(EVERYBODYS, " ")) || "provider";
}

/** `acme-ai` gets `ACME_AI_API_KEY`. */
export function keyVariable(name: string): string {
  const word = name
    .normalize("NFKD")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/gu, "_")
    .replace(/^_+|_+$/gu, "")
    .slice(0, 64);
  if (word === "") return "PROVIDER_API_KEY";
  return `${/^\d/u.test(word) ? "_" : ""}${word}_API_KEY`;
}
