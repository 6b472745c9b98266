import type { Contract } from "../contract/document.ts";

/**
 * What lowering asks of the validators: the name of the function that tells whether a value fits a
 * schema. `root` is the document in which its `$ref`s resolve, `pointer` the schema's place in it.
 */
export type Fits = (root: unknown, pointer: string) => string | null;

/** Where the schema of a response stands in a contract document. */
export const RESPONSE_SCHEMA = "#/response/schema";
/** Where that of a chunk of a streamed response stands. */
export const CHUNK_SCHEMA = "#/response/stream/chunk";

/** Can a policy stream over this contract: does it say how a stream is asked for, and what comes then? */
export function mayStream({ request, response }: Contract): boolean {
  return request.stream !== undefined && response.stream !== undefined;
}

/** For policies that are only explored: schemas are not looked at, every value fits. */
export const fitsAnything: Fits = () => null;
