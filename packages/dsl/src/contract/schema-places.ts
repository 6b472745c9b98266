/** Where the JSON Schemas of a document stand: those of a contract at places of its form, any other document is one itself. */
import { below, valueAt } from "./pointer.ts";

/** More schemas than this in one document are not looked at. */
export const MOST_SCHEMAS = 50_000;

const IN_CONTRACT = ["/request/schema", "/response/schema", "/response/stream/chunk", "/errors/schema"];

/** A contract is no schema, though schemas stand in it. */
export function isContract(root: unknown): boolean {
  return valueAt(root, ["fbp"]) !== undefined;
}

/** JSON Pointers; also of places where nothing stands. */
export function placesOfSchemas(root: unknown): readonly string[] {
  if (!isContract(root)) return [""];
  const definitions = valueAt(root, ["$defs"]);
  const names = typeof definitions === "object" && definitions !== null ? Object.keys(definitions) : [];
  return [...IN_CONTRACT, ...names.map((name) => below("/$defs", name))];
}
