/** Where the JSON Schemas of a document stand: those of a contract at places of its form, any other document is one itself. */
import { below, valueAt } from "./pointer.ts";

/** More schemas than this in one document are not looked at. */
export const MOST_SCHEMAS = 50_000;

const IN_CONTRACT = ["/request/schema", "/response/schema", "/response/stream/chunk", "/errors/schema"];

/** JSON Pointers; also of places where nothing stands. */
export function placesOfSchemas(root: unknown): readonly string[] {
  if (valueAt(root, ["fbp"]) === undefined) return [""];
  const definitions = valueAt(root, ["$defs"]);
  const names = typeof definitions === "object" && definitions !== null ? Object.keys(definitions) : [];
  return [...IN_CONTRACT, ...names.map((name) => below("/$defs", name))];
}
