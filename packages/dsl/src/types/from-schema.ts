/**
 * JSON Schema draft 2020-12 -> type. The type holds every value that the schema lets through, and
 * perhaps more: what a keyword says beyond a type is passed over (`uniqueItems`, most of `contains`, a
 * `pattern` that is dear to run), and what cannot be read at all is `unknown` with the reason.
 */
import { parsePointer, valueAt } from "../contract/pointer.ts";
import { Reader } from "./reader.ts";
import { type Documents, libraryOf, NO_DOCUMENTS } from "./reference.ts";
import type { Type } from "./type.ts";

/**
 * The type of the schema at a JSON Pointer in a document. Types are computed when they are asked for and
 * kept with the document, which must not change afterwards.
 * @param documents what its references may lead to besides itself, by address; nothing is ever fetched
 */
export function typeOf(root: unknown, pointer: string, documents: Documents = NO_DOCUMENTS): Type {
  const library = libraryOf(documents);
  const reader = Reader.of(library.resourcesOf(root, ""), library);
  return reader.enter(pointer, valueAt(root, parsePointer(pointer) ?? []));
}
