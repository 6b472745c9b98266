/**
 * What lowering asks of the validators: the name of the function that tells whether a value fits a
 * schema. `root` is the document in which its `$ref`s resolve, `pointer` the schema's place in it.
 */
export type Fits = (root: unknown, pointer: string) => string | null;

/** Where the schema of a response stands in a contract document. */
export const RESPONSE_SCHEMA = "#/response/schema";

/** For policies that are only explored: schemas are not looked at, every value fits. */
export const fitsAnything: Fits = () => null;
