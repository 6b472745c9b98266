/** The operation of an OpenAPI document that a contract is about. */

import type { Report } from "../../diagnostics/index.ts";
import { nearest } from "../../did-you-mean.ts";
import type { References } from "./references.ts";
import { fieldsOf, type ImportDocument, itemsOf, type Place, placeAt, textField, within } from "./source.ts";

export interface Operation extends Place {
  /** `/v1/chat/completions`, as the document has it. */
  readonly path: string;
  readonly method: string;
  readonly id: string | null;
  /** The path's own object, which may hold parameters and servers for all its operations. */
  readonly item: Place;
}

/** The end of the path of what OpenAI-compatible providers call a chat completion. */
export const CHAT_PATH = "/chat/completions";

/** Candidates in one message. */
const MOST_LISTED = 8;
const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);
const LIKELY = /chat|completion|generat|message|infer/iu;

/** null where there is none, or more than one; which was reported. */
export function operationOf(
  document: ImportDocument,
  references: References,
  wanted: { readonly operation: string | null; readonly path: string | null },
  report: Report,
): Operation | null {
  const all = operationsOf(document, references);
  // Asked for a message alone: places in a large document cost more than all else.
  const place = () => document.spanOf("/paths");
  if (wanted.operation !== null) {
    const found = all.find(({ id }) => id === wanted.operation);
    if (found?.method === "post") return found;
    if (found !== undefined) report.add("FBP3354", document.spanOf(found.pointer), { ...shown(found) });
    else {
      const ids = all.flatMap(({ id }) => id ?? []);
      const near = nearest(wanted.operation, ids);
      report.add("FBP3352", place(), { what: `operation \`${wanted.operation}\``, near, candidates: likely(all) });
    }
    return null;
  }
  const end = wanted.path ?? CHAT_PATH;
  const posts = all.filter(({ method }) => method === "post");
  // A path that is said in full is meant, however many end with it.
  const exact = posts.filter(({ path }) => path === wanted.path);
  const matching = exact.length > 0 ? exact : posts.filter(({ path }) => path.endsWith(end));
  const [only] = matching;
  if (matching.length === 1 && only !== undefined) return only;
  if (matching.length > 1) {
    const related = matching.slice(0, MOST_LISTED).map((operation) => ({
      span: document.spanOf(operation.pointer),
      text: describe(operation),
    }));
    report.add("FBP3353", place(), { end, count: matching.length }, { related });
    return null;
  }
  const paths = posts.map(({ path }) => path);
  const near = wanted.path === null ? undefined : nearest(wanted.path, paths);
  report.add("FBP3352", place(), { what: `operation \`POST …${end}\``, near, candidates: likely(all) });
  return null;
}

function operationsOf(document: ImportDocument, references: References): readonly Operation[] {
  return fieldsOf(placeAt(document, "/paths")).flatMap(({ name: path, ...place }): Operation[] => {
    const item = references.followed(place);
    if (item === null) return [];
    return fieldsOf(item)
      .filter(({ name }) => METHODS.has(name))
      .map(({ name, ...operation }) => ({
        ...operation,
        path,
        method: name,
        id: textField(operation.value, "operationId"),
        item,
      }));
  });
}

/** What was probably meant, first; else whatever there is. */
function likely(all: readonly Operation[]): readonly string[] {
  const posts = all.filter(({ method }) => method === "post");
  const named = posts.filter(({ path, id }) => LIKELY.test(path) || (id !== null && LIKELY.test(id)));
  return (named.length > 0 ? named : posts).slice(0, MOST_LISTED).map(describe);
}

/** `POST /v1/chat/completions (createChatCompletion)` */
export function describe(operation: Operation): string {
  const { method, path, id } = shown(operation);
  return `${method} ${path}${id === null ? "" : ` (${id})`}`;
}

function shown({ method, path, id }: Operation) {
  return { method: method.toUpperCase(), path, id };
}

/** The parameters of an operation and of its path that stand in one place of the request: `query`, `header`. */
export function parametersOf(operation: Operation, references: References, where: string): readonly Place[] {
  const lists = [operation.item, operation].flatMap((place) => within(place, "parameters") ?? []);
  return lists
    .flatMap(itemsOf)
    .flatMap((place) => references.followed(place) ?? [])
    .filter(({ value }) => textField(value, "in") === where);
}
