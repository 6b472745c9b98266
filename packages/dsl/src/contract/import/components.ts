/** The schemas that a document names, and which of them are meant for what. */

import type { Report } from "../../diagnostics/index.ts";
import { nearest } from "../../did-you-mean.ts";
import { below } from "../pointer.ts";
import { fieldsOf, type ImportDocument, placeAt } from "./source.ts";

/** What a contract needs schemas for. */
export const ROLES = ["request", "response", "chunk", "error"] as const;
export type Role = (typeof ROLES)[number];

export interface Components {
  /** Pointer of the object whose fields they are: `/components/schemas`, `/$defs`. */
  readonly pointer: string;
  readonly names: readonly string[];
}

export function componentsOf(document: ImportDocument): Components {
  for (const pointer of ["/components/schemas", "/$defs", "/definitions"]) {
    const names = fieldsOf(placeAt(document, pointer)).map(({ name }) => name);
    if (names.length > 0) return { pointer, names };
  }
  return { pointer: "/components/schemas", names: [] };
}

/** The pointer of a schema that was asked for by name; null where there is none, which was reported. */
export function named(
  role: Role,
  name: string,
  { pointer, names }: Components,
  document: ImportDocument,
  report: Report,
): string | null {
  if (names.includes(name)) return below(pointer, name);
  report.add("FBP3355", document.spanOf(pointer), { role, name, near: nearest(name, names) });
  return null;
}

/** What OpenAI calls them, and who follows it. */
const USUAL: Readonly<Record<Role, readonly RegExp[]>> = {
  request: [/^(?:create)?chat_?completions?_?(?:create)?_?(?:request|params)$/iu],
  response: [/^(?:create)?chat_?completions?_?response$/iu, /^chat_?completion$/iu],
  chunk: [
    /^(?:create)?chat_?completions?_?(?:stream(?:ed|ing)?_?response|(?:response_?)?chunk)$/iu,
    /chat.*(?:chunk|stream.*response)$/iu,
  ],
  error: [/^error_?response$/iu, /^error$/iu],
};

/** The schema whose name says what it is for; null where none does. */
export function usual(role: Role, { names }: Components): string | null {
  for (const shape of USUAL[role]) {
    const found = names.find((name) => shape.test(name));
    if (found !== undefined) return found;
  }
  return null;
}
